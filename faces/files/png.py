"""PNG files without the chunks that do not concern their pixels."""

import struct
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from faces.files.contents import LARGEST_PROFILE, MOST_PARTS, Contents, read_orientation
from faces.files.profiles import SRGB, Chromaticities, build_profile, coded_profile, power_curve

START = b"\x89PNG\r\n\x1a\n"
DESCRIPTIONS = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"eXIf")
TRANSPARENCY_SIZES = {0: (2,), 2: (6,), 3: range(1, 257)}  # bytes of tRNS by colour type


class Chunk(NamedTuple):
    """Chunk of a PNG file: where its data are."""

    kind: bytes
    start: int
    stop: int


def split(data: bytes) -> Contents:
    """Return the picture of a PNG file; of an animation, the one that programs without animations show.

    Colours are described, in order of precedence, by the chunks cICP, iCCP, sRGB, and gAMA with cHRM (PNG, third
    edition). The last chunk, which is empty and may be missing, is left out too.
    """
    kept, described = [START], dict[bytes, bytes]()
    colour_type = data[25] if len(data) > 25 else 0  # of IHDR, which is always the first chunk
    is_deep_rgb = data[24:26] == b"\x10\x02"
    for kind, start, stop in islice(_read_chunks(data), MOST_PARTS):
        if kind in (b"IHDR", b"PLTE", b"IDAT"):
            kept.append(data[start - 8 : stop + 4])  # with length, kind and checksum
        elif kind == b"tRNS" and stop - start in TRANSPARENCY_SIZES.get(colour_type, ()):
            kept.append(_write_chunk(kind, _shorten(data[start:stop]) if is_deep_rgb else data[start:stop]))
        elif kind in DESCRIPTIONS:
            described.setdefault(kind, data[start:stop])
    return Contents(b"".join(kept), _find_profile(described), read_orientation(described.get(b"eXIf", b"")))


def _read_chunks(data: bytes) -> Iterator[Chunk]:
    start = len(START) + 8
    while start <= len(data):
        stop = start + int.from_bytes(data[start - 8 : start - 4], "big")
        yield Chunk(data[start - 4 : start], start, stop)
        start = stop + 12


def _write_chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def _shorten(colour: bytes) -> bytes:
    """Return a colour of 16 bits a channel in 8 bits, as Pillow reads such pixels."""
    return b"".join(bytes([0, high]) for high in colour[::2])


def _find_profile(chunks: dict[bytes, bytes]) -> bytes | None:
    """Return the ICC profile that the chunks describe; None: sRGB."""
    coded = chunks.get(b"cICP", b"")
    if len(coded) == 4:
        return coded_profile(coded[0], coded[1])
    profile = _decompress(chunks.get(b"iCCP", b"").partition(b"\0")[2])
    if profile is not None or b"sRGB" in chunks:
        return profile
    gamma = int.from_bytes(chunks.get(b"gAMA", b"")[:4], "big") / 100_000
    if not 0.1 <= gamma <= 10:
        return None
    return build_profile(_read_chromaticities(chunks.get(b"cHRM", b"")), power_curve(1 / gamma))


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
        return SRGB
    values = [value / 100_000 for value in struct.unpack(">8I", data)]
    white, red, green, blue = zip(values[::2], values[1::2], strict=True)
    return Chromaticities(white, red, green, blue)
