from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from torch import Tensor

from faces.image import to_array, to_picture
from server.analysis.betas import compare
from server.analysis.samples import Draw, draw_faces
from server.analysis.scoring import add_noise, reconstruct_all
from server.picture_input import to_batch
from server.render.layout import CAPTION, GAP, TILE
from server.render.sheets import draw_betas, draw_error_map, draw_reconstructions, draw_samples
from tests.conftest import draw_face, report_models
from vae_models.hub.pull import Pulled


@pytest.fixture(scope="module")
def models() -> tuple[Pulled, ...]:
    return report_models()


@pytest.fixture(scope="module")
def face() -> Tensor:
    return to_batch(to_array(draw_face(4)))


def tile(page: Image.Image, column: int, row: int) -> Image.Image:
    """Cut a face out of a page."""
    left, top = GAP + column * (TILE + GAP), CAPTION + row * (TILE + GAP)
    return page.crop((left, top, left + TILE, top + TILE))


def difference(page: Image.Image, column: int, row: int, image: Tensor) -> float:
    shown = tile(page, column, row).resize((64, 64), Image.Resampling.BOX)
    return float(np.abs(np.asarray(shown).astype(float) - np.asarray(to_picture(image))).mean())


def test_the_sheet_of_samples_shows_the_faces_exactly(models: tuple[Pulled, ...]) -> None:
    draw, rows = Draw(2, 7), 2
    sheet = np.asarray(Image.open(BytesIO(draw_samples(models, draw))))
    for number, pulled in enumerate(models):
        top = number * (rows * 66 + 8)
        for i, image in enumerate(draw_faces(pulled, draw)):
            y, x = top + i // 6 * 66, i % 6 * 66
            assert np.array_equal(sheet[y : y + 64, x : x + 64], to_array(to_picture(image)))


def test_a_seed_gives_the_same_bytes_and_other_settings_others(models: tuple[Pulled, ...]) -> None:
    first = draw_samples(models, Draw(5, 4, "fitted"))
    assert first == draw_samples(models, Draw(5, 4, "fitted"))
    others = (Draw(6, 4, "fitted"), Draw(5, 4, "standard"), Draw(5, 4, "fitted", temperature=0.5))
    assert all(first != draw_samples(models, draw) for draw in others)


def test_each_column_has_a_reconstruction_and_its_errors(models: tuple[Pulled, ...], face: Tensor) -> None:
    found = reconstruct_all(models, face, face)
    page = Image.open(BytesIO(draw_reconstructions(face, face, found)))
    assert difference(page, 0, 0, face[0]) < 8
    for column, each in enumerate(found, start=1):
        assert difference(page, column, 0, each.picture[0]) < 8
        errors = np.asarray(draw_error_map(each).resize((TILE, TILE), Image.Resampling.BICUBIC))
        assert np.array_equal(np.asarray(tile(page, column, 1)), errors)


def test_the_noisy_face_is_drawn_only_if_noise_was_added(models: tuple[Pulled, ...], face: Tensor) -> None:
    found = reconstruct_all(models, face, face)
    clean, noisy = (
        np.asarray(tile(Image.open(BytesIO(draw_reconstructions(face, add_noise(face, noise), found))), 0, 1))
        for noise in (0.0, 0.3)
    )
    assert clean.min() == 255
    assert noisy.std() > 10


def test_an_error_map_is_dark_without_errors(models: tuple[Pulled, ...], face: Tensor) -> None:
    found = reconstruct_all(models[:1], face, face)[0]
    assert np.asarray(draw_error_map(found._replace(picture=found.face))).max() == 4  # magma's darkest
    wrong = found._replace(picture=1 - found.face.round())
    assert np.asarray(draw_error_map(wrong)).mean() > np.asarray(draw_error_map(found)).mean()


def test_each_beta_has_a_column_with_its_samples(models: tuple[Pulled, ...], face: Tensor) -> None:
    compared = compare(models, "beta-vae", face, 7)
    page = Image.open(BytesIO(draw_betas(face, compared)))
    for column, one in enumerate(compared, start=1):
        for row, image in enumerate((one.reconstructed.picture[0], *one.samples)):
            assert difference(page, column, row, image) < 8
