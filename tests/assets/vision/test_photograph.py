"""Files decoded in Chromium: the same pixels as in Python, or an error that says that the server must read them."""

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from faces.errors import PictureError
from faces.formats import recognise
from faces.image import read_picture
from tests.assets.vision.conftest import Vision
from tests.assets.vision.pictures import BEYOND, EXACT, MATRICES, PROFILES, SRGB_PROFILES, noise, portrait
from tests.faces.samples import encode

pytestmark = pytest.mark.browser


def difference(vision: Vision, file: bytes) -> NDArray[np.int16]:
    """Return the levels (H, W, 3) by which Chromium's pixels differ from Python's."""
    expected = np.asarray(read_picture(file), np.int16)
    pixels = vision.read(file)
    assert pixels.shape == expected.shape
    return np.abs(pixels - expected)


@pytest.mark.parametrize("kind", EXACT | SRGB_PROFILES)
def test_chromium_decodes_the_pixels_that_python_decodes(vision: Vision, kind: str) -> None:
    file = (EXACT | SRGB_PROFILES)[kind](noise())
    assert difference(vision, file).max() == 0


@pytest.mark.parametrize("kind", MATRICES)
def test_a_profile_with_a_matrix_is_converted_as_in_python(vision: Vision, kind: str) -> None:
    file = MATRICES[kind](noise())
    assert difference(vision, file).max() == 0
    assert_converts(file)


@pytest.mark.parametrize("kind", PROFILES)
def test_another_profile_is_converted_within_one_level(vision: Vision, kind: str) -> None:
    file = PROFILES[kind](noise())
    assert difference(vision, file).max() <= 1
    assert_converts(file)


def assert_converts(file: bytes) -> None:
    """Check that Python converts the colours: the test would be in vain without it."""
    plain = np.asarray(Image.open(BytesIO(file)).convert("RGB"), np.int16)
    assert np.abs(np.asarray(read_picture(file), np.int16) - plain).max() > 5


@pytest.mark.parametrize("kind", BEYOND)
def test_a_file_that_browsers_read_otherwise_needs_the_server(vision: Vision, kind: str) -> None:
    assert vision.fail(BEYOND[kind](portrait())) == "ServerNeeded"


@pytest.mark.parametrize("file", [b"", b"hello", bytes(100), b"\x89PNG", b"%PDF-1.7"])
def test_a_file_that_is_no_picture_is_refused_as_by_the_server(vision: Vision, file: bytes) -> None:
    assert vision.fail(file) == "PictureError"
    with pytest.raises(PictureError):
        recognise(file)


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3)])
def test_a_picture_of_any_shape_is_read(vision: Vision, size: tuple[int, int]) -> None:
    assert difference(vision, encode(noise(*size), "PNG")).max() == 0


@pytest.mark.parametrize(
    "kind", ["jpeg in Display P3", "png in Adobe RGB", "webp in Display P3", "avif", "png with gAMA"]
)
def test_a_damaged_file_is_read_or_needs_the_server(vision: Vision, kind: str) -> None:
    """No other error, no hang: the next file is read."""
    file = (EXACT | MATRICES)[kind](noise(40, 30))
    random = np.random.default_rng(len(kind))
    for _ in range(25):
        damaged = bytearray(file)
        for at in random.integers(0, min(len(file), 600), 4):
            damaged[at] = random.integers(256)
        failure = vision.fail(bytes(damaged[: random.integers(len(file) // 2, len(file) + 1)]))
        assert failure in ("", "ServerNeeded", "PictureError")
    assert vision.fail(file) == ""


def test_a_picture_wider_than_a_canvas_needs_the_server(vision: Vision) -> None:
    assert vision.fail(encode(Image.new("RGB", (70_000, 2)), "PNG")) == "ServerNeeded"


def test_pixels_that_the_browser_changes_are_refused(vision: Vision) -> None:
    """A browser that protects itself against fingerprinting gives other pixels than those that were drawn."""
    prototype = "OffscreenCanvasRenderingContext2D.prototype"
    vision.page.evaluate(
        f"""() => {{
            window.original = {prototype}.getImageData;
            {prototype}.getImageData = function (...box) {{
                const image = window.original.apply(this, box);
                image.data[0] ^= 8;
                return image;
            }};
        }}"""
    )
    try:
        assert vision.fail(encode(portrait())) == "ServerNeeded"
    finally:
        vision.page.evaluate(f"() => {{ {prototype}.getImageData = window.original; }}")
    assert vision.fail(encode(portrait())) == ""
