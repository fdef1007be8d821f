"""From pixels of more than 8 bits, or of floats, to 8 bits."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from faces.errors import PictureError
from faces.files import tiff

DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")  # Pillow's modes of more than 8 bits: all are grey
OVERSHOOT = 2.0  # floats from 0 to 1 exceed 1 by less than this after sharpening or resizing
UNDERSHOOT = -0.1  # of white
STRIP = 256  # rows that are converted at a time

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
    white = _find_white(picture, grey)
    transparent = picture.info.get("transparency")
    result = Image.new("LA" if isinstance(transparent, int) else "L", picture.size)
    for top, values in _read_strips(picture, grey):
        strip = Image.fromarray(_scale(values, white, grey.zero_is_white))
        if isinstance(transparent, int):
            strip.putalpha(Image.fromarray((values != transparent).astype(np.uint8) * 255))
        result.paste(strip, (0, top))
    return result


def _read_strips(picture: Image.Image, grey: tiff.Grey) -> Iterator[tuple[int, Values]]:
    """Yield the first row and the values of each strip: a copy of all values would need as much memory again."""
    for top in range(0, picture.height, STRIP):
        values: Values = np.asarray(picture.crop((0, top, picture.width, min(top + STRIP, picture.height))))
        unsigned = grey.bits == 32 and picture.mode == "I" and not grey.signed
        yield top, values.view(np.uint32) if unsigned else values


def _find_white(picture: Image.Image, grey: tiff.Grey) -> float:
    """Return the value of white. Raises PictureError if the values cannot be understood."""
    ranges = [(float(values.min()), float(values.max())) for _, values in _read_strips(picture, grey)]
    low, high = np.min([low for low, _ in ranges]), np.max([high for _, high in ranges])  # NaN if one is
    if grey.bits <= 16:
        white = 2.0 ** (grey.bits - grey.signed) - 1
    elif picture.mode == "F" and high <= OVERSHOOT:
        white = 1.0
    else:
        white = 255.0 if high <= 255 else 65535.0
    if not np.isfinite(low + high):
        raise PictureError("This picture has pixels that are no numbers (NaN or infinite): replace them first.")
    if high > max(white, OVERSHOOT) or low < UNDERSHOOT * white:
        raise PictureError(
            f"This picture has values from {low:g} to {high:g}, and it is not clear which one is white: scale them to "
            "0 to 255 first."
        )
    return white


def _scale(values: Values, white: float, zero_is_white: bool) -> NDArray[np.uint8]:
    pixels = (values * np.float32(255 / white)).round().clip(0, 255).astype(np.uint8)
    return np.subtract(255, pixels, dtype=np.uint8) if zero_is_white else pixels
