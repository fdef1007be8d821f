"""JPEG files without the segments that do not concern their pixels, and whether all of their rows are there."""

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import NamedTuple

from PIL import Image, ImageChops

from faces.errors import PictureError
from faces.files.contents import MOST_PARTS, Contents, read_orientation
from faces.formats import JPEG

START, END = b"\xff\xd8", b"\xff\xd9"
MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # not a stuffed byte, a restart marker, or a filling byte
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
TABLES = {0xC4, 0xCC, 0xDB, 0xDD}
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
STANDALONE = (0x01, 0xD8)  # markers without a length
# Decoded if data are missing, and skipped otherwise: long runs of bytes, with the eight restart markers between them.
FILLERS = tuple(
    b"".join(run * 2048 + bytes([0xFF, 0xD0 + (first + i) % 8]) for i in range(8))
    for run, first in ((b"\xb5\x4a", 0), (b"\x7e\x81", 3), (b"\xfe\xd3", 6))
)
MISSING = "This picture is damaged and cannot be read (its end is missing)."


class Segment(NamedTuple):
    """Marker with its data; the compressed data of a scan follow its segment."""

    marker: int
    start: int  # of the marker
    data: bytes  # without marker and length
    stop: int


def split(data: bytes) -> Contents:
    """Return the first picture of a JPEG file. Its end marker may be missing, but no part of its ICC profile.

    Raises PictureError if scans are missing.
    """
    segments = list(islice(_read_segments(data), MOST_PARTS))
    scan = next((segment.start for segment in segments if segment.marker == START_OF_SCAN), len(data))
    exif, profile, parts = b"", dict[int, bytes](), 0
    for marker, _, content, _ in segments:
        if marker == 0xE1 and content.startswith(b"Exif\0"):
            exif = exif or content[6:]
        elif marker == 0xE2 and content.startswith(b"ICC_PROFILE\0") and len(content) > 14:
            profile[content[12]], parts = content[14:], content[13]
    complete = parts > 0 and sorted(profile) == list(range(1, parts + 1))
    icc = b"".join(profile[part] for part in sorted(profile)) if complete else None
    head = [
        data[start:stop] for marker, start, content, stop in segments if start < scan and _is_pixels(marker, content)
    ]
    has_end = bool(segments) and segments[-1].marker == END_OF_IMAGE
    if not has_end and not _has_all_scans(segments):
        raise PictureError(MISSING)
    end = segments[-1].start if has_end else len(data.rstrip(b"\0")) + 8  # zeros fill an interrupted download
    half = b"\0" if not has_end and data[:end].endswith(b"\xff") else b""  # of the end marker
    return Contents(b"".join([START, *head, data[scan:end], half, END]), icc, read_orientation(exif), has_end)


def check_rows(picture: Image.Image, contents: Contents) -> None:
    """Raise PictureError if the data of some pixels of the decoded picture are missing: decoders make them grey.

    What follows the last of the data changes a picture only if data are missing.
    """
    if contents.has_end and not _ends_in_grey(picture):
        return
    data = contents.data.removesuffix(END)
    for filler in FILLERS:
        with JPEG.open(data + filler + END) as other:
            if ImageChops.difference(picture, other).getbbox():
                raise PictureError(MISSING)


def _read_segments(data: bytes) -> Iterator[Segment]:
    at = len(START)
    while match := MARKER.search(data, at):
        marker, at = data[match.end() - 1], match.end()
        if marker in STANDALONE:
            continue
        if marker == END_OF_IMAGE:
            yield Segment(marker, match.start(), b"", at)
            return
        stop = at + max(2, int.from_bytes(data[at : at + 2], "big"))
        yield Segment(marker, match.start(), data[at + 2 : stop], stop)
        at = stop


def _is_pixels(marker: int, content: bytes) -> bool:
    if marker == 0xE0:
        return content.startswith(b"JFIF\0") and len(content) >= 14
    if marker == 0xEE:
        return content.startswith(b"Adobe") and len(content) >= 12
    return marker in FRAMES | TABLES


def _ends_in_grey(picture: Image.Image) -> bool:
    """Return whether the last pixel has the grey of missing data, like one in a hundred complete pictures."""
    pixel = picture.getpixel((picture.width - 1, picture.height - 1))
    values = pixel if isinstance(pixel, tuple) else (pixel,)
    if len(values) == 3:
        red, green, blue = values
        values = (0.299 * red + 0.587 * green + 0.114 * blue,)  # only brightness: colours are smoothed between blocks
    return all(abs(value - 128) <= 2 for value in values if value is not None)


def _has_all_scans(segments: list[Segment]) -> bool:
    """Return whether there are scans of all bits of all coefficients of all channels."""
    needed: set[tuple[int, int]] = set()
    for segment in segments:
        data = segment.data
        if segment.marker in FRAMES:
            needed = set(product(data[6::3], range(64)))
        elif segment.marker == START_OF_SCAN and data and len(data) >= 4 + 2 * data[0]:
            first, last, bits = data[-3:]
            if bits & 15 == 0:
                needed -= set(product(data[1:-3:2], range(first, last + 1)))
    return not needed
