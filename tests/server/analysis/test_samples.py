import math

import pytest
import torch

from server.analysis.samples import Draw, draw_codes, draw_faces
from tests.conftest import report_models
from vae_models.autoencoder import draw_noise
from vae_models.hub.pull import Pulled


@pytest.fixture(scope="module")
def models() -> tuple[Pulled, ...]:
    return report_models()


def test_every_model_decodes_the_same_noise(models: tuple[Pulled, ...]) -> None:
    noise = draw_noise(3, 32, torch.Generator().manual_seed(11))
    for pulled in models:
        expected = pulled.model.decode(noise).detach()
        torch.testing.assert_close(draw_faces(pulled, Draw(11, 3)).clone(), expected, atol=1e-5, rtol=0)


def test_the_faces_are_the_decoded_codes(models: tuple[Pulled, ...]) -> None:
    draw = Draw(3, 5, "fitted", 0.8)
    for pulled in models:
        expected = pulled.model.decode(draw_codes(pulled, draw).clone()).detach()
        torch.testing.assert_close(draw_faces(pulled, draw).clone(), expected, atol=1e-5, rtol=0)


def test_temperature_scales_the_noise_and_at_zero_gives_the_mean(models: tuple[Pulled, ...]) -> None:
    vae = models[1]
    cold = draw_faces(vae, Draw(3, 4, "fitted", temperature=0))
    mean = vae.model.decode(vae.model.prior_mean[None]).detach()
    torch.testing.assert_close(cold.clone(), mean.expand(4, -1, -1, -1), atol=1e-5, rtol=0)
    noise = draw_noise(4, 32, torch.Generator().manual_seed(3))
    warm = draw_faces(vae, Draw(3, 4, temperature=0.7))
    torch.testing.assert_close(warm.clone(), vae.model.decode(0.7 * noise).detach(), atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    ("seed", "count", "temperature"),
    [(-1, 4, 1), (2**32, 4, 1), (1, 0, 1), (1, 37, 1), (1, 4, math.nan), (1, 4, 9), ("7", 4, 1), (7.0, 4, 1)],
)
def test_what_cannot_be_drawn_is_refused(seed: int, count: int, temperature: float) -> None:
    with pytest.raises(ValueError, match=r"from 0 to|1 to 36|from 0 to 2"):
        Draw(seed, count, temperature=temperature)
