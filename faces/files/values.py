"""From pixels of more than 8 bits, or of floats, to 8 bits."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from faces.errors import PictureError
from faces.files import tiff

DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")  # Pillow's modes of more than 8 bits: all are grey
OVERSHOOT = 2.0  # floats from 0 to 1 exceed 1 by less than this after sharpening or resizing
UNDERSHOOT = -0.1  # of white
STRIP = 256  # rows that are scaled at a time, because a copy in floats is large

Values = NDArray[np.uint16] | NDArray[np.int32] | NDArray[np.uint32] | NDArray[np.float32]  # (H, W)


def to_8_bits(picture: Image.Image, data: bytes) -> Image.Image:
    """Convert a grey picture, decoded from `data`, to mode L (or LA if a value is transparent); return others as is.

    White is the largest value that the file's bits can hold. For floats and integers of 32 bits it is the least of
    255 and 65535, and of 1 for floats, that no pixel exceeds.

    Raises PictureError if values are negative, larger than 65535, or no numbers.
    """
    if picture.mode not in DEEP:
        return picture
    grey = tiff.Grey(bits=32 if picture.mode == "F" else 16, signed=False, zero_is_white=False)
    if picture.format == "TIFF":
        grey = tiff.read_grey(data)
    values: Values = np.asarray(picture)
    if grey.bits == 32 and picture.mode == "I" and not grey.signed:
        values = values.view(np.uint32)
    pixels = _scale(values, 2.0 ** (grey.bits - grey.signed) - 1 if grey.bits <= 16 else _find_white(values))
    if grey.zero_is_white:
        np.subtract(255, pixels, out=pixels)
    result = Image.fromarray(pixels)
    transparent = picture.info.get("transparency")
    if isinstance(transparent, int):
        result.putalpha(Image.fromarray((values != transparent).astype(np.uint8) * 255))
    return result


def _find_white(values: Values) -> float:
    high = values.max()
    if values.dtype.kind == "f" and high <= OVERSHOOT:
        return 1.0
    return 255.0 if high <= 255 else 65535.0


def _scale(values: Values, white: float) -> NDArray[np.uint8]:
    low, high = float(values.min()), float(values.max())
    if not np.isfinite(low + high):
        raise PictureError("This picture has pixels that are no numbers (NaN or infinite): replace them first.")
    if high > max(white, OVERSHOOT) or low < UNDERSHOOT * white:
        raise PictureError(
            f"This picture has values from {low:g} to {high:g}, and it is not clear which one is white: scale them to "
            "0 to 255 first."
        )
    pixels = np.empty(values.shape, np.uint8)
    for top in range(0, len(values), STRIP):
        strip = values[top : top + STRIP] * np.float32(255 / white)
        pixels[top : top + STRIP] = strip.round().clip(0, 255)
    return pixels
