"""Pictures drawn to be as hard on a server as a file of 20 MB can be: small files of very many pixels."""

import struct
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 8000, 6000  # 48 megapixels, as telephones take them


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int


LARGEST, FOUR_BYTES = Size(8000, 8000), Size(7000, 7000)  # the largest of three bytes a pixel or less, and of four

GIF = Size(5000, 5000)


@cache
def draw(mode: str, size: Size) -> Image.Image:
    """Draw a gradient."""
    across = np.linspace(0, 255, size.width).astype(np.uint8)
    row = Image.fromarray(np.broadcast_to(across, (1, size.width)).copy())
    return row.convert("RGB").convert(mode).resize(size, Image.Resampling.NEAREST)


def encode(form: str, mode: str, size: Size, **options: Any) -> bytes:
    """Encode the gradient."""
    stream = BytesIO()
    draw(mode, size).save(stream, form, **options)
    return stream.getvalue()


def write_png(bits: int, colour: int, size: Size, *, interlaced: bool = False) -> bytes:
    """Write a PNG of zeros, of any bits and type of colour, and in seven passes if it is interlaced."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    packer, data = zlib.compressobj(1), b""
    for left, top, across, down in passes if interlaced else [(0, 0, 1, 1)]:
        width, height = -(-(size.width - left) // across), -(-(size.height - top) // down)
        line = bytes(1 + (width * channels * bits + 7) // 8)
        for _ in range(height):
            data += packer.compress(line)
    head = struct.pack(">IIBBBBB", *size, bits, colour, 0, 0, int(interlaced))
    palette = [(b"PLTE", bytes(range(256)) * 3), (b"tRNS", bytes(range(256)))] if colour == 3 else []
    chunks = [(b"IHDR", head), *palette, (b"IDAT", data + packer.flush()), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def write_float_tiff(size: Size) -> bytes:
    """Write a TIFF of floats."""
    stream = BytesIO()
    Image.new("F", size, 0.5).save(stream, "TIFF", compression="tiff_adobe_deflate")
    return stream.getvalue()


# name -> what writes it
MONSTERS: dict[str, Callable[[], bytes]] = {
    "grey of 16 bits.png": lambda: write_png(16, 0, LARGEST),
    "RGBA of 16 bits.png": lambda: write_png(16, 6, FOUR_BYTES),
    "interlaced.png": lambda: write_png(8, 2, LARGEST, interlaced=True),
    "palette.png": lambda: write_png(8, 3, LARGEST),
    "floats.tiff": lambda: write_float_tiff(FOUR_BYTES),
    "CMYK.jpg": lambda: encode("JPEG", "CMYK", Size(WIDTH, HEIGHT)),
    "progressive.jpg": lambda: encode("JPEG", "RGB", Size(WIDTH, HEIGHT), progressive=True, subsampling=0),
    "transparent.webp": lambda: encode("WEBP", "RGBA", FOUR_BYTES, lossless=True, method=0, quality=0),
    "animated.webp": lambda: encode(
        "WEBP", "RGB", FOUR_BYTES, save_all=True, append_images=[draw("RGB", FOUR_BYTES).rotate(180)], method=0
    ),
    "animated.gif": lambda: encode("GIF", "P", GIF, save_all=True, append_images=[draw("P", GIF).rotate(180)]),
    "large.avif": lambda: encode("AVIF", "RGB", FOUR_BYTES, speed=10),
    "bits.pbm": lambda: encode("PPM", "1", LARGEST),
    "run lengths.tiff": lambda: encode("TIFF", "RGB", LARGEST, compression="packbits"),
}
