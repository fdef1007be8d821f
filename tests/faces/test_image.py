from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from faces.crops import CELEBA_BOX
from faces.errors import PictureError
from faces.image import crop, read_picture, to_array, to_picture, to_pixels, to_tensor


def encode(picture: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    stream = BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def draw_ramp(width: int, height: int) -> Image.Image:
    """Draw red that increases to the right, and green that increases downwards."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.linspace(0, 255, width).astype(np.uint8)
    pixels[..., 1] = np.linspace(0, 255, height).astype(np.uint8)[:, None]
    return Image.fromarray(pixels)


def test_a_single_channel_becomes_grey() -> None:
    x = torch.rand(2, 1, 8, 6, generator=torch.Generator().manual_seed(0))
    assert np.array_equal(to_pixels(x), to_pixels(x.repeat(1, 3, 1, 1)))
    assert to_picture(x[0]).mode == "RGB"


def test_the_celeba_crop_is_the_reports_box_antialiased() -> None:
    frame = draw_ramp(178, 218)
    expected = frame.resize((64, 64), Image.Resampling.BICUBIC, box=(30, 50, 148, 168))
    assert np.array_equal(to_array(crop(frame, "celeba")), to_array(expected))


def test_the_centre_crop_keeps_proportions() -> None:
    """A disc in the middle of a wide picture stays a disc."""
    wide = Image.new("RGB", (300, 100))
    disc = Image.new("L", (300, 100))
    ys, xs = np.mgrid[:100, :300]
    disc = Image.fromarray((((xs - 149.5) ** 2 + (ys - 49.5) ** 2 < 30**2) * 255).astype(np.uint8))
    wide.paste("white", mask=disc)
    bright = to_array(crop(wide, "centre"))[..., 0] > 127
    rows, columns = bright.any(axis=1).sum(), bright.any(axis=0).sum()
    assert rows == columns == pytest.approx(60 / 100 * 64, abs=1.5)


def test_a_centre_crop_of_64_pixels_changes_nothing() -> None:
    picture = draw_ramp(64, 64)
    assert np.array_equal(to_array(crop(picture, "centre")), to_array(picture))


def test_scaling_to_tensors_and_back_is_exact() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
    x = to_tensor(pixels)
    assert x.shape == (2, 3, 64, 64)
    assert x.is_contiguous(memory_format=torch.channels_last)
    assert 0 <= x.min() <= x.max() <= 1
    assert np.array_equal(np.stack([to_array(to_picture(one)) for one in x]), pixels)


def test_exif_orientation_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # upright after a rotation by 90 degrees clockwise
    picture = read_picture(encode(draw_ramp(80, 40), "JPEG", quality=95, exif=exif))
    assert picture.size == (40, 80)
    assert not picture.getexif()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F", "RGB"])
def test_every_mode_becomes_rgb_of_the_same_colour(mode: str) -> None:
    if mode == "I;16":
        grey = Image.fromarray(np.full((20, 30), 0x8080, np.uint16))
    else:
        grey = Image.new("L", (30, 20), 128).convert(mode)
    forms = {"CMYK": "JPEG", "YCbCr": "JPEG", "F": "TIFF", "I": "TIFF"}
    picture = read_picture(encode(grey, forms.get(mode, "PNG")))
    assert (picture.mode, picture.size) == ("RGB", (30, 20))
    if mode != "1":
        assert np.abs(to_array(picture).astype(int) - 128).max() <= 2


def test_transparency_becomes_white() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert to_array(read_picture(encode(clear))).min() == 255


def test_an_animation_is_read_as_its_first_frame() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    data = encode(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert to_array(read_picture(data))[0, 0].tolist() == [255, 0, 0]


NOISE = encode(Image.effect_noise((200, 200), 90).convert("RGB"), "JPEG")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"hello", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        (NOISE[: len(NOISE) // 2], "damaged"),
        (encode(Image.new("1", (9000, 9000))), "9,000 x 9,000"),
        (encode(Image.new("1", (20_000, 10_000))), "too many pixels|more than"),
    ],
    ids=["empty", "text", "svg", "truncated", "81 megapixels", "200 megapixels"],
)
def test_unusable_files_are_errors_of_one_sentence(data: bytes, message: str) -> None:
    with pytest.raises(PictureError, match=message) as error:
        read_picture(data)
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


def test_a_file_is_read_like_its_bytes(tmp_path: Path) -> None:
    draw_ramp(30, 30).save(tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png") == read_picture((tmp_path / "a.png").read_bytes())


def test_too_small_pictures_and_other_frames_are_errors() -> None:
    with pytest.raises(PictureError, match="10 x 300"):
        crop(draw_ramp(10, 300), "centre")
    with pytest.raises(PictureError, match="178 x 218"):
        crop(draw_ramp(200, 200), "celeba")


def test_values_outside_of_the_range_are_clipped() -> None:
    bright = torch.full((3, 1, 2), 1.5)
    bright[:, :, 1] = -0.5
    assert to_array(to_picture(bright))[0, :, 0].tolist() == [255, 0]


def test_the_reports_crop_is_a_square_of_118_pixels() -> None:
    left, top, right, bottom = CELEBA_BOX
    assert (right - left, bottom - top) == (118, 118)
