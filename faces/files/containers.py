"""WebP, BMP, AVIF and HEIC files: their colour profiles and orientations, and their pixels without other metadata."""

import re
from collections.abc import Iterator
from itertools import islice

from faces.files.contents import MOST_PARTS, Contents, read_orientation
from faces.files.profiles import SRGB_CURVE, VIDEO, coded_profile

WEBP_PIXELS = (b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF")
WEBP_METADATA = 0x20 | 0x08 | 0x04  # flags of VP8X: ICC profile, EXIF, XMP
UNSPECIFIED = 2  # code of ITU-T H.273
EXIF_ITEM = re.compile(rb"(infe(?:\x02.{7}|\x03.{9}))Exif", re.DOTALL)  # versions 2 and 3


def split_webp(data: bytes) -> Contents:
    """Return the picture of a WebP file. The file may end in the middle of its metadata or of a later frame."""
    kept, metadata = [], dict[bytes, bytes]()
    for kind, chunk in islice(_read_riff(data), MOST_PARTS):
        if kind == b"VP8X":
            kept.append(chunk[:8] + bytes([chunk[8] & ~WEBP_METADATA]) + chunk[9:])
        elif kind in WEBP_PIXELS:
            kept.append(chunk)
        else:
            metadata.setdefault(kind, chunk[8:])
    body = b"".join([b"WEBP", *kept])
    pixels = b"RIFF" + len(body).to_bytes(4, "little") + body
    return Contents(pixels, metadata.get(b"ICCP"), read_orientation(metadata.get(b"EXIF", b"")))


def split_bmp(data: bytes) -> Contents:
    """Return a BMP file with the profile of its header, version 5, if there is one."""
    if int.from_bytes(data[14:18], "little") != 124 or data[70:74] != b"DEBM":
        return Contents(data)
    start, length = (int.from_bytes(data[at : at + 4], "little") for at in (126, 130))
    return Contents(data, data[14 + start : 14 + start + length])


def split_heif(data: bytes) -> Contents:
    """Return an AVIF or HEIC file without its EXIF, and the profile of its colour codes if they are not sRGB's.

    Its decoder reads an ICC profile, and the orientation, which does not depend on EXIF.
    """
    end = data.find(b"mdat")
    head, pixels = (data, b"") if end < 0 else (data[:end], data[end:])
    codes = head.partition(b"colrnclx")[2]
    profile = None
    if len(codes) >= 4 and b"colrprof" not in head and b"colrrICC" not in head:
        primaries, transfer = (int.from_bytes(codes[at : at + 2], "big") for at in (0, 2))
        profile = coded_profile(primaries, SRGB_CURVE if transfer in (*VIDEO, UNSPECIFIED) else transfer)
    # an item of an unknown type is skipped
    return Contents(EXIF_ITEM.sub(rb"\1skip", head) + pixels, profile)


def _read_riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the bytes, with their header, of each chunk that is complete."""
    at = 12
    while at + 8 <= len(data):
        stop = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        if stop > len(data):
            return
        yield data[at : at + 4], data[at:stop] + bytes(stop % 2)
        at = stop + stop % 2
