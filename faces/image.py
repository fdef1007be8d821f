"""The one crop, resize and scaling to [0, 1] that training and uploads share, and the way back."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from faces.crops import CELEBA_BOX, CELEBA_FRAME, Crop
from faces.errors import PictureError
from faces.files.decoding import decode

if TYPE_CHECKING:
    from torch import Tensor

SIZE = 64  # pixels a side of the models' images


def read_picture(source: bytes | Path) -> Image.Image:
    """Read bytes or a file as an upright RGB picture in sRGB, with transparency laid on white.

    Raises PictureError if it cannot be used: see `faces.files.decoding.decode`.
    """
    return decode(source if isinstance(source, bytes) else source.read_bytes())


def require_large_enough(picture: Image.Image) -> None:
    """Raise PictureError if a side has fewer than 16 pixels: no face is visible in such a picture."""
    if min(picture.size) < SIZE // 4:
        width, height = picture.size
        raise PictureError(
            f"This picture has only {width} x {height} pixels: a face needs at least {SIZE // 4} a side."
        )


def is_crop(picture: Image.Image) -> bool:
    """Return whether a picture has 64 x 64 pixels, like the models' images: it is used without cropping."""
    return picture.size == (SIZE, SIZE)


def crop(picture: Image.Image, how: Crop) -> Image.Image:
    """Crop and resize an RGB picture to the models' 64 x 64, keeping its proportions.

    `celeba`: the report's box of a 178 x 218 frame. `centre`: the largest square in the middle, so that a 64 x 64
    picture stays as it is. Raises PictureError for a frame of another size, or a side of fewer than 16 pixels.
    """
    width, height = picture.size
    if how == "celeba":
        if picture.size != CELEBA_FRAME:
            raise PictureError(f"This picture has {width} x {height} pixels; CelebA's aligned ones have 178 x 218.")
        box: tuple[float, float, float, float] = CELEBA_BOX
    else:
        require_large_enough(picture)
        side = min(width, height)
        left, top = (width - side) / 2, (height - side) / 2
        box = (left, top, left + side, top + side)
    return picture.resize((SIZE, SIZE), Image.Resampling.BICUBIC, box=box)


def to_array(picture: Image.Image) -> NDArray[np.uint8]:
    """Convert an RGB picture to (H, W, 3) uint8."""
    return np.array(picture, dtype=np.uint8)


def to_tensor(pixels: "NDArray[np.uint8] | Tensor") -> "Tensor":
    """Convert (B, H, W, C) uint8 to (B, C, H, W) float32 in [0, 1], in channels-last memory order."""
    import torch  # takes seconds, and the process that reads large pictures does not need it

    return torch.as_tensor(pixels).permute(0, 3, 1, 2).float().div(255)


def to_pixels(images: "Tensor") -> NDArray[np.uint8]:
    """Convert (B, C, H, W) in [0, 1] to (B, H, W, 3) uint8, the inverse of `to_tensor`.

    Values outside of [0, 1] are clipped. A single channel becomes grey.
    """
    coloured = images.detach().expand(-1, 3, -1, -1)
    return coloured.clamp(0, 1).mul(255).round().byte().permute(0, 2, 3, 1).contiguous().cpu().numpy()


def to_picture(image: "Tensor") -> Image.Image:
    """Convert (C, H, W) in [0, 1] to an RGB picture, like `to_pixels`."""
    return Image.fromarray(to_pixels(image[None])[0])
