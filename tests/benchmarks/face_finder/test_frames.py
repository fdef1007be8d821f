"""Variants of frames: where the eyes are in each, and the error of a crop."""

import math
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks.face_finder.finder import Eyes, Sight
from benchmarks.face_finder.frames import (
    SCALE,
    VARIANTS,
    evenly_spaced,
    make_variant,
    measure_errors,
    read_frames,
    skin_brightness,
)
from faces.similarity import Similarity

EYES: Eyes = (69 + 112j, 108 + 112j)


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw a frame whose right eye alone is white; the rest is dark."""
    file = tmp_path_factory.mktemp("frame") / "000007.jpg"
    picture = Image.new("RGB", (178, 218), (20, 20, 20))
    x, y = EYES[1].real, EYES[1].imag
    ImageDraw.Draw(picture).ellipse((x - 4, y - 4, x + 3, y + 3), fill="white")
    picture.save(file, quality=95)
    return file


@pytest.mark.parametrize("name", VARIANTS)
def test_the_similarity_of_a_variant_says_where_an_eye_is(frame: Path, name: str) -> None:
    variant = make_variant(name, frame)
    pixels = np.asarray(Image.open(BytesIO(variant.data)).convert("L")).astype(float)
    y, x = np.nonzero(pixels > pixels.max() / 2)
    assert abs(complex(x.mean(), y.mean()) + 0.5 + 0.5j - variant.onto(EYES[1])) < 0.7 * abs(variant.onto.turn)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_frame_has_the_same_variant_each_time(frame: Path, name: str) -> None:
    assert make_variant(name, frame) == make_variant(name, frame)


def test_the_exact_eyes_have_no_error() -> None:
    onto = Similarity(1.5 + 0.7j, 40 - 3j)
    errors = measure_errors(Sight(((onto(EYES[0]), onto(EYES[1])),), 0, 0, 0), EYES, onto)
    assert max(errors) < 1e-9


def test_the_error_is_in_pixels_of_the_crop() -> None:
    shift = 3 / SCALE
    onto = Similarity(2j, 10)
    errors = measure_errors(Sight(((onto(EYES[0] + shift), onto(EYES[1] + shift)),), 0, 0, 0), EYES, onto)
    assert errors == pytest.approx((3, 3))


def test_the_error_is_how_far_the_crop_moves_the_eyes() -> None:
    middle, half = sum(EYES) / 2, (EYES[1] - EYES[0]) / 2
    narrow = (middle - half / 2, middle + half / 2)  # half as far apart: the crop enlarges twice
    errors = measure_errors(Sight((narrow,), 0, 0, 0), EYES, Similarity(1, 0))
    assert errors == pytest.approx((abs(half) * SCALE,) * 2)


def test_only_the_largest_face_counts() -> None:
    other = (EYES[0] + 90, EYES[1] + 90)
    errors = measure_errors(Sight((other, EYES), 0, 0, 0), EYES, Similarity(1, 0))
    assert min(errors) > 40


def test_a_picture_without_a_face_has_an_infinite_error() -> None:
    assert measure_errors(Sight((), 0, 0, 0), EYES, Similarity(1, 0)) == (math.inf, math.inf)


def test_limits_take_evenly_spaced_frames() -> None:
    assert evenly_spaced(10, 4) == [0, 2, 5, 7]
    assert evenly_spaced(3, 9) == [0, 1, 2]


def test_labels_are_those_of_the_frames_that_are_kept(tmp_path: Path) -> None:
    rows = [f"00000{i}.jpg  {1 if i in (2, 3) else -1} {1 if i == 4 else -1}" for i in range(5)]
    (tmp_path / "list_attr_celeba.txt").write_text("\n".join(["5", "Male Young", *rows]))
    frames = read_frames(tmp_path, 3)
    assert [file.stem for file in frames.files] == ["000000", "000001", "000003"]
    assert frames.labels["Male"].tolist() == [False, False, True]
    assert frames.labels["Young"].tolist() == [False, False, False]


def test_a_folder_without_labels_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"There is no file .*list_attr_celeba\.txt: --data takes"):
        read_frames(tmp_path, 3)


def test_brightness_is_that_of_the_cheeks_alone(tmp_path: Path) -> None:
    picture = Image.new("L", (178, 218), 10)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((55, 125, 75, 145), fill=180)
    pen.rectangle((103, 125, 123, 145), fill=180)
    picture.save(tmp_path / "frame.png")
    assert skin_brightness(tmp_path / "frame.png") == 180
