"""TIFF files without the entries that do not concern their pixels."""

from typing import NamedTuple

from faces.files.contents import Contents, Directory

# tags of sizes, compression, layout, palette, transparency, number format, and of JPEG and YCbCr data
PIXEL_TAGS = {256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 292, 293, 317, 320, 322, 323, 324, 325}
PIXEL_TAGS |= {332, 338, 339, 347, *range(512, 522), 529, 530, 531, 532}
BITS, PHOTOMETRIC, SAMPLE_FORMAT, PROFILE = 258, 262, 339, 34675


class Grey(NamedTuple):
    """Meaning of the values of a TIFF file with one channel."""

    bits: int
    signed: bool
    zero_is_white: bool


def split(data: bytes) -> Contents:
    """Return the first picture of a TIFF file."""
    directory = Directory(data)
    if not directory.entries:
        return Contents(data)
    kept = [entry.raw for entry in directory.entries if entry.tag in PIXEL_TAGS]
    count = len(kept).to_bytes(8 if directory.is_big_tiff else 2, directory.order)
    # after the entries no address of another directory: only the first picture is read
    head = b"".join([count, *kept, bytes(directory.width)])
    pixels = b"".join([data[: directory.start], head, data[directory.start + len(head) :]])
    return Contents(pixels, directory.values(PROFILE), directory.orientation)


def read_grey(data: bytes) -> Grey:
    """Read the meaning of the values of a file with one channel."""
    directory = Directory(data)
    return Grey(
        bits=directory.number(BITS, 1),
        signed=directory.number(SAMPLE_FORMAT, 1) == 2,
        zero_is_white=directory.number(PHOTOMETRIC, 1) == 0,
    )
