"""The parts of a picture's file that decide how it looks, and the directories of EXIF and TIFF."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

ORIENTATION = 0x0112  # tag of EXIF and TIFF
SHORT, LONG = 3, 4  # types of values
SIZES = {1: 1, 2: 1, SHORT: 2, LONG: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
MOST_ENTRIES = 4096  # of a directory; a photograph's has about 20
LARGEST_PROFILE = 4_000_000  # bytes; the largest profiles in use have 3 million
MOST_PARTS = 100_000  # chunks or segments of a file; one of 100 MB has about 12,000


class Contents(NamedTuple):
    """File without its metadata, and the two metadata that change its pixels.

    Decoders refuse files for faults in metadata that are not needed here, such as a resolution that is no number.
    """

    data: bytes
    profile: bytes | None = None  # ICC colour profile
    orientation: int = 1  # EXIF's, 1 to 8
    has_end: bool = True  # False: an end was added to the data


class Entry(NamedTuple):
    """Entry of a directory."""

    tag: int
    type: int
    start: int  # of its values in the file
    length: int  # of its values in bytes
    raw: bytes  # the entry as it is stored


class Directory:
    """First directory of a TIFF file; EXIF has the same structure. It has no entries if it cannot be read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.order: Literal["little", "big"] = "little" if data[:2] == b"II" else "big"
        self.is_big_tiff = 43 in data[2:4]
        self.width = 8 if self.is_big_tiff else 4  # bytes of an offset
        self.start = self.read(data[8:16] if self.is_big_tiff else data[4:8])
        valid = data[:2] in (b"II", b"MM") and self.start >= 8
        self.entries = tuple(self._read_entries()) if valid else ()

    def read(self, value: bytes) -> int:
        """Read an unsigned number."""
        return int.from_bytes(value, self.order)

    def number(self, tag: int, default: int) -> int:
        """Return the first number of the entry with a tag, or `default` if there is none."""
        for entry in self.entries:
            if entry.tag == tag and entry.type in (SHORT, LONG) and entry.length:
                return self.read(self.data[entry.start : entry.start + SIZES[entry.type]])
        return default

    def values(self, tag: int) -> bytes | None:
        """Return the values of the entry with a tag, as they are stored."""
        for entry in self.entries:
            if entry.tag == tag:
                return self.data[entry.start : entry.start + entry.length]
        return None

    def _read_entries(self) -> Iterator[Entry]:
        head, size = (8, 20) if self.is_big_tiff else (2, 12)
        first = self.start + head
        count = min(self.read(self.data[self.start : first]), MOST_ENTRIES)
        for at in range(first, min(first + count * size, len(self.data) - size + 1), size):
            raw = self.data[at : at + size]
            kind, number = self.read(raw[2:4]), self.read(raw[4 : 4 + self.width])
            start, length = at + size - self.width, SIZES.get(kind, 0) * number
            if length > self.width:
                start = self.read(raw[-self.width :])
            yield Entry(self.read(raw[:2]), kind, start, length, raw)

    @property
    def orientation(self) -> int:
        """1 to 8, as EXIF counts them; 1 (upright) if there is no valid one."""
        orientation = self.number(ORIENTATION, 1)
        return orientation if 1 <= orientation <= 8 else 1


def read_orientation(exif: bytes) -> int:
    """Return the orientation of EXIF data, with or without their header: 1 to 8, and 1 if there is no valid one."""
    return Directory(exif.removeprefix(b"Exif\0\0")).orientation
