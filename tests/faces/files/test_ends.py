"""Files that break off: used if all pixels are there, and refused if any are missing."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from faces.errors import PictureError
from faces.files import jpeg
from faces.image import read_picture
from tests.faces.samples import encode


def draw_blobs(seed: int, size: tuple[int, int] = (61, 45)) -> Image.Image:
    values = np.random.default_rng(seed).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    return Image.fromarray(values).resize(size, Image.Resampling.BICUBIC)


BLOBS = draw_blobs(0)
JPEGS: dict[str, tuple[str, dict[str, Any]]] = {
    "baseline": ("RGB", {}),
    "fine": ("RGB", {"quality": 95, "subsampling": 0}),
    "coarse": ("RGB", {"quality": 10}),
    "optimised": ("RGB", {"optimize": True}),
    "progressive": ("RGB", {"progressive": True}),
    "restarts": ("RGB", {"restart_marker_blocks": 3}),
    "grey": ("L", {}),
    "cmyk": ("CMYK", {}),
}
# format -> what encodes a picture, and how many of its last bytes hold no pixels
ENDS: dict[str, tuple[Callable[[], bytes], int]] = {
    "png": (lambda: encode(BLOBS), 12),
    "png with text": (lambda: encode(BLOBS)[:-12] + b"\0\0\0\x64tEXt" + b"x" * 104, 100),
    "webp": (lambda: encode(BLOBS, "WEBP"), 0),
    "webp with exif": (lambda: encode(BLOBS, "WEBP", exif=b"x" * 300), 308),
    "gif": (lambda: encode(BLOBS, "GIF"), 1),
    "animated gif": (lambda: encode(BLOBS, "GIF", save_all=True, append_images=[draw_blobs(1)]), 500),
    "animated webp": (lambda: encode(BLOBS, "WEBP", save_all=True, append_images=[draw_blobs(1)]), 500),
    "bmp": (lambda: encode(draw_blobs(0, (60, 45)), "BMP"), 0),
    "ppm": (lambda: encode(BLOBS, "PPM"), 0),
    "avif": (lambda: encode(BLOBS, "AVIF"), 0),
    "tiff": (lambda: encode(BLOBS, "TIFF"), 0),
    "lzw": (lambda: encode(BLOBS, "TIFF", compression="tiff_lzw"), 0),
}


def encode_jpeg(kind: str, seed: int = 0, size: tuple[int, int] = (61, 45)) -> bytes:
    mode, options = JPEGS[kind]
    return encode(draw_blobs(seed, size).convert(mode), "JPEG", **options)


def is_complete(data: bytes, whole: bytes) -> bool:
    """Return whether a file is used, and check that it shows every pixel of the whole one then."""
    try:
        picture = read_picture(data)
    except PictureError:
        return False
    assert picture.tobytes() == read_picture(whole).tobytes()
    return True


@pytest.mark.parametrize("kind", ENDS)
def test_a_file_may_lack_only_bytes_that_hold_no_pixels(kind: str) -> None:
    encode_kind, spare = ENDS[kind]
    data = encode_kind()
    assert all(is_complete(data[:-cut], data) for cut in {1, spare // 2, spare} if 0 < cut <= spare)
    assert not is_complete(data[: len(data) // 3], data)
    for cut in range(spare + 1, spare + 60, 7):
        is_complete(data[:-cut], data)


@pytest.mark.parametrize("kind", JPEGS)
def test_a_jpeg_may_lack_only_its_end_marker(kind: str) -> None:
    for seed in range(3):
        data = encode_jpeg(kind, seed)
        assert is_complete(data[:-2], data)
        assert is_complete(data[:-1], data)
        assert not any(is_complete(data[:-cut], data) for cut in (*range(4, 40, 3), 99, len(data) // 3))


@pytest.mark.parametrize("kind", JPEGS)
def test_zeros_at_the_end_of_a_jpeg_are_no_pixels(kind: str) -> None:
    data = encode_jpeg(kind)
    assert is_complete(data[:-2] + bytes(500), data)
    assert not is_complete(data[:-60] + bytes(60), data)


def test_a_jpeg_with_an_end_marker_may_lack_no_rows_either() -> None:
    for kind in JPEGS.keys() - {"progressive"}:  # of which every scan shows all rows
        data = encode_jpeg(kind)
        assert not is_complete(data[: len(data) * 9 // 10] + b"\xff\xd9", data), kind


def test_a_progressive_jpeg_may_lack_no_scan() -> None:
    data = encode_jpeg("progressive")
    scans = [segment.start for segment in jpeg._read_segments(data) if segment.marker == jpeg.START_OF_SCAN]
    assert not any(is_complete(data[:start], data) for start in scans[1:])


def test_data_behind_a_jpeg_are_ignored() -> None:
    for kind in JPEGS:
        data = encode_jpeg(kind)
        assert is_complete(data + b"trailer" * 50, data)
        assert is_complete(data + bytes(999), data)
        assert is_complete(data + encode_jpeg(kind, 1)[:900], data)


def test_a_jpeg_that_is_grey_at_its_end_is_complete() -> None:
    for mode in ("RGB", "L"):
        picture = Image.new("RGB", (40, 40), (128, 128, 128)).convert(mode)
        data = encode(picture, "JPEG")
        assert is_complete(data, data)
        assert is_complete(data[:-2], data)


@pytest.mark.processes
@pytest.mark.parametrize("kind", JPEGS)
def test_many_jpegs_are_complete_exactly_without_their_end_marker(kind: str) -> None:
    for seed in range(60):
        data = encode_jpeg(kind, seed, (9 + seed, 70 - seed))
        assert is_complete(data[:-2], data)
        assert not any(is_complete(data[:-cut], data) for cut in range(4, min(120, len(data) - 640), 5)), seed
