"""From a decoded picture of any kind to sRGB."""

from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

# Pillow's mode -> signature of the profiles that describe it (ICC.1, table 19)
SPACES = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK"}
STEPS = 9  # of each channel, to compare a profile with sRGB


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert a picture of 8 bits a channel to sRGB, with its transparency on white.

    An unreadable `profile`, or one for other channels, counts as none. Without one, RGB and grey are sRGB, and CMYK is
    converted as if inks were filters. Transparency is laid on white after the conversion, as browsers do.
    """
    if not picture.has_transparency_data:
        return _convert(picture, profile)
    grey = picture.mode in ("1", "L", "LA", "La")
    picture = picture.convert("LA" if grey else "RGBA")
    opaque = _convert(picture.convert("L" if grey else "RGB"), profile)
    white = Image.new("RGB", picture.size, "white")
    white.paste(opaque, mask=picture.getchannel("A"))
    return white


def _convert(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if picture.mode == "1":
        picture = picture.convert("L")
    elif picture.mode not in ("L", "CMYK", "LAB"):
        picture = _to_mode_rgb(picture)
    space = profile[16:20] if profile else b""
    if picture.mode == "L" and space == b"RGB ":
        picture = picture.convert("RGB")  # of equal channels
    if picture.mode == "LAB":
        transform = _lab_transform()
    else:
        transform = _transform(profile or b"", picture.mode) if space == SPACES[picture.mode] else None
    if transform is None:
        return _to_mode_rgb(picture)
    in_place = picture.mode == "RGB"
    return ImageCms.applyTransform(picture, transform, inPlace=in_place) or picture


def _to_mode_rgb(picture: Image.Image) -> Image.Image:
    return picture if picture.mode == "RGB" else picture.convert("RGB")


@lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the transform of a profile to sRGB; None if it is unreadable, or changes no colour by more than 1."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError):
        return None
    if mode == "CMYK":
        return transform
    levels = np.linspace(0, 255, STEPS).astype(np.uint8)
    samples = levels[:, None] if mode == "L" else np.stack(np.meshgrid(levels, levels, levels), -1).reshape(STEPS, -1, 3)
    before = Image.fromarray(samples)
    after = ImageCms.applyTransform(before, transform)
    difference = np.asarray(after, np.int16) - np.asarray(before.convert("RGB"), np.int16)
    return transform if np.abs(difference).max() > 1 else None


@lru_cache(maxsize=1)
def _lab_transform() -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
