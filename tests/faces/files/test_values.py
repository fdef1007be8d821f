"""Pictures of more than 8 bits a channel are as bright as their files say, or refused with the reason."""

import struct
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import DTypeLike, NDArray
from PIL import Image

from faces.errors import PictureError
from faces.image import read_picture
from tests.faces.samples import Order, add_chunk, build_tiff, encode

RAMP = np.linspace(0, 1, 24 * 16).reshape(16, 24)  # of brightness
ORDERS = pytest.mark.parametrize("order", ["<", ">"])


def assert_as_bright(data: bytes, expected: NDArray[np.float64], tolerance: float = 1) -> None:
    pixels = np.asarray(read_picture(data), np.float64)
    assert (pixels == pixels[..., :1]).all()
    assert np.abs(pixels[..., 0] - 255 * expected).max() <= tolerance


def to_bits(values: NDArray[np.float64], bits: int, kind: DTypeLike = np.uint16) -> NDArray[Any]:
    return (values * (2**bits - 1)).round().astype(kind)


@ORDERS
@pytest.mark.parametrize("white", [1, 255, 65535])
def test_floats_up_to_1_or_255_or_65535_keep_their_brightness(white: int, order: Order) -> None:
    for values in (RAMP, RAMP * 0.6):
        assert_as_bright(build_tiff((values * white).astype(np.float32), 3, order=order), values)


def test_floats_a_little_outside_of_their_range_are_clipped() -> None:
    values = RAMP * 1.35 - 0.05
    assert_as_bright(build_tiff(values.astype(np.float32), 3), values.clip(0, 1))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (np.nan, "no numbers"),
        (np.inf, "no numbers"),
        (-np.inf, "no numbers"),
        (-1, "from -1 to"),
        (1e6, r"to 1e\+06"),
    ],
)
def test_values_that_mean_no_brightness_are_refused_with_the_reason(change: float, message: str) -> None:
    values = RAMP.astype(np.float32)
    values[3, 5] = change
    with pytest.raises(PictureError, match=message):
        read_picture(build_tiff(values, 3))


@ORDERS
def test_integers_of_16_bits_keep_their_brightness(order: Order) -> None:
    for values in (RAMP, RAMP / 300):  # the second has no value above 255
        assert_as_bright(build_tiff(to_bits(values, 16), 1, order=order), values)
        assert_as_bright(build_tiff(to_bits(values, 15, np.int16), 2, order=order), values)


def test_integers_of_32_bits_are_scaled_by_the_white_that_they_fit() -> None:
    for kind, sample_format in ((np.uint32, 1), (np.int32, 2)):
        for bits in (8, 16):
            assert_as_bright(build_tiff(to_bits(RAMP, bits, kind), sample_format), RAMP)
    with pytest.raises(PictureError, match=r"to 4\.29497e\+09"):
        read_picture(build_tiff(to_bits(RAMP, 32, np.uint32), 1))
    with pytest.raises(PictureError, match="from -65535"):
        read_picture(build_tiff(-to_bits(RAMP, 16, np.int32), 2))


def test_values_of_12_bits_keep_their_brightness() -> None:
    values = to_bits(RAMP, 12).reshape(-1, 2)
    packed = np.stack([values[:, 0] >> 4, (values[:, 0] & 15) << 4 | values[:, 1] >> 8, values[:, 1] & 255], axis=1)
    data = build_tiff(packed.astype(np.uint8).reshape(16, 36), 1)
    data = data.replace(struct.pack("<HHII", 256, 3, 1, 36), struct.pack("<HHII", 256, 3, 1, 24))
    data = data.replace(struct.pack("<HHII", 258, 3, 1, 8), struct.pack("<HHII", 258, 3, 1, 12))
    assert_as_bright(data, RAMP)


def test_zero_is_white_where_a_tiff_file_says_so() -> None:
    for values, sample_format in (
        (to_bits(RAMP, 16), 1),
        (RAMP.astype(np.float32), 3),
        (to_bits(RAMP, 8, np.uint8), 1),
    ):
        assert_as_bright(build_tiff(values, sample_format, photometric=0), 1 - RAMP)


@pytest.mark.parametrize("form", ["PNG", "PPM", "TIFF"])
def test_grey_of_16_bits_keeps_its_brightness_in_every_format(form: str) -> None:
    for values in (RAMP, RAMP / 300):
        assert_as_bright(encode(Image.fromarray(to_bits(values, 16)), form), values)


def test_the_largest_value_of_a_pgm_file_is_white() -> None:
    for bits in (8, 10, 16):
        values = to_bits(RAMP, bits, np.uint8 if bits == 8 else ">u2")
        assert_as_bright(b"P5\n24 16\n%d\n" % (2**bits - 1) + values.tobytes(), RAMP)


def test_a_float_map_keeps_its_brightness() -> None:
    assert_as_bright(b"Pf\n24 16\n-1.0\n" + RAMP[::-1].astype("<f4").tobytes(), RAMP)


@pytest.mark.parametrize("ending", [".png", ".tiff"])
def test_colours_of_16_bits_keep_their_values(ending: str) -> None:
    colour = np.array([60000, 30000, 10000], np.uint16)
    blue_first = np.broadcast_to(colour[::-1], (16, 24, 3))
    pixels = np.asarray(read_picture(cv2.imencode(ending, blue_first)[1].tobytes()), np.float64)
    assert np.abs(pixels - colour / 257).max() <= 1
    half = np.dstack([blue_first, np.full((16, 24), 32768, np.uint16)])
    pixels = np.asarray(read_picture(cv2.imencode(ending, half)[1].tobytes()), np.float64)
    assert np.abs(pixels - (colour / 257 + 255) / 2).max() <= 1.5


def test_the_transparent_value_of_deep_png_becomes_white() -> None:
    values = to_bits(RAMP, 16)
    grey = add_chunk(encode(Image.fromarray(values)), b"tRNS", struct.pack(">H", values[7, 7]))
    expected = RAMP.copy()
    expected[7, 7] = 1
    assert_as_bright(grey, expected)
    colour = np.full((16, 24, 3), 20000, np.uint16)
    colour[:8] = (10000, 30000, 60000)  # blue first
    data = add_chunk(cv2.imencode(".png", colour)[1].tobytes(), b"tRNS", struct.pack(">3H", 60000, 30000, 10000))
    pixels = np.asarray(read_picture(data))
    assert (pixels[:8] == 255).all()
    assert (np.abs(pixels[8:].astype(int) - 78) <= 1).all()


@pytest.mark.parametrize("kind", [np.float16, np.float64])
def test_a_kind_of_tiff_without_a_decoder_is_refused_with_the_reason(kind: DTypeLike) -> None:
    with pytest.raises(PictureError, match="of a kind of TIFF that cannot be read: save it again"):
        read_picture(build_tiff(RAMP.astype(kind), 3))
