"""One bound for all pictures: the bytes of their decoded pixels, known before anything is decoded."""

import struct
import zlib

import pytest
from PIL import Image

from faces.errors import PictureError
from faces.files import colour, values
from faces.files.decoding import LARGEST, MOST_BYTES, decode, measure
from tests.faces.samples import add_chunk, encode

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by PNG's type of colour


def write_head(width: int, height: int, bits: int, colour_type: int) -> bytes:
    """Write a PNG that has a size and no pixels."""
    head = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    chunks = [(b"IHDR", head), *([(b"PLTE", bytes(768))] if colour_type == 3 else []), (b"IDAT", zlib.compress(b""))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


@pytest.mark.parametrize(
    ("mode", "colour_type", "bits", "size"),
    [("L", 0, 8, 1), ("grey", 0, 16, 2), ("P", 3, 8, 1), ("RGB", 2, 8, 3), ("RGB", 2, 16, 3), ("RGBA", 6, 8, 4)],
)
def test_pixels_are_measured_without_decoding(mode: str, colour_type: int, bits: int, size: int) -> None:
    assert measure(write_head(300, 200, bits, colour_type)) == 300 * 200 * size, mode


@pytest.mark.parametrize("colour_type", [6, 4])
def test_a_picture_above_the_bound_is_refused_with_its_size(colour_type: int) -> None:
    side = 7072  # 50.01 megapixels
    data = write_head(side, side, 16 if colour_type == 4 else 8, colour_type)
    assert side * side < LARGEST
    with pytest.raises(PictureError, match=r"7,072 x 7,072 pixels, decoded more than the 200 MB allowed: make it"):
        decode(data)
    assert measure(write_head(7071, 7071, 8, 6)) <= MOST_BYTES


def test_sixty_four_megapixels_of_three_bytes_are_within_the_bound() -> None:
    assert measure(write_head(8000, 8000, 8, 2)) == 192_000_000
    assert measure(write_head(8000, 8000, 16, 0)) == 128_000_000


def test_pixels_do_not_depend_on_the_height_of_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = Image.effect_noise((40, 30), 90)
    clear = Image.merge("RGBA", [noise, noise.rotate(90), noise.rotate(180), noise.rotate(270)])
    deep = [997 * i % 65536 for i in range(1200)]
    grey = encode(Image.frombytes("I;16", (40, 30), struct.pack("<1200H", *deep)))
    files = [encode(clear), encode(clear.convert("LA")), encode(noise.convert("P"), transparency=bytes(range(256)))]
    files += [grey, add_chunk(grey, b"tRNS", struct.pack(">H", deep[205])), encode(clear.convert("CMYK"), "TIFF")]
    whole = [decode(data).tobytes() for data in files]
    monkeypatch.setattr(values, "STRIP", 7)
    monkeypatch.setattr(colour, "STRIP", 7)
    assert [decode(data).tobytes() for data in files] == whole
