"""The formats of pictures that the page, the endpoints and the trainer read: one table for all of them."""

import re
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import NamedTuple

from PIL import Image

from faces.errors import PictureError


class Format(NamedTuple):
    """Format of picture files."""

    name: str
    decoder: str  # Pillow's name of it
    signature: re.Pattern[bytes]  # matches the first bytes of a file
    endings: tuple[str, ...]  # of file names, in lower case, with the dot
    media_types: tuple[str, ...]
    module: str = "PIL"  # contains the decoder
    install: str = ""  # the command that installs the module

    @property
    def is_readable(self) -> bool:
        """The presence of the decoder on this machine."""
        return _has_decoder(self.module)

    @property
    def advice(self) -> str:
        """The end of a sentence that says what to do if the decoder is not installed."""
        return f"save them as JPEG or PNG, or install it with: {self.install}"

    def open(self, data: bytes) -> Image.Image:
        """Open a file of this format; its pixels are decoded later. Raises the decoder's exceptions."""
        _has_decoder(self.module)  # registers it
        return Image.open(BytesIO(data), formats=(self.decoder,))


def _signature(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


REINSTALL = "pip install --force-reinstall pillow"
# a file of several pictures (MPO) begins with a JPEG, which is read
JPEG = Format("JPEG", "JPEG", _signature(rb"\xff\xd8\xff"), (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"), ("image/jpeg",))
PNG = Format("PNG", "PNG", _signature(rb"\x89PNG\r\n\x1a\n"), (".png", ".apng"), ("image/png", "image/apng"))
WEBP = Format(
    "WebP", "WEBP", _signature(rb"RIFF.{4}WEBP"), (".webp",), ("image/webp",), module="PIL._webp", install=REINSTALL
)
GIF = Format("GIF", "GIF", _signature(rb"GIF8[79]a"), (".gif",), ("image/gif",))
BMP = Format("BMP", "BMP", _signature(rb"BM"), (".bmp", ".dib"), ("image/bmp",))
TIFF = Format("TIFF", "TIFF", _signature(rb"II[*+]\0|MM\0[*+]"), (".tif", ".tiff"), ("image/tiff",))
PPM = Format(
    "PPM",
    "PPM",
    _signature(rb"P[1-6f]\s"),
    (".ppm", ".pgm", ".pbm", ".pnm", ".pfm"),
    ("image/x-portable-pixmap", "image/x-portable-graymap", "image/x-portable-bitmap", "image/x-portable-anymap"),
)
AVIF = Format(
    "AVIF",
    "AVIF",
    _signature(rb".{4}ftyp(?:.{4}){0,8}?avi[fs]"),
    (".avif", ".avifs"),
    ("image/avif",),
    module="PIL._avif",
    install=REINSTALL,
)
HEIC = Format(
    "HEIC",
    "HEIF",
    _signature(rb".{4}ftyp(?:.{4}){0,8}?(?:he[iv][cmsx]|mif1|msf1)"),
    (".heic", ".heif", ".hif", ".heics", ".heifs"),
    ("image/heic", "image/heif"),
    module="pillow_heif",
    install="pip install pillow-heif",
)
FORMATS = (JPEG, PNG, WEBP, GIF, BMP, TIFF, PPM, AVIF, HEIC)


@cache
def _has_decoder(module: str) -> bool:
    try:
        decoder = import_module(module)
    except ImportError:
        return False
    if module == "pillow_heif":
        decoder.register_heif_opener()
    return True


def list_names() -> str:
    """Return the names of the formats that can be read here, as the end of a sentence."""
    *names, last = (form.name for form in FORMATS if form.is_readable)
    return f"{', '.join(names)} or {last}"


def readable_endings() -> frozenset[str]:
    """Return the endings of the files that can be read here."""
    return frozenset(ending for form in FORMATS if form.is_readable for ending in form.endings)


def explain_ending(ending: str) -> str | None:
    """Return what to do with files of this ending if only their decoder is missing, and None for any other ending."""
    for form in FORMATS:
        if ending in form.endings and not form.is_readable:
            return f"the decoder of {form.name} pictures is not installed: {form.advice}"
    return None


def recognise(data: bytes) -> Format:
    """Return the format of a file from its first bytes.

    Raises PictureError if it is empty, of no format of the table, or if its decoder is not installed.
    """
    if not data:
        raise PictureError(f"This file is empty (0 bytes): choose a picture ({list_names()}).")
    for form in FORMATS:
        if form.signature.match(data):
            if not form.is_readable:
                raise PictureError(f"The decoder of {form.name} pictures is not installed: {form.advice}.")
            return form
    raise PictureError(f"This file is not a picture that can be read: choose one of {list_names()}.")
