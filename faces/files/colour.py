"""From a decoded picture of any kind to sRGB."""

from functools import lru_cache
from io import BytesIO
from typing import cast

import numpy as np
from PIL import Image, ImageCms

from faces.files.contents import LARGEST_PROFILE

# Pillow's mode -> signature of the profiles that describe it (ICC.1, table 19)
SPACES = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK"}
STRIP = 256  # rows that are converted at a time
STEPS = 9  # of each channel, to compare a profile with sRGB


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert a picture of 8 bits a channel to sRGB, with its transparency on white.

    An unreadable `profile`, or one for other channels, counts as none. Without one, RGB and grey are sRGB, and CMYK is
    converted as if inks were filters. Transparency is laid on white after the conversion, as browsers do.
    """
    if picture.mode == "RGB" and not picture.has_transparency_data:
        return _convert(picture, profile)  # in place
    result = Image.new("RGB", picture.size, "white")
    for top in range(0, picture.height, STRIP):  # a copy of all pixels in each step would need much memory
        strip = picture.crop((0, top, picture.width, min(top + STRIP, picture.height)))
        if strip.has_transparency_data:
            grey = strip.mode in ("1", "L", "LA", "La")
            strip = strip.convert("LA" if grey else "RGBA")
            opaque = _convert(strip.convert("L" if grey else "RGB"), profile)
            result.paste(opaque, (0, top), strip.getchannel("A"))
        else:
            result.paste(_convert(strip, profile), (0, top))
    return result


def _convert(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode not in ("L", "CMYK", "LAB"):
        picture = _to_mode_rgb(picture)
    if picture.mode == "L" and profile and profile[16:20] == SPACES["RGB"]:
        picture = picture.convert("RGB")  # of equal channels
    transform = _build_transform(picture.mode, profile)
    if transform is None:
        return _to_mode_rgb(picture)
    if picture.mode == "RGB":  # in place, because large pictures fill much memory
        ImageCms.applyTransform(picture, transform, inPlace=True)
        return picture
    return cast(Image.Image, ImageCms.applyTransform(picture, transform))


def _to_mode_rgb(picture: Image.Image) -> Image.Image:
    return picture if picture.mode == "RGB" else picture.convert("RGB")


@lru_cache(maxsize=4)
def _build_transform(mode: str, profile: bytes | None) -> ImageCms.ImageCmsTransform | None:
    """Return the transform to sRGB; None if there is no usable profile, or if it changes no colour by more than 1."""
    srgb = ImageCms.createProfile("sRGB")
    if mode == "LAB":  # defines its colours
        return ImageCms.buildTransform(ImageCms.createProfile("LAB"), srgb, mode, "RGB")
    if profile is None or profile[16:20] != SPACES[mode] or len(profile) > LARGEST_PROFILE:
        return None
    try:
        transform = ImageCms.buildTransform(ImageCms.ImageCmsProfile(BytesIO(profile)), srgb, mode, "RGB")
    except (ImageCms.PyCMSError, OSError):
        return None
    return transform if mode == "CMYK" or _changes_colours(transform, mode) else None


def _changes_colours(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    levels = np.linspace(0, 255, STEPS).astype(np.uint8)
    cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1)  # (STEPS, STEPS, STEPS, 3)
    before = Image.fromarray(levels[:, None] if mode == "L" else cube.reshape(STEPS, -1, 3))
    after = ImageCms.applyTransform(before, transform)
    difference = np.asarray(after, np.int16) - np.asarray(before.convert("RGB"), np.int16)
    return bool(np.abs(difference).max() > 1)
