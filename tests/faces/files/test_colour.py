"""Colours of files with a profile, and without, against the definitions of the colour spaces."""

import struct
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageCms

from faces.errors import PictureError
from faces.files import colour
from faces.image import read_picture
from tests.faces.samples import (
    ADOBE_COLUMNS,
    D50,
    P3_COLUMNS,
    SRGB_COLUMNS,
    SRGB_CURVE,
    add_chunk,
    build_cmyk,
    build_grey,
    build_rgb,
    draw_halves,
    encode,
    power_curve,
    read_halves,
)

P3 = build_rgb(P3_COLUMNS, SRGB_CURVE)
ADOBE = build_rgb(ADOBE_COLUMNS, power_curve(563 / 256))
COLOURS = ((185, 71, 66), (216, 174, 145))
IN_P3 = [[200, 60, 60], [224, 172, 140]]  # as a browser shows them
SRGB_PRIMARIES = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
P3_PRIMARIES = (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)


def from_srgb(values: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(values) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def to_srgb(light: ArrayLike) -> NDArray[np.float64]:
    light = np.clip(light, 0, 1)
    return 255 * np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def convert(light: ArrayLike, columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert light of the channels (N, 3) of a colour space to sRGB."""
    return to_srgb(np.asarray(light) @ columns.T @ np.linalg.inv(SRGB_COLUMNS).T)


def assert_shows(data: bytes, expected: ArrayLike, tolerance: float = 2) -> None:
    difference = np.abs(read_halves(read_picture(data)) - np.asarray(expected))
    assert difference.max() <= tolerance, difference


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("PNG", {}),
        ("JPEG", {"quality": 100, "subsampling": 0}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("AVIF", {"quality": 100, "subsampling": "4:4:4"}),
    ],
)
def test_every_format_shows_display_p3_as_a_browser_does(form: str, options: dict[str, Any]) -> None:
    assert_shows(encode(draw_halves("RGB", *COLOURS), form, icc_profile=P3, **options), IN_P3)


def test_any_rgb_profile_is_converted() -> None:
    light = (np.array(COLOURS) / 255) ** (563 / 256)
    data = encode(draw_halves("RGB", *COLOURS), icc_profile=ADOBE)
    assert_shows(data, convert(light, ADOBE_COLUMNS))
    swapped = build_rgb(P3_COLUMNS[:, [1, 2, 0]], SRGB_CURVE)
    upper, lower = (colour[1:] + colour[:1] for colour in COLOURS)
    data = encode(draw_halves("RGB", upper, lower), icc_profile=swapped)
    assert_shows(data, IN_P3)


@pytest.mark.parametrize("mode", ["P", "RGBA", "RGBX"])
def test_every_mode_with_colours_is_converted(mode: str) -> None:
    picture = draw_halves("RGB", *COLOURS)
    picture = picture.quantize(4) if mode == "P" else picture.convert(mode)
    assert_shows(encode(picture, "TIFF" if mode == "RGBX" else "PNG", icc_profile=P3), IN_P3)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF"])
@pytest.mark.parametrize("exponent", [1.0, 1.8])
def test_a_grey_profile_is_converted(form: str, exponent: float) -> None:
    data = encode(draw_halves("L", 64, 180), form, icc_profile=build_grey(power_curve(exponent)))
    expected = to_srgb((np.array([[64] * 3, [180] * 3]) / 255) ** exponent)
    assert_shows(data, expected)


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_grey_pixels_follow_the_curve_of_an_rgb_profile(mode: str) -> None:
    picture = draw_halves("L", 64, 180).convert(mode)
    data = encode(picture, icc_profile=build_rgb(SRGB_COLUMNS, power_curve(1.8)))
    assert_shows(data, to_srgb((np.array([[64] * 3, [180] * 3]) / 255) ** 1.8))


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_a_cmyk_profile_is_converted(form: str) -> None:
    """The two overprints are corners of the profile's table: magenta on yellow, and paper."""
    options: dict[str, Any] = {"quality": 100} if form == "JPEG" else {}
    data = encode(draw_halves("CMYK", (0, 255, 255, 0), (0, 0, 0, 0)), form, icc_profile=build_cmyk(), **options)
    expected = to_srgb(np.array([[1, 0.15, 0.2], [1, 1, 1]]))
    assert_shows(data, expected, 3)  # the table has 8 bits


def test_cmyk_without_a_profile_multiplies_inks() -> None:
    data = encode(draw_halves("CMYK", (200, 40, 30, 20), (20, 80, 90, 10)), "JPEG", quality=100, subsampling=0)
    expected = [
        [(255 - ink) * (255 - black) / 255 for ink in inks] for *inks, black in ((200, 40, 30, 20), (20, 80, 90, 10))
    ]
    assert_shows(data, expected)


def test_lab_pixels_are_converted() -> None:
    lab = ImageCms.profileToProfile(
        draw_halves("RGB", *COLOURS), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    assert_shows(encode(lab, "TIFF"), COLOURS)


def test_transparency_is_laid_on_white_after_the_conversion() -> None:
    picture = draw_halves("RGB", *COLOURS)
    picture.putalpha(128)
    expected = np.array(IN_P3) * 128 / 255 + 255 * 127 / 255
    assert_shows(encode(picture, icc_profile=P3), expected)


@pytest.mark.parametrize(
    "profile",
    [
        b"no profile" * 30,
        P3[:200],
        P3[:16] + b"GRAY" + P3[20:],
        build_grey(SRGB_CURVE),
        build_cmyk(),
        b"\0" * 5_000_000,
    ],
    ids=["text", "cut", "other space", "grey", "cmyk", "huge"],
)
@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_a_profile_that_cannot_be_used_counts_as_none(profile: bytes, form: str) -> None:
    assert_shows(encode(draw_halves("RGB", *COLOURS), form, icc_profile=profile), COLOURS, 0)


def test_a_damaged_chunk_of_a_profile_counts_as_none() -> None:
    png = encode(draw_halves("RGB", *COLOURS))
    for chunk in (b"", b"name", b"name\0", b"name\0\1abc", b"name\0\0not compressed", b"\0\0"):
        assert_shows(add_chunk(png, b"iCCP", chunk), COLOURS, 0)


def test_srgb_and_pictures_without_a_profile_keep_their_pixels() -> None:
    picture = Image.effect_noise((40, 30), 90).convert("RGB")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    choices: list[dict[str, Any]] = [{}, {"icc_profile": profile}, {"icc_profile": build_rgb(SRGB_COLUMNS, SRGB_CURVE)}]
    for options in choices:
        assert read_picture(encode(picture, **options)).tobytes() == picture.tobytes()


def test_parts_of_a_profile_in_a_jpeg_are_joined_in_order() -> None:
    jpeg = encode(draw_halves("RGB", *COLOURS), "JPEG", quality=100, subsampling=0)

    def add_parts(*parts: tuple[int, int, bytes]) -> bytes:
        data = jpeg
        for number, count, content in parts:
            content = b"ICC_PROFILE\0" + bytes([number, count]) + content
            data = data[:2] + b"\xff\xe2" + struct.pack(">H", len(content) + 2) + content + data[2:]
        return data

    assert_shows(add_parts((1, 2, P3[:100]), (2, 2, P3[100:])), IN_P3)
    assert_shows(add_parts((2, 2, P3[100:]), (1, 2, P3[:100])), IN_P3)
    assert_shows(add_parts((1, 2, P3[:100])), COLOURS)
    assert_shows(add_parts((0, 0, b"")), COLOURS)


@pytest.mark.parametrize(
    ("chunks", "exponent", "columns"),
    [
        ({b"gAMA": struct.pack(">I", 100_000)}, 1.0, SRGB_COLUMNS),
        ({b"gAMA": struct.pack(">I", 45_455), b"cHRM": struct.pack(">8I", *P3_PRIMARIES)}, 2.2, P3_COLUMNS),
        ({b"gAMA": struct.pack(">I", 45_455), b"cHRM": struct.pack(">8I", *SRGB_PRIMARIES)}, 2.2, SRGB_COLUMNS),
        ({b"cICP": bytes([12, 8, 0, 1])}, 1.0, P3_COLUMNS),
        ({b"cICP": bytes([12, 4, 0, 1]), b"gAMA": struct.pack(">I", 100_000), b"sRGB": b"\0"}, 2.2, P3_COLUMNS),
    ],
    ids=["gamma", "gamma and P3", "gamma and sRGB", "code", "code before others"],
)
def test_the_colour_chunks_of_png_are_converted(
    chunks: dict[bytes, bytes], exponent: float, columns: NDArray[np.float64]
) -> None:
    png = encode(draw_halves("RGB", *COLOURS))
    for kind, data in chunks.items():
        png = add_chunk(png, kind, data)
    assert_shows(png, convert((np.array(COLOURS) / 255) ** exponent, columns))


@pytest.mark.parametrize(
    "chunks",
    [
        {b"gAMA": struct.pack(">I", 100_000), b"sRGB": b"\0"},
        {b"cHRM": struct.pack(">8I", *P3_PRIMARIES)},
        {b"gAMA": bytes(4)},
        {b"gAMA": b""},
        {b"gAMA": struct.pack(">I", 45_455), b"cHRM": bytes(32), b"sRGB": b""},
        {b"cICP": bytes([1, 13, 0, 1])},
        {b"cICP": b"\1"},
    ],
)
def test_colour_chunks_that_say_nothing_else_mean_srgb(chunks: dict[bytes, bytes]) -> None:
    png = encode(draw_halves("RGB", *COLOURS))
    for kind, data in chunks.items():
        png = add_chunk(png, kind, data)
    assert_shows(png, COLOURS, 1)


def test_primaries_that_define_no_colour_space_are_ignored() -> None:
    gamma = add_chunk(encode(draw_halves("RGB", *COLOURS)), b"gAMA", struct.pack(">I", 100_000))
    for primaries in (bytes(32), struct.pack(">8I", *[33_333] * 8), b"\xff" * 32):
        assert_shows(add_chunk(gamma, b"cHRM", primaries), COLOURS, 0)


@pytest.mark.parametrize(("primaries", "transfer", "expected"), [(12, 13, IN_P3), (12, 2, IN_P3), (1, 1, COLOURS)])
def test_the_colour_codes_of_avif_are_converted(primaries: int, transfer: int, expected: ArrayLike) -> None:
    data = encode(draw_halves("RGB", *COLOURS), "AVIF", quality=100, subsampling="4:4:4")
    head, name, tail = data.partition(b"colrnclx")
    assert_shows(head + name + struct.pack(">HH", primaries, transfer) + tail[4:], expected)


@pytest.mark.parametrize(("transfer", "name"), [(16, "PQ"), (18, "HLG")])
def test_hdr_pictures_are_refused_with_the_reason(transfer: int, name: str) -> None:
    png = add_chunk(encode(draw_halves("RGB", *COLOURS)), b"cICP", bytes([9, transfer, 0, 1]))
    with pytest.raises(PictureError, match=f"HDR \\({name}\\)"):
        read_picture(png)


def test_the_profile_of_a_bmp_file_is_converted() -> None:
    plain = encode(draw_halves("RGB", *COLOURS), "BMP")
    pixels = plain[struct.unpack_from("<I", plain, 10)[0] :]
    head = struct.pack("<I", 124) + plain[18:54] + bytes(16) + b"DEBM" + bytes(48)
    head += struct.pack("<4I", 4, 124 + len(pixels), len(P3), 0)
    data = b"BM" + struct.pack("<IHHI", 138 + len(pixels) + len(P3), 0, 0, 138) + head + pixels + P3
    assert_shows(data, IN_P3)
    assert_shows(data[: -len(P3)], COLOURS, 0)


def test_white_stays_white_in_every_space() -> None:
    white = D50 @ np.linalg.inv(SRGB_COLUMNS).T
    assert np.abs(white - 1).max() < 0.01
    for mode, profile in (("RGB", P3), ("RGB", ADOBE), ("L", build_grey(power_curve(1.8))), ("CMYK", build_cmyk())):
        picture = Image.new(mode, (20, 20), (0, 0, 0, 0) if mode == "CMYK" else "white")
        shown = read_picture(encode(picture, "TIFF", icc_profile=profile))
        assert np.asarray(shown).min() >= 254, mode


def test_rgb_pictures_are_not_copied() -> None:
    picture = Image.open(BytesIO(encode(draw_halves("RGB", *COLOURS))))
    assert colour.to_srgb(picture, None) is picture
    assert colour.to_srgb(picture, P3) is picture
