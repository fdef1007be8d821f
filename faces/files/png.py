"""PNG files without the chunks that do not concern their pixels."""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from faces.files.contents import Contents, read_orientation
from faces.files.profiles import Chromaticities, SRGB_PRIMARIES, build_profile, coded_profile

START, END = b"\x89PNG\r\n\x1a\n", b"\0\0\0\0IEND\xaeB`\x82"
LARGEST_PROFILE = 16_000_000  # bytes; the largest in use have 3 million
TRANSPARENCY_SIZES = {0: (2,), 2: (6,), 3: range(1, 257)}  # bytes of tRNS by colour type


class Chunk(NamedTuple):
    """Chunk of a PNG file."""

    kind: bytes
    data: bytes
    raw: bytes  # with length and checksum


def split(data: bytes) -> Contents:
    """Return the picture of a PNG file; of an animation, the one that programs without animations show.

    Colours are described, in order of precedence, by the chunks cICP, iCCP, sRGB, and gAMA with cHRM (PNG, third
    edition, section 11.3.2). The file may lack its last chunk, which is empty.
    """
    kept, described = [START], dict[bytes, bytes]()
    colour_type = -1
    for chunk in _read_chunks(data):
        if chunk.kind == b"IHDR":
            colour_type = chunk.data[9] if len(chunk.data) > 9 else -1
        is_transparency = chunk.kind == b"tRNS" and len(chunk.data) in TRANSPARENCY_SIZES.get(colour_type, ())
        if chunk.kind in (b"IHDR", b"PLTE", b"IDAT") or is_transparency:
            kept.append(chunk.raw)
        else:
            described.setdefault(chunk.kind, chunk.data)
    return Contents(b"".join([*kept, END]), _find_profile(described), read_orientation(described.get(b"eXIf", b"")))


def _read_chunks(data: bytes) -> Iterator[Chunk]:
    at = len(START)
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind == b"IEND":
            return
        stop = at + 8 + length
        yield Chunk(kind, data[at + 8 : stop], data[at : stop + 4])
        at = stop + 4


def _find_profile(chunks: dict[bytes, bytes]) -> bytes | None:
    """Return the ICC profile that the chunks describe; None: sRGB."""
    coded = chunks.get(b"cICP", b"")
    if len(coded) == 4:
        return coded_profile(coded[0], coded[1])
    profile = _decompress(chunks.get(b"iCCP", b"").partition(b"\0")[2])
    if profile is not None or b"sRGB" in chunks:
        return profile
    gamma = int.from_bytes(chunks.get(b"gAMA", b""), "big")
    return build_profile(_read_chromaticities(chunks.get(b"cHRM", b"")), 100_000 / gamma) if gamma else None


def _decompress(data: bytes) -> bytes | None:
    """Return the profile of an iCCP chunk from its method of compression, 0, on; None if it is damaged."""
    if data[:1] != b"\0":
        return None
    try:
        return zlib.decompressobj().decompress(data[1:], LARGEST_PROFILE)
    except zlib.error:
        return None


def _read_chromaticities(data: bytes) -> Chromaticities:
    if len(data) != 32:
        return SRGB_PRIMARIES
    values = [value / 100_000 for value in struct.unpack(">8I", data)]
    white, red, green, blue = zip(values[::2], values[1::2], strict=True)
    return Chromaticities(white, red, green, blue)
