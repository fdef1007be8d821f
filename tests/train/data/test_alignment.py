"""--align: pictures of anything to CelebA's frame."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faces.align import align, find_faces
from faces.image import read_picture, to_array
from tests.conftest import drawn_face
from train.data import cache, source
from train.data.load import load_splits
from train.data.reading import Reading

PORTRAIT = Path(__file__).parents[3] / "assets" / "examples" / "astronaut.png"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("photographs")
    portrait = read_picture(PORTRAIT).resize((262, 262))
    portrait.save(place / "one.png")
    both = Image.new("RGB", (480, 262), "grey")
    both.paste(portrait.resize((200, 200)), (270, 30))
    both.paste(portrait, (0, 0))
    both.save(place / "two.png")
    Image.new("RGB", (200, 150), "white").save(place / "wall.png")
    drawn_face(1).save(place / "crop.png")
    return place


def test_the_largest_face_is_cropped_as_the_page_does_and_what_has_none_is_left_out(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faces = cache.load(source.find(folder, None, align=True), tmp_path)
    found = dict(zip(faces.names, faces.pixels, strict=True))
    assert sorted(found) == ["crop.png", "one.png", "two.png"]
    portrait = read_picture(folder / "one.png")
    assert np.array_equal(found["one.png"], to_array(align(portrait, find_faces(portrait)[0])))
    assert np.abs(found["two.png"].astype(int) - found["one.png"]).mean() < 4  # the larger of two
    assert np.array_equal(found["crop.png"], to_array(drawn_face(1)))
    assert [line.split(":")[0] for line in faces.refused] == ["wall.png"]
    assert faces.described["crop"] == "aligned"
    said = capsys.readouterr().err
    assert "1 pictures show several faces; the largest was taken" in said
    assert "1  as wall.png: No face was found in this picture" in said


def test_a_crop_and_an_alignment_exclude_each_other(folder: Path) -> None:
    with pytest.raises(ValueError, match="--crop"):
        Reading(crop="centre", align=True)
    with pytest.raises(ValueError, match="--align"):
        load_splits("sprites", None, Reading(align=True))
    assert source.find(folder, None, align=True).facts() == source.find(folder, None).facts()
