"""From pixels of more than 8 bits, or of floats, to 8 bits."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from faces.errors import PictureError
from faces.files import tiff

DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")  # Pillow's modes of more than 8 bits: grey
OVERSHOOT = 2.0  # floats from 0 to 1 exceed 1 by less than this after sharpening or resizing
UNDERSHOOT = -0.1  # of white


def to_8_bits(picture: Image.Image, data: bytes) -> Image.Image:
    """Convert a grey picture, decoded from `data`, to mode L (or LA if a value is transparent); return others as is.

    White is the largest value that the file's bits can hold. Floats and integers of 32 bits have no such value: white
    is 255 or 65535, and 1 for floats, whichever is the least that no pixel exceeds.

    Raises PictureError if values are negative, larger than 65535, or no numbers.
    """
    if picture.mode not in DEEP:
        return picture
    grey = tiff.read_grey(data) if picture.format == "TIFF" else tiff.Grey(16, False)
    values = np.asarray(picture)
    if values.dtype.itemsize == 2:
        pixels = _scale_16_bits(values, grey.bits)
    else:
        pixels = _scale(values, 65535.0 if picture.format == "PPM" and picture.mode == "I" else None)
    if grey.zero_is_white:
        np.subtract(255, pixels, out=pixels)
    result = Image.fromarray(pixels)
    transparent = picture.info.get("transparency")
    if isinstance(transparent, int):
        result.putalpha(Image.fromarray((values != transparent).astype(np.uint8) * 255))
    return result


def _scale_16_bits(values: NDArray[np.uint16], bits: int) -> NDArray[np.uint8]:
    top = 2**bits - 1 if 8 < bits < 16 else 65535
    table = (np.arange(65536) * (255 / top)).round().clip(0, 255).astype(np.uint8)
    return table[values]


def _scale(values: NDArray[np.int32] | NDArray[np.float32], white: float | None) -> NDArray[np.uint8]:
    """Scale 32-bit values in strips of rows, because a copy in floats is four times as large as the picture."""
    low, high = float(values.min()), float(values.max())
    if not np.isfinite(low + high):
        raise PictureError("This picture has pixels that are no numbers (NaN or infinite): replace them first.")
    if white is None:
        white = _find_white(high, is_float=values.dtype.kind == "f")
    if high > max(white, OVERSHOOT) or low < UNDERSHOOT * white:
        raise PictureError(
            f"This picture has values from {low:g} to {high:g}, and it is not clear which one is white: scale them to "
            "0 to 255 first."
        )
    pixels = np.empty(values.shape, np.uint8)
    for top in range(0, len(values), 256):
        strip = values[top : top + 256] * np.float32(255 / white)
        pixels[top : top + 256] = strip.round(out=strip).clip(0, 255, out=strip)
    return pixels


def _find_white(high: float, *, is_float: bool) -> float:
    if is_float and high <= OVERSHOOT:
        return 1.0
    return 255.0 if high <= 255 else 65535.0
