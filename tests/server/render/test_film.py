from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence
from PIL.WebPImagePlugin import WebPImageFile
from torch import Tensor

from faces.image import to_array
from server.picture_input import to_batch
from server.render.film import STEPS, draw_morph, walk
from server.render.layout import CAPTION, GAP, TILE
from tests.conftest import draw_face, report_models
from vae_models.hub.pull import Pulled
from vae_models.latent_paths import Interpolation

NEAR = 0.02  # change by WebP, far less than the difference of two faces
A, B = (to_batch(to_array(draw_face(seed))) for seed in (1, 2))
WAYS = pytest.mark.parametrize("way", ["linear", "spherical"])


@pytest.fixture(scope="module")
def models() -> tuple[Pulled, ...]:
    return report_models()


@pytest.fixture(scope="module")
def film(models: tuple[Pulled, ...]) -> list[Image.Image]:
    return frames(draw_morph(models, A, B, "linear"))


def frames(data: bytes) -> list[Image.Image]:
    return [frame.convert("RGB") for frame in ImageSequence.Iterator(Image.open(BytesIO(data)))]


def reconstructions(models: tuple[Pulled, ...], face: Tensor) -> list[np.ndarray]:
    with torch.inference_mode():
        return [pulled.model.reconstruct(face)[0].permute(1, 2, 0).numpy() for pulled in models]


def difference(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a - b).mean())


def tile(frame: Image.Image, column: int) -> np.ndarray:
    """Return one face of a frame, reduced to the size of a model's output."""
    left = GAP + column * (TILE + GAP)
    box = (left, CAPTION, left + TILE, CAPTION + TILE)
    return np.asarray(frame.crop(box).resize((64, 64), Image.Resampling.BOX)).astype(float) / 255


@WAYS
def test_a_walk_leads_from_reconstruction_to_reconstruction(models: tuple[Pulled, ...], way: Interpolation) -> None:
    for pulled, first, last in zip(models, reconstructions(models, A), reconstructions(models, B), strict=True):
        images = walk(pulled, A, B, way)
        assert images.shape == (STEPS + 1, 3, 64, 64)
        for image, expected in ((images[0], first), (images[-1], last)):
            np.testing.assert_allclose(image.permute(1, 2, 0).numpy(), expected, atol=1e-4)


def test_the_same_faces_give_the_same_bytes_and_others_others(models: tuple[Pulled, ...]) -> None:
    one = models[:1]
    first = draw_morph(one, A, B, "linear")
    assert draw_morph(one, A, B, "linear") == first
    assert draw_morph(one, B, A, "linear") != first
    assert draw_morph(one, A, B, "spherical") != first


def test_a_film_lasts_about_three_seconds_and_repeats_without_end(models: tuple[Pulled, ...]) -> None:
    with Image.open(BytesIO(draw_morph(models[:2], A, B, "linear"))) as moving:
        assert isinstance(moving, WebPImageFile)
        assert moving.info["loop"] == 0
        assert moving.n_frames == 2 * STEPS
        assert moving.width == 4 * TILE + 5 * GAP
        assert TILE >= 128
        lasting = 0
        for frame in ImageSequence.Iterator(moving):
            frame.load()
            lasting += frame.info["duration"]
    assert 2500 <= lasting <= 3500


def test_a_film_goes_to_the_other_face_and_returns(models: tuple[Pulled, ...], film: list[Image.Image]) -> None:
    for turn, face in ((0, A), (STEPS, B)):
        for column, expected in enumerate(reconstructions(models, face), start=1):
            assert difference(tile(film[turn], column), expected) < NEAR
    for step in (1, 10, 30):
        assert difference(np.asarray(film[step]) / 255, np.asarray(film[-step]) / 255) < NEAR


def test_the_two_faces_are_at_the_ends_of_every_frame(models: tuple[Pulled, ...], film: list[Image.Image]) -> None:
    first, second = (face[0].permute(1, 2, 0).numpy() for face in (A, B))
    for frame in film[:: STEPS // 2]:
        assert difference(tile(frame, 0), first) < 2 * NEAR  # drawn edges: enlarging softens them
        assert difference(tile(frame, len(models) + 1), second) < 2 * NEAR


@WAYS
def test_equal_faces_give_a_still(models: tuple[Pulled, ...], way: Interpolation) -> None:
    assert len(frames(draw_morph(models[:2], A, A, way))) == 1
