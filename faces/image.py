"""THE crop, the resize and the scaling to [0, 1], and back: training and uploads share them."""

import warnings
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor

SIZE = 64  # pixels a side of what a model sees
CELEBA_FRAME = (178, 218)  # CelebA's aligned pictures
CELEBA_BOX = (30, 50, 148, 168)  # left, top, right, bottom of the report's crop in that frame
LARGEST = 64_000_000  # pixels of a picture that is still opened: 8,000 x 8,000

Crop = Literal["celeba", "centre"]


class PictureError(ValueError):
    """A picture that cannot be used; the message is one sentence for whoever sent it."""


def read_picture(source: bytes | Path) -> Image.Image:
    """Bytes or a file -> an upright RGB picture: EXIF's orientation applied, transparency laid on white.

    Raises PictureError where it is empty, no picture, damaged, or has more than `LARGEST` pixels.
    """
    data = source if isinstance(source, bytes) else source.read_bytes()
    if not data:
        raise PictureError("This file is empty (0 bytes): choose a JPEG, PNG or WebP picture.")
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(data)) as picture:
            warnings.simplefilter("ignore")  # Pillow's notes on size and odd metadata; the limit below is ours
            if picture.width * picture.height > LARGEST:
                raise PictureError(
                    f"This picture has {picture.width:,} x {picture.height:,} pixels, more than the "
                    f"{LARGEST // 1_000_000} megapixels allowed: make it smaller first."
                )
            picture.load()
            return _flat(ImageOps.exif_transpose(picture))
    except PictureError:
        raise
    except UnidentifiedImageError:
        raise PictureError("This file is not a picture that can be read: choose a JPEG, PNG or WebP.") from None
    except Image.DecompressionBombError:
        raise PictureError("This picture has far too many pixels: make it smaller first.") from None
    except Exception as error:  # Pillow's decoders raise whatever their format makes them: all mean a damaged file
        raise PictureError(f"This picture is damaged and cannot be read ({error}).") from None


def _flat(picture: Image.Image) -> Image.Image:
    """Any mode -> RGB, by value rather than by clipping."""
    if picture.mode.startswith("I") or picture.mode == "F":
        values = np.asarray(picture, dtype=np.float64)
        top = 65535.0 if values.max(initial=0) > 255 else 255.0
        picture = Image.fromarray((values / top * 255).clip(0, 255).astype(np.uint8))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")


def require_large_enough(picture: Image.Image) -> None:
    """Raise PictureError where a side has less than 16 pixels: no face can be seen in it."""
    if min(picture.size) < SIZE // 4:
        width, height = picture.size
        raise PictureError(
            f"This picture has only {width} x {height} pixels: a face needs at least {SIZE // 4} a side."
        )


def is_crop(picture: Image.Image) -> bool:
    """Whether it has the 64 x 64 pixels of what a model sees: nothing is looked for in it, it is taken as it is."""
    return picture.size == (SIZE, SIZE)


def crop(picture: Image.Image, how: Crop) -> Image.Image:
    """An RGB picture -> the 64 x 64 that a model sees, never squashed.

    `celeba`: the report's box of the 178 x 218 frame; `centre`: the largest square in the middle, so a 64 x 64
    picture comes back as it is. Raises PictureError where the frame has another size, or a side of less than 16 pixels.
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
    """RGB picture -> (H, W, 3) uint8."""
    return np.array(picture, dtype=np.uint8)


def to_tensor(pixels: NDArray[np.uint8] | Tensor) -> Tensor:
    """(B, H, W, C) uint8 -> (B, C, H, W) float32 in [0, 1], laid out channels last."""
    return torch.as_tensor(pixels).permute(0, 3, 1, 2).float().div(255)


def to_pixels(images: Tensor) -> NDArray[np.uint8]:
    """(B, C, H, W) in [0, 1] -> (B, H, W, 3) uint8, `to_tensor` undone; what lies outside is clipped. A single channel
    comes out grey.
    """
    coloured = images.detach().expand(-1, 3, -1, -1)
    return coloured.clamp(0, 1).mul(255).round().byte().permute(0, 2, 3, 1).contiguous().cpu().numpy()


def to_picture(image: Tensor) -> Image.Image:
    """(C, H, W) in [0, 1] -> RGB picture, as `to_pixels` makes it."""
    return Image.fromarray(to_pixels(image[None])[0])
