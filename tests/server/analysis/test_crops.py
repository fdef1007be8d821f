"""What the server finds for a page whose browser cannot: the same crops as the other endpoints take."""

import pytest
from PIL import Image
from skimage import data

from faces.align import CELEBA_EYES
from faces.errors import PictureError
from faces.image import crop
from faces.preprocessing import preprocess
from server.analysis import crops
from tests.assets.engine.conftest import encode
from tests.conftest import draw_face


@pytest.fixture(scope="module")
def portrait() -> Image.Image:
    """Return Eileen Collins (NASA, public domain), 300 x 256."""
    return Image.fromarray(data.astronaut()).crop((80, 0, 380, 256))


def test_a_crop_is_the_one_that_the_other_endpoints_take(portrait: Image.Image) -> None:
    found = crops.find_crops(portrait)
    (face,), (picture,) = found.answer["faces"], found.pictures
    assert picture.tobytes() == preprocess(encode(portrait), "aligned").pixels.tobytes()
    assert face["left_eye"][0] < face["right_eye"][0]
    assert (found.answer["width"], found.answer["height"], found.answer["more"]) == (300, 256, 0)


def test_a_picture_without_a_face_has_a_reason_and_no_crop() -> None:
    found = crops.find_crops(Image.new("RGB", (200, 100), "grey"))
    assert not found.pictures
    assert not found.answer["faces"]
    assert found.answer["reason"].startswith("No face was found")


def test_a_crop_is_a_face_as_it_is() -> None:
    found = crops.find_crops(draw_face(1))
    (face,) = found.answer["faces"]
    assert found.pictures[0] == draw_face(1)
    scale = 118 / 64  # of the report's box in CelebA's frame
    for point, eye in zip((face["left_eye"], face["right_eye"]), CELEBA_EYES, strict=True):
        assert complex(*point) * scale + (30 + 50j) == pytest.approx(eye)


def test_the_square_in_the_middle_is_the_crop_centre(portrait: Image.Image) -> None:
    assert crops.cut_square(portrait, None) == crop(portrait, "centre")


@pytest.mark.parametrize("square", [(-50, -50, 100), (0, 10, 100), (50, 50, 100)])
def test_a_square_beyond_the_picture_is_moved_into_it(portrait: Image.Image, square: crops.Square) -> None:
    assert crops.cut_square(portrait, square) == crop(portrait.crop((0, 0, 100, 100)), "centre")


def test_a_square_larger_than_the_picture_is_its_largest_one(portrait: Image.Image) -> None:
    assert crops.cut_square(portrait, (0, 0, 1e5)) == crop(portrait.crop((0, 0, 256, 256)), "centre")


@pytest.mark.parametrize("side", [15, 0, -3])
def test_a_small_square_is_refused(portrait: Image.Image, side: float) -> None:
    with pytest.raises(PictureError, match="a face needs at least 16 a side"):
        crops.cut_square(portrait, (150, 128, side))
