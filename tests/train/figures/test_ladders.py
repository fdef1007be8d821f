import pytest
import torch
from torch import Generator

from faces.image import to_array, to_tensor
from tests.conftest import drawn_face
from train.figures.ladders import ladder, samples
from vae_models.hub.pull import Pulled

FACE = to_tensor(to_array(drawn_face(4))[None])


def test_samples_are_the_models_own_of_the_same_noise(models: tuple[Pulled, ...]) -> None:
    noise = torch.stack([torch.randn(4, generator=generator) for generator in [Generator().manual_seed(5)] * 3])
    for pulled in models:
        model = pulled.model
        with torch.inference_mode():
            standard, fitted = model.decode(noise), model.decode(model.prior_mean + noise @ model.prior_scale.T)
        torch.testing.assert_close(samples(pulled, "standard", 3, seed=5), standard, atol=1e-6, rtol=0)
        torch.testing.assert_close(samples(pulled, "fitted", 3, seed=5), fitted, atol=1e-6, rtol=0)
        assert not torch.allclose(standard, fitted, atol=1e-4)


def test_a_ladder_climbs_beta_and_counts_this_faces_error_and_nats(models: tuple[Pulled, ...]) -> None:
    by_name = {pulled.name: pulled.model for pulled in models}
    steps = ladder(models, "beta-vae", FACE)
    assert [step.beta for step in steps] == [1, 2, 5]
    for step, name in zip(steps, ("vae", "beta-vae-b2", "beta-vae"), strict=True):
        with torch.inference_mode():
            picture, posterior = by_name[name].reconstruct(FACE)[0], by_name[name].encode(FACE)
        torch.testing.assert_close(step.picture, picture, atol=1e-6, rtol=0)
        assert step.squared_error == pytest.approx(((picture - FACE[0]) ** 2).sum().item(), rel=1e-5)
        kl = 0.5 * (posterior.mean**2 + posterior.logvar.exp() - 1 - posterior.logvar).sum()
        assert step.kl == pytest.approx(kl.item(), rel=1e-5)


def test_without_a_model_of_its_own_there_is_no_ladder(models: tuple[Pulled, ...]) -> None:
    assert ladder(models[:4], "beta-tcvae", FACE) == []
