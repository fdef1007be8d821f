"""Files of pictures that Pillow does not write: colour profiles, PNG chunks, TIFF files, EXIF with faults."""

import itertools
import struct
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

D50 = np.array([0.9642, 1.0, 0.8249])
# red, green and blue of Display P3, Adobe RGB and sRGB under D50 (X, Y, Z), as their profiles store them
P3_COLUMNS = np.array([[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]])
ADOBE_COLUMNS = np.array([[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]])
SRGB_COLUMNS = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
SRGB_CURVE = b"para" + bytes(4) + struct.pack(">HH5i", 3, 0, 157286, 62119, 3417, 5072, 2651)


def encode(picture: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    stream = BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def draw_halves(mode: str, upper: Any, lower: Any, size: tuple[int, int] = (48, 32)) -> Image.Image:
    picture = Image.new(mode, size, upper)
    picture.paste(lower, (0, size[1] // 2, *size))
    return picture


def read_halves(picture: Image.Image) -> NDArray[np.int16]:
    """Return the colours (2, 3) in the middle of the two halves."""
    width, height = picture.size
    points = [(width // 2, height // 4), (width // 2, height * 3 // 4)]
    return np.array([picture.getpixel(point) for point in points], dtype=np.int16)


def power_curve(exponent: float) -> bytes:
    return b"para" + bytes(4) + struct.pack(">HHi", 0, 0, round(exponent * 65536))


def build_rgb(columns: NDArray[np.float64], curve: bytes) -> bytes:
    tags = {b"wtpt": _xyz(D50)}
    for channel, column in zip("rgb", columns.T, strict=True):
        tags |= {f"{channel}XYZ".encode(): _xyz(column), f"{channel}TRC".encode(): curve}
    return _build(b"RGB ", b"XYZ ", tags)


def build_grey(curve: bytes) -> bytes:
    return _build(b"GRAY", b"XYZ ", {b"wtpt": _xyz(D50), b"kTRC": curve})


def build_cmyk() -> bytes:
    """Build a profile of inks that are lighter than ideal filters: a table of all 16 overprints, in Lab."""
    table = []
    for cyan, magenta, yellow, black in itertools.product((0, 1), repeat=4):
        light = np.array([1 - 0.9 * cyan, 1 - 0.85 * magenta, 1 - 0.8 * yellow]) * (1 - 0.95 * black)
        x, y, z = np.cbrt(SRGB_COLUMNS @ light / D50)
        table += [round((116 * y - 16) * 2.55), round(500 * (x - y) + 128), round(200 * (y - z) + 128)]
    identity = bytes(range(256))
    matrix = struct.pack(">9i", *(65536 * np.eye(3, dtype=int).ravel()))
    lookup = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + matrix + identity * 4 + bytes(table) + identity * 3
    return _build(b"CMYK", b"Lab ", {b"wtpt": _xyz(D50), b"A2B0": lookup})


def _xyz(values: NDArray[np.float64]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(65536 * value) for value in values))


def _build(space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    start, table, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = struct.pack(
        ">I4xI4s4s4s12x4s28x12s48x", start + len(body), 2 << 24, b"scnr", space, connection, b"acsp", _xyz(D50)[8:]
    )
    return head + table + body


def add_chunk(png: bytes, kind: bytes, data: bytes, checksum: int | None = None) -> bytes:
    """Add a chunk to a PNG file, after IHDR."""
    checksum = zlib.crc32(kind + data) if checksum is None else checksum
    return png[:33] + struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum) + png[33:]


def add_segment(jpeg: bytes, marker: int, data: bytes, length: int | None = None) -> bytes:
    """Add a segment to a JPEG file, at its beginning."""
    return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, len(data) + 2 if length is None else length) + data + jpeg[2:]


Order = Literal["<", ">"]
Tag = tuple[int, int, int, int]  # tag, type (3: 16 bits, 4: 32 bits, 5: rational), count, value or offset


def build_tiff(
    values: NDArray[Any], sample_format: int, *, photometric: int = 1, order: Order = "<", tags: Sequence[Tag] = ()
) -> bytes:
    """Build an uncompressed TIFF file of one channel (H, W): `sample_format` 1 unsigned, 2 signed, 3 float."""
    data = values.astype(values.dtype.newbyteorder(order)).tobytes()
    entries = [
        (256, 3, 1, values.shape[1]),
        (257, 3, 1, values.shape[0]),
        (258, 3, 1, values.dtype.itemsize * 8),
        (259, 3, 1, 1),
        (262, 3, 1, photometric),
        (273, 4, 1, 8),
        (277, 3, 1, 1),
        (279, 4, 1, len(data)),
        (339, 3, 1, sample_format),
        *tags,
    ]
    return _header(order, 8 + len(data)) + data + _directory(order, sorted(entries))


def build_exif(orientation: int, kind: int = 3, order: str = "<") -> bytes:
    """Build EXIF whose other entries are an invalid rational and a text that is outside of the data."""
    entries = [(0x010F, 2, 9999, 0x7FFFFFFF), (0x0112, kind, 1, orientation), (0x9204, 10, 1, 50)]
    return b"Exif\0\0" + _header(order, 8) + _directory(order, entries) + struct.pack(f"{order}ii", 1, 0)


def _header(order: str, start: int) -> bytes:
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", start)


def _directory(order: str, entries: Sequence[Tag]) -> bytes:
    rows = [
        struct.pack(f"{order}HHI", *entry[:3])
        + struct.pack(f"{order}HH" if entry[1] == 3 else f"{order}I", *_value(entry))
        for entry in entries
    ]
    return struct.pack(f"{order}H", len(entries)) + b"".join(rows) + bytes(4)


def _value(entry: Tag) -> tuple[int, ...]:
    return (entry[3], 0) if entry[1] == 3 else (entry[3],)
