import re
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence
from PIL.WebPImagePlugin import WebPImageFile

from faces.image import to_array
from tests.conftest import draw_face, report_models
from ui import morph, sheet
from ui.subject import Pixels, tensor
from vae_models.hub.pull import Pulled
from vae_models.latent_paths import Interpolation

NEAR = 0.02  # what WebP changes is far less than what tells two faces apart
A, B = to_array(draw_face(1)), to_array(draw_face(2))
WAYS = pytest.mark.parametrize("how", ["linear", "spherical"])


@pytest.fixture(scope="module")
def models() -> tuple[Pulled, ...]:
    return report_models()


@pytest.fixture(scope="module")
def page(models: tuple[Pulled, ...]) -> str:
    return morph.morph(models, A, B, "linear")


@pytest.fixture(scope="module")
def film_file(models: tuple[Pulled, ...]) -> bytes:
    """Make a film of the first two models."""
    return morph.film(models[:2], A, B, "linear")


@pytest.fixture(scope="module")
def film(film_file: bytes) -> list[Image.Image]:
    return frames(film_file)


def pictures(html: str) -> list[np.ndarray]:
    found = re.findall(r"data:image/jpeg;base64,([^\"]+)", html)
    return [np.asarray(Image.open(BytesIO(b64decode(data)))).astype(float) / 255 for data in found]


def frames(data: bytes) -> list[Image.Image]:
    return [frame.convert("RGB") for frame in ImageSequence.Iterator(Image.open(BytesIO(data)))]


def reconstructions(models: tuple[Pulled, ...], pixels: Pixels) -> list[np.ndarray]:
    with torch.inference_mode():
        return [pulled.model.reconstruct(tensor(pixels))[0].permute(1, 2, 0).numpy() for pulled in models]


def difference(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a - b).mean())


def tile(frame: Image.Image, place: int) -> np.ndarray:
    """Return one tile of a frame, reduced to the size of a model's output."""
    left = sheet.GAP + place * (sheet.TILE + sheet.GAP)
    box = (left, sheet.CAPTION, left + sheet.TILE, sheet.CAPTION + sheet.TILE)
    return np.asarray(frame.crop(box).resize((64, 64), Image.Resampling.BOX)).astype(float) / 255


@WAYS
def test_a_passage_leads_from_reconstruction_to_reconstruction(models: tuple[Pulled, ...], how: Interpolation) -> None:
    for pulled, first, last in zip(models, reconstructions(models, A), reconstructions(models, B), strict=True):
        images, lengths = morph.passage(pulled, A, B, how)
        assert images.shape == (morph.STEPS + 1, 3, 64, 64)
        assert lengths.shape == (morph.STEPS + 1,)
        for image, expected in ((images[0], first), (images[-1], last)):
            np.testing.assert_allclose(image.permute(1, 2, 0).numpy(), expected, atol=1e-4)


def test_sheets_and_strips_begin_and_end_with_the_reconstructions(models: tuple[Pulled, ...], page: str) -> None:
    shown = pictures(page)
    of_a_model = 1 + morph.STEPS // morph.STRIDE + 1
    assert len(shown) == of_a_model * len(models)
    for i, (first, last) in enumerate(zip(reconstructions(models, A), reconstructions(models, B), strict=True)):
        sheet, *strip = shown[i * of_a_model : (i + 1) * of_a_model]
        assert sheet.shape == (66 * (morph.STEPS + 1), 66, 3)
        for ours, theirs in (
            (sheet[1:65, 1:65], first),
            (sheet[-65:-1, 1:65], last),
            (strip[0], first),
            (strip[-1], last),
        ):
            assert difference(ours, theirs) < NEAR
        for step, small in zip(range(0, morph.STEPS + 1, morph.STRIDE), strip, strict=True):
            assert difference(sheet[66 * step + 1 : 66 * step + 65, 1:65], small) < NEAR


def test_the_same_faces_give_the_same_bytes_and_others_others(models: tuple[Pulled, ...]) -> None:
    one = models[:1]
    first = morph.morph(one, A, B, "linear")
    assert morph.morph(one, A, B, "linear") == first
    assert morph.morph(one, B, A, "linear") != first
    assert morph.morph(one, A, B, "spherical") != first
    assert morph.film(one, A, B, "spherical") == morph.film(one, A, B, "spherical")


def test_the_lengths_that_are_said_are_the_codes(models: tuple[Pulled, ...], page: str) -> None:
    said = [float(number) for number in re.findall(r"(\d+\.\d)(?= at| halfway)", page)]
    with torch.inference_mode():
        codes = [pulled.model.encode(torch.cat([tensor(A), tensor(B)])).mean for pulled in models]
    expected = [length for z in codes for length in (z[0].norm(), z.mean(dim=0).norm(), z[1].norm())]
    assert said == pytest.approx(torch.stack(expected).tolist(), abs=0.051)


def test_a_film_goes_there_and_back_in_about_three_seconds_without_end(film_file: bytes) -> None:
    with Image.open(BytesIO(film_file)) as moving:
        assert isinstance(moving, WebPImageFile)
        assert moving.info["loop"] == 0
        assert moving.n_frames == 2 * morph.STEPS
        assert moving.width == 4 * sheet.TILE + 5 * sheet.GAP
        assert sheet.TILE >= 128
        lasting = 0
        for frame in ImageSequence.Iterator(moving):
            frame.load()
            lasting += frame.info["duration"]
    assert 2500 <= lasting <= 3500


def test_a_film_starts_at_one_face_reaches_the_other_and_returns(
    models: tuple[Pulled, ...], film: list[Image.Image]
) -> None:
    for turn, pixels in ((0, A), (morph.STEPS, B)):
        for place, expected in enumerate(reconstructions(models[:2], pixels), start=1):
            assert difference(tile(film[turn], place), expected) < NEAR
    for step in (1, 10, 30):
        there, back = film[step], film[-step]
        assert difference(np.asarray(there) / 255, np.asarray(back) / 255) < NEAR


def test_a_films_ends_are_the_two_faces_and_stand_still(film: list[Image.Image]) -> None:
    for frame in film[:: morph.STEPS // 2]:
        assert difference(tile(frame, 0), A / 255) < 2 * NEAR  # drawn edges: enlarging softens them
        assert difference(tile(frame, 3), B / 255) < 2 * NEAR


@WAYS
def test_equal_faces_give_a_still(models: tuple[Pulled, ...], how: Interpolation) -> None:
    assert len(frames(morph.film(models[:2], A, A, how))) == 1
