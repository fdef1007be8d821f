"""Files of every kind that a browser reads, of a public-domain portrait and of noise."""

import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import cv2
import numpy as np
from PIL import Image
from skimage import data

from faces.align import Face
from tests.faces.samples import (
    ADOBE_COLUMNS,
    P3_COLUMNS,
    SRGB_COLUMNS,
    SRGB_CURVE,
    add_chunk,
    build_exif,
    build_grey,
    build_rgb,
    encode,
    power_curve,
)

P3 = build_rgb(P3_COLUMNS, SRGB_CURVE)
ADOBE = build_rgb(ADOBE_COLUMNS, power_curve(563 / 256))
EYES = Face((91.0, 95.0), (139.0, 93.0), (0, 0, 0, 0))  # of `portrait`
P3_CHROMATICITIES = struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)


@cache
def portrait() -> Image.Image:
    """Return Eileen Collins (NASA, public domain), 240 x 190."""
    return Image.fromarray(data.astronaut()).crop((110, 20, 350, 210))


@cache
def noise(width: int = 133, height: int = 97) -> Image.Image:
    """Return uniform noise, the hardest picture for every decoder."""
    pixels = np.random.default_rng([width, height]).integers(0, 256, (height, width, 3))
    return Image.fromarray(pixels.astype(np.uint8))


def _with_alpha(picture: Image.Image) -> Image.Image:
    result = picture.copy()
    result.putalpha(noise(*picture.size).getchannel("R"))
    return result


def _with_16_bits(picture: Image.Image, channels: int) -> bytes:
    """Return a PNG file of 16 bits, whose lower bits are noise."""
    high = np.asarray(_with_alpha(picture))[..., :channels].astype(np.uint16)
    low = np.random.default_rng(0).integers(0, 256, high.shape).astype(np.uint16)
    order = [0] if channels == 1 else [2, 1, 0, 3][:channels]
    return cv2.imencode(".png", (high * 256 + low)[..., order])[1].tobytes()


def _add_profile(png: bytes, profile: bytes) -> bytes:
    return add_chunk(png, b"iCCP", b"name\0\0" + zlib.compress(profile))


def _table_curve(count: int) -> bytes:
    """Return the curve value ** 2.2 as a table."""
    values = [round(65535 * (index / (count - 1)) ** 2.2) for index in range(count)]
    return b"curv" + bytes(4) + struct.pack(f">I{count}H", count, *values)


Build = Callable[[Image.Image], bytes]


def _turned(form: str, orientation: int) -> Build:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return _plain(form, exif=exif)


def _plain(form: str, mode: str = "RGB", **options: Any) -> Build:
    return lambda picture: encode(picture.convert(mode), form, **options)


EXACT: dict[str, Build] = {
    "png": _plain("PNG"),
    "png grey": _plain("PNG", "L"),
    "png of one bit": _plain("PNG", "1"),
    "png with a palette": lambda picture: encode(picture.quantize(200), "PNG"),
    "png of 16 bits": lambda picture: _with_16_bits(picture, 3),
    "png of 16 bits with alpha": lambda picture: _with_16_bits(picture, 4),
    "png with alpha": lambda picture: encode(_with_alpha(picture), "PNG"),
    "png grey with alpha": lambda picture: encode(_with_alpha(picture.convert("L")), "PNG"),
    "png with a transparent palette": lambda picture: encode(
        picture.quantize(64), "PNG", transparency=bytes(range(0, 256, 4))
    ),
    "png with a transparent colour": lambda picture: encode(picture, "PNG", transparency=picture.getpixel((3, 3))),
    "jpeg 4:2:0": _plain("JPEG", quality=75, subsampling=2),
    "jpeg 4:2:2": _plain("JPEG", quality=85, subsampling=1),
    "jpeg 4:4:4": _plain("JPEG", quality=90, subsampling=0),
    "jpeg progressive": _plain("JPEG", quality=80, progressive=True),
    "jpeg grey": _plain("JPEG", "L"),
    "webp": _plain("WEBP", quality=80),
    "webp without loss": _plain("WEBP", lossless=True),
    "webp with alpha": lambda picture: encode(_with_alpha(picture), "WEBP", lossless=True, exact=True),
    "webp lossy with alpha": lambda picture: encode(_with_alpha(picture), "WEBP", quality=80),
    "gif": lambda picture: encode(picture.quantize(64), "GIF"),
    "gif with a transparent colour": lambda picture: encode(picture.quantize(64), "GIF", transparency=3),
    "avif": _plain("AVIF", quality=80),
    "avif 4:4:4": _plain("AVIF", quality=90, subsampling="4:4:4"),
    "jpeg with faulty exif": lambda picture: encode(picture, "JPEG", exif=build_exif(6)),
    **{
        f"{form.lower()} with orientation {orientation}": _turned(form, orientation)
        for form in ("JPEG", "PNG", "WEBP", "AVIF")
        for orientation in range(1, 9)
    },
}

# converted by assets/vision/colour.js
MATRICES: dict[str, Build] = {
    **{
        f"{form.lower()} in {name}": _plain(form, icc_profile=profile, quality=90)
        for form in ("JPEG", "PNG", "WEBP")
        for name, profile in (("Display P3", P3), ("Adobe RGB", ADOBE))
    },
    "png with a palette in Display P3": lambda picture: encode(picture.quantize(64), "PNG", icc_profile=P3),
    "png of 16 bits in Display P3": lambda picture: _add_profile(_with_16_bits(picture, 3), P3),
    "jpeg grey in Adobe RGB": lambda picture: encode(picture.convert("L"), "JPEG", icc_profile=ADOBE),
    "png with channels swapped": lambda picture: encode(
        picture, "PNG", icc_profile=build_rgb(P3_COLUMNS[:, [1, 2, 0]], SRGB_CURVE)
    ),
    "jpeg with a curve": lambda picture: encode(picture, "JPEG", icc_profile=build_rgb(SRGB_COLUMNS, power_curve(1.8))),
    "jpeg with a table": lambda picture: encode(picture, "JPEG", icc_profile=build_rgb(P3_COLUMNS, _table_curve(1024))),
    "png with a short table": lambda picture: encode(
        picture, "PNG", icc_profile=build_rgb(P3_COLUMNS, _table_curve(7))
    ),
    "webp with the number of a power": lambda picture: encode(
        picture, "WEBP", icc_profile=build_rgb(ADOBE_COLUMNS, b"curv" + bytes(4) + struct.pack(">IHxx", 1, 563))
    ),
    "png with gAMA and cHRM": lambda picture: add_chunk(
        add_chunk(encode(picture, "PNG"), b"gAMA", struct.pack(">I", 45455)), b"cHRM", P3_CHROMATICITIES
    ),
    "png with cICP": lambda picture: add_chunk(encode(picture, "PNG"), b"cICP", bytes([12, 13, 0, 1])),
    "png with gAMA": lambda picture: add_chunk(encode(picture, "PNG"), b"gAMA", struct.pack(">I", 45455)),
    "png with cICP of video": lambda picture: add_chunk(encode(picture, "PNG"), b"cICP", bytes([9, 1, 0, 1])),
}

# that change no colour by more than 1
SRGB_PROFILES: dict[str, Build] = {
    "jpeg in sRGB": lambda picture: encode(picture, "JPEG", icc_profile=build_rgb(SRGB_COLUMNS, SRGB_CURVE)),
    "png in sRGB": lambda picture: encode(_with_alpha(picture), "PNG", icc_profile=build_rgb(SRGB_COLUMNS, SRGB_CURVE)),
    "webp with an unreadable profile": lambda picture: encode(picture, "WEBP", icc_profile=b"no profile"),
}

# converted by the browser
PROFILES: dict[str, Build] = {
    "avif in Display P3": lambda picture: encode(picture, "AVIF", icc_profile=P3, quality=90),
    "avif in Adobe RGB": lambda picture: encode(picture, "AVIF", icc_profile=ADOBE, quality=90),
    "png with alpha in Display P3": lambda picture: encode(_with_alpha(picture), "PNG", icc_profile=P3),
    "webp with alpha in Adobe RGB": lambda picture: encode(
        _with_alpha(picture), "WEBP", lossless=True, exact=True, icc_profile=ADOBE
    ),
    "jpeg grey with a curve": lambda picture: encode(
        picture.convert("L"), "JPEG", icc_profile=build_grey(power_curve(1.8))
    ),
}


def _build_avif_with_codes(picture: Image.Image, primaries: int, transfer: int) -> bytes:
    """Return an AVIF file with codes of ITU-T H.273 instead of its own."""
    file = encode(picture, "AVIF", quality=90)
    at = file.index(b"colrnclx") + 8
    return file[:at] + struct.pack(">HH", primaries, transfer) + file[at + 4 :]


# files that the server must read
BEYOND: dict[str, Build] = {
    "png grey of 16 bits": lambda picture: _with_16_bits(picture, 1),
    "png with alpha and gAMA alone": lambda picture: add_chunk(
        encode(_with_alpha(picture), "PNG"), b"gAMA", struct.pack(">I", 45455)
    ),
    "png in HDR": lambda picture: add_chunk(encode(picture, "PNG"), b"cICP", bytes([9, 16, 0, 1])),
    "avif in HDR": lambda picture: _build_avif_with_codes(picture, 9, 16),
    "avif with alpha": lambda picture: encode(_with_alpha(picture), "AVIF", quality=90),
    "jpeg of inks": _plain("JPEG", "CMYK"),
    "jpeg without its end": lambda picture: encode(picture, "JPEG")[:-2],
    "jpeg cut off": lambda picture: encode(picture, "JPEG")[:-400],
    "jpeg cut off in its head": lambda picture: encode(picture, "JPEG")[:100],
    "png cut off": lambda picture: encode(picture, "PNG")[:-4000],
    "webp cut off": lambda picture: encode(picture, "WEBP")[:-400],
    "png of more than 64 megapixels": lambda _: encode(Image.new("L", (8192, 8192)), "PNG"),
    "jpeg of more than 64 megapixels": lambda _: encode(Image.new("L", (8192, 8192)), "JPEG"),
    "tiff": _plain("TIFF"),
    "bmp": _plain("BMP"),
    "ppm": _plain("PPM"),
}
