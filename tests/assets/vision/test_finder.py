"""The faces that Chromium finds: those of Python, in the same order, with the same eyes."""

import math

import numpy as np
import pytest
from PIL import Image

from faces.align import CELEBA_EYES, Faces, NoFaceFound, find_faces
from faces.image import read_picture
from tests.assets.vision.conftest import Vision
from tests.assets.vision.pictures import portrait
from tests.conftest import draw_face
from tests.faces.samples import encode

pytestmark = pytest.mark.browser
APART = abs(CELEBA_EYES[1] - CELEBA_EYES[0]) * 64 / 118  # of the eyes, in pixels of the crop
TOLERANCE = 0.1  # of these pixels; 0.008 is the largest distance measured


def assert_found(found: Faces, expected: Faces) -> None:
    """Compare the faces, which are in the same order, and the distance of their eyes in pixels of the crop."""
    assert (len(found), found.more) == (len(expected), expected.more)
    for face, other in zip(found, expected, strict=True):
        pixel = math.dist(other.left_eye, other.right_eye) / APART
        assert math.dist(face.left_eye, other.left_eye) < TOLERANCE * pixel
        assert math.dist(face.right_eye, other.right_eye) < TOLERANCE * pixel
        assert np.allclose(face.box, other.box, atol=TOLERANCE * pixel)


def find_in_python(file: bytes) -> Faces:
    return find_faces(read_picture(file))


def paste(*faces: tuple[float, int, int], size: tuple[int, int]) -> bytes:
    """Paste the portrait at several scales and positions on grey."""
    canvas = Image.new("RGB", size, "grey")
    for scale, left, top in faces:
        width, height = (round(side * scale) for side in portrait().size)
        canvas.paste(portrait().resize((width, height), Image.Resampling.BICUBIC), (left, top))
    return encode(canvas, "JPEG", quality=90)


@pytest.mark.parametrize("degrees", [-45, -20, 0, 20, 45])
def test_a_turned_face_is_found_as_in_python(vision: Vision, degrees: float) -> None:
    file = encode(portrait().rotate(degrees, Image.Resampling.BICUBIC, expand=True), "PNG")
    assert_found(vision.find(file), find_in_python(file))


@pytest.mark.parametrize("scale", [0.3, 0.7, 1.5, 5])
def test_a_face_of_any_size_is_found_as_in_python(vision: Vision, scale: float) -> None:
    file = paste((scale, 0, 0), size=(round(240 * scale), round(190 * scale)))
    expected = find_in_python(file)
    assert len(expected) == 1
    assert_found(vision.find(file), expected)


@pytest.mark.parametrize("brightness", [0.03, 0.3, 1.3])
def test_a_dark_or_bright_face_is_found_as_in_python(vision: Vision, brightness: float) -> None:
    file = encode(portrait().point(lambda level: min(255, round(level * brightness))), "PNG")
    assert_found(vision.find(file), find_in_python(file))


def test_small_faces_beside_a_large_one_are_found_as_in_python(vision: Vision) -> None:
    file = paste((2.5, 0, 0), (0.8, 700, 20), (0.7, 900, 300), (1.1, 640, 480), size=(1200, 800))
    expected = find_in_python(file)
    assert len(expected) == 4
    assert_found(vision.find(file), expected)


@pytest.mark.parametrize("scale", [0.25, 0.4])
def test_a_face_far_away_is_found_as_in_python(vision: Vision, scale: float) -> None:
    """It is found only in the windows of the larger sizes."""
    file = paste((scale, 500, 300), size=(1400, 900))
    expected = find_in_python(file)
    assert len(expected) == 1
    assert_found(vision.find(file), expected)


def test_more_faces_than_are_listed_are_counted_as_in_python(vision: Vision) -> None:
    portraits = [(0.5 + 0.01 * (row * 6 + column), column * 170, row * 140) for row in range(5) for column in range(6)]
    file = paste(*portraits, size=(1100, 800))
    expected = find_in_python(file)
    assert len(expected) + expected.more >= 28
    assert_found(vision.find(file), expected)


@pytest.mark.parametrize("seed", [3, 8, 9])
def test_no_face_is_found_where_python_finds_none(vision: Vision, seed: int) -> None:
    """BlazeFace sees two of these drawings as faces, the mesh none."""
    file = encode(draw_face(seed, 200), "PNG")
    with pytest.raises(NoFaceFound):
        find_in_python(file)
    assert vision.find(file) == ()


def test_the_face_of_12_megapixels_is_found_as_in_python(vision: Vision) -> None:
    file = encode(portrait().resize((4000, 3167), Image.Resampling.BILINEAR), "JPEG", quality=80)
    assert_found(vision.find(file), find_in_python(file))


def test_a_face_can_be_the_whole_picture(vision: Vision) -> None:
    file = encode(portrait().crop((50, 30, 180, 170)), "PNG")
    expected = find_in_python(file)
    assert len(expected) == 1
    assert_found(vision.find(file), expected)
