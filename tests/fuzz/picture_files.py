"""Small pictures in every format that can be written here, with the kinds of pixels and metadata that each has."""

import struct
import warnings
import zlib
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
from hypothesis import strategies as st
from PIL import Image, ImageCms

from faces.formats import FORMATS

SIZE = (48, 40)
MODES = {
    "JPEG": ("RGB", "L", "CMYK"),
    "PNG": ("RGB", "RGBA", "P", "L", "LA", "I;16", "1"),
    "WEBP": ("RGB", "RGBA"),
    "GIF": ("P", "L"),
    "BMP": ("RGB", "P", "1"),
    "TIFF": ("RGB", "RGBA", "L", "CMYK", "LAB", "F", "I;16", "I", "P", "1"),
    "PPM": ("RGB", "L", "1", "I;16", "F"),
    "AVIF": ("RGB", "RGBA", "L"),
    "HEIF": ("RGB", "RGBA", "L"),
}
OPTIONS: dict[str, tuple[dict[str, Any], ...]] = {
    "JPEG": ({}, {"progressive": True}, {"quality": 30, "subsampling": 2}),
    "PNG": ({}, {"transparency": 3}, {"dpi": (72, 72)}),
    "WEBP": ({}, {"lossless": True}, {"save_all": True}),
    "GIF": ({}, {"save_all": True}),
    "TIFF": ({}, {"compression": "tiff_lzw"}, {"compression": "tiff_adobe_deflate"}, {"compression": "jpeg"}),
}
PROFILES = ("sRGB", "LAB", "XYZ")


@cache
def draw_picture(mode: str) -> Image.Image:
    """Draw a gradient with a frame in a mode of Pillow's."""
    across, down = np.linspace(0, 255, SIZE[0]), np.linspace(0, 255, SIZE[1])
    pixels = np.stack(np.broadcast_arrays(across, down[:, None], 255 - across), axis=-1)
    pixels[:3] = 20
    picture = Image.fromarray(pixels.astype(np.uint8))
    if mode == "I;16":
        return Image.fromarray((pixels[..., 0] * 257).astype(np.uint16))
    if mode == "LAB":
        return (
            ImageCms.profileToProfile(  # Pillow converts to LAB by profiles only
                picture, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
            )
            or picture
        )
    return picture.convert(mode)


@cache
def encode(form: str, mode: str, number: int, exif: bytes = b"", profile: bytes = b"") -> bytes:
    """Write a picture, with the options of that number."""
    choices = OPTIONS.get(form, ({},))
    options = {**choices[number % len(choices)]}
    if options.get("save_all"):
        options["append_images"] = [draw_picture(mode).transpose(Image.Transpose.ROTATE_180)]
    if "transparency" in options and mode not in ("P", "L", "1", "I;16"):
        options = {}
    if options.get("compression") == "jpeg" and mode not in ("RGB", "L"):
        options = {}
    if exif:
        options["exif"] = exif
    if profile:
        options["icc_profile"] = profile
    stream = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, of metadata that are damaged on purpose
        draw_picture(mode).save(stream, form, **options)
    return stream.getvalue()


def repair_png(data: bytes) -> bytes:
    """Write the right check sums into the chunks of a PNG, so that a decoder reads what was changed."""
    repaired, position = data[:8], 8
    while position + 12 <= len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        chunk = data[position + 4 : position + 8 + length]
        repaired += data[position : position + 4] + chunk + struct.pack(">I", zlib.crc32(chunk))
        position += 12 + length
    return repaired + data[position:]


WRITABLE = tuple(form.decoder for form in FORMATS if form.is_readable)
KINDS = st.sampled_from([(form, mode) for form in WRITABLE for mode in MODES[form]])

# an IFD of EXIF: tags that are read, and others; types and counts as they should not be
ENTRY = st.builds(
    lambda tag, kind, count, value: (tag, kind, count, value),
    st.sampled_from((0x0112, 0x0112, 0x8769, 0x8825, 0x011A, 0x0100, 0x0132, 0xC4A5)),
    st.integers(0, 18),
    st.sampled_from((0, 1, 1, 2, 8, 2**16, 2**32 - 1)),
    st.one_of(st.binary(min_size=4, max_size=4), st.integers(0, 9).map(lambda turn: struct.pack("<HH", turn, 0))),
)


def write_exif(order: str, entries: list[tuple[int, int, int, bytes]], tail: bytes) -> bytes:
    """Write a block of EXIF with one IFD."""
    mark = {"<": b"II*\0", ">": b"MM\0*"}[order]
    body = struct.pack(f"{order}H", len(entries))
    for tag, kind, count, value in entries:
        body += struct.pack(f"{order}HHI", tag, kind, count) + value
    return b"Exif\0\0" + mark + struct.pack(f"{order}I", 8) + body + tail


EXIF = st.builds(write_exif, st.sampled_from("<>"), st.lists(ENTRY, max_size=4), st.binary(max_size=30))


@cache
def write_profile(name: str) -> bytes:
    """Return the bytes of a colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()  # type: ignore[arg-type]
