"""Metadata do not decide whether a picture can be read: only its orientation, read by itself, turns it."""

import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from faces.files.decoding import read_size
from faces.image import read_picture
from tests.faces.samples import Order, add_chunk, add_segment, build_exif, build_tiff, draw_halves, encode

WIDE = draw_halves("RGB", (200, 60, 40), (20, 90, 180), (48, 32))
WIDE.paste((240, 240, 60), (0, 0, 24, 16))
TURNED = {
    1: WIDE,
    2: WIDE.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: WIDE.transpose(Image.Transpose.ROTATE_180),
    4: WIDE.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: WIDE.transpose(Image.Transpose.TRANSPOSE),
    6: WIDE.transpose(Image.Transpose.ROTATE_270),
    7: WIDE.transpose(Image.Transpose.TRANSVERSE),
    8: WIDE.transpose(Image.Transpose.ROTATE_90),
}
LOSSLESS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 100, "subsampling": 0},
    "PNG": {},
    "WEBP": {"lossless": True},
    "AVIF": {"quality": 100, "subsampling": "4:4:4"},
    "HEIF": {"quality": -1, "chroma": 444, "matrix_coefficients": 0},
}
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'


def assert_shows(data: bytes, expected: Image.Image, tolerance: int = 4) -> None:
    picture = read_picture(data)
    assert picture.size == expected.size == read_size(data)
    difference = np.asarray(picture, np.int16) - np.asarray(expected, np.int16)
    assert np.abs(difference).max() <= tolerance


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", TURNED)
def test_the_orientation_is_read_beside_invalid_entries(form: str, orientation: int, order: Order) -> None:
    data = encode(WIDE, form, exif=build_exif(orientation, order=order), **LOSSLESS[form])
    assert_shows(data, TURNED[orientation])


@pytest.mark.parametrize("orientation", TURNED)
def test_the_orientation_of_tiff_is_read_beside_invalid_entries(orientation: int) -> None:
    grey = np.asarray(WIDE.convert("L"))
    tags = [(274, 3, 1, orientation), (282, 5, 1, 0x7FFFFFFF), (283, 2, 1, 0), (296, 3, 1, 2), (34665, 4, 1, 3)]
    orders: tuple[Order, Order] = ("<", ">")
    for order in orders:
        data = build_tiff(grey, 1, order=order, tags=tags)
        assert_shows(data, TURNED[orientation].convert("L").convert("RGB"), 0)


@pytest.mark.parametrize("orientation", TURNED)
@pytest.mark.parametrize("form", ["AVIF", "HEIF"])
def test_avif_and_heic_are_turned_once(form: str, orientation: int) -> None:
    """Their files say so beside EXIF, which may be damaged."""
    if form == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encode(WIDE, form, exif=exif.tobytes(), **LOSSLESS[form])
    assert_shows(data, TURNED[orientation])
    assert_shows(
        data.replace(b"Exif\0\0II*\0", b"Exif\0\0none").replace(b"Exif\0\0MM\0*", b"Exif\0\0none"), TURNED[orientation]
    )


@pytest.mark.parametrize(
    "exif",
    [
        b"garbage",
        b"Exif\0\0",
        b"Exif\0\0II*\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff",
        b"Exif\0\0II*\0\0\0\0\0\x01\0\x12\x01\x03\0\1\0\0\0\6\0\0\0",
        build_exif(0),
        build_exif(9),
        build_exif(6, kind=2),
        build_exif(6)[:20],
        build_exif(6).replace(b"II*\0", b"II\0*").replace(b"II", b"JJ"),
    ],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_unreadable_exif_turns_nothing(form: str, exif: bytes) -> None:
    assert_shows(encode(WIDE, form, exif=exif, **LOSSLESS[form]), WIDE)


def test_xmp_turns_nothing() -> None:
    """Browsers do not read it either."""
    for form in ("JPEG", "PNG", "WEBP"):
        options = {"pnginfo": None} if form == "PNG" else {"xmp": XMP}
        data = encode(WIDE, form, **options, **LOSSLESS[form])
        if form == "PNG":
            data = add_chunk(data, b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
        assert_shows(data, WIDE)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (b"eXIf", b"no TIFF"),
        (b"pHYs", b"\0"),
        (b"tEXt", b"\xff\xfe\0"),
        (b"zTXt", b"key\0\7abc"),
        (b"zTXt", b"bomb\0\0" + zlib.compress(bytes(3_000_000))),
        (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(3_000_000))),
        (b"iCCP", b"\0"),
        (b"acTL", b"\0"),
        (b"fcTL", b"\0" * 26),
        (b"tRNS", b"\0"),
        (b"sRGB", b""),
        (b"gAMA", b"\1"),
        (b"cHRM", b"\1\2\3"),
        (b"prVt", b"private"),
    ],
)
def test_no_chunk_of_metadata_makes_a_png_unusable(kind: bytes, data: bytes) -> None:
    assert_shows(add_chunk(encode(WIDE), kind, data), WIDE, 0)
    if kind != b"tRNS":
        assert_shows(add_chunk(encode(WIDE), kind, data, checksum=0), WIDE, 0)


@pytest.mark.parametrize(
    ("marker", "data"),
    [
        (0xE0, b"JFIF"),
        (0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xff"),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0<broken"),
        (0xE2, b"ICC_PROFILE\0"),
        (0xE2, b"ICC_PROFILE\0\1\1no profile"),
        (0xE2, b"MPF\0II*\0\xff\xff\xff\xff"),
        (0xE2, b"FPXR\0"),
        (0xED, b"Photoshop 3.0\0" + b"8BIM\x03\xed\0\0\0\0\0\1x"),
        (0xEE, b"Adobe"),
        (0xFE, b"\xff\xd9\xff\xda"),
        (0xEF, b""),
    ],
)
def test_no_segment_of_metadata_makes_a_jpeg_unusable(marker: int, data: bytes) -> None:
    assert_shows(add_segment(encode(WIDE, "JPEG", **LOSSLESS["JPEG"]), marker, data), WIDE)


def test_the_first_picture_of_an_mpo_file_is_read() -> None:
    other = Image.new("RGB", (50, 20), "green")
    options = LOSSLESS["JPEG"]
    data = encode(WIDE, "MPO", save_all=True, append_images=[other], exif=build_exif(6), **options)
    assert_shows(data, TURNED[6])
    assert_shows(data[:-100], TURNED[6])


def test_metadata_do_not_hide_the_transparency_of_png() -> None:
    palette = WIDE.quantize(4)
    clear = np.asarray(read_picture(encode(palette, transparency=bytes([0, 0, 0, 0]))))
    assert clear.min() == 255
    grey = WIDE.convert("L")
    value = np.asarray(grey)[0, 0]
    shown = np.asarray(read_picture(add_chunk(encode(grey), b"tRNS", struct.pack(">H", value))))
    assert (shown[np.asarray(grey) == value] == 255).all()
    assert (shown[..., 0] == np.asarray(grey))[np.asarray(grey) != value].all()
