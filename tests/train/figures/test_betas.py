"""Fig. 3: one face as beta increases."""

import pytest
import torch

from faces.image import to_array, to_tensor
from tests.conftest import draw_face
from train.errors import UserError
from train.figures import betas
from train.figures.betas import reconstruct_sweep
from vae_models.distributions import DiagonalGaussian
from vae_models.hub.pull import Pulled

FACE = to_tensor(to_array(draw_face(4))[None])


def test_a_sweep_reconstructs_one_face_as_beta_increases(models: tuple[Pulled, ...]) -> None:
    by_name = {pulled.name: pulled.model for pulled in models}
    steps = reconstruct_sweep(models, "beta-vae", FACE)
    assert [step.beta for step in steps] == [1, 2, 5]
    for step, name in zip(steps, ("vae", "beta-vae-b2", "beta-vae"), strict=True):
        with torch.inference_mode():
            image, posterior = by_name[name].reconstruct(FACE)[0], by_name[name].encode(FACE)
        assert isinstance(posterior, DiagonalGaussian)
        torch.testing.assert_close(step.image, image, atol=1e-6, rtol=0)
        assert step.squared_error == pytest.approx(((image - FACE[0]) ** 2).sum().item(), rel=1e-5)
        kl = 0.5 * (posterior.mean**2 + posterior.logvar.exp() - 1 - posterior.logvar).sum()
        assert step.kl == pytest.approx(kl.item(), rel=1e-5)


def test_a_family_without_a_model_of_its_own_has_no_sweep(models: tuple[Pulled, ...]) -> None:
    assert reconstruct_sweep(models[:4], "beta-tcvae", FACE) == []
    assert betas.draw(models[:2], FACE) is None


def test_a_record_that_contradicts_its_model_is_refused(models: tuple[Pulled, ...]) -> None:
    contradictory = models[2]._replace(model=models[0].model)
    with pytest.raises(UserError, match=r"beta-vae-b2: training\.json says beta-vae, but the model has point codes"):
        reconstruct_sweep((contradictory,), "beta-vae", FACE)


def test_every_row_starts_with_the_original(models: tuple[Pulled, ...]) -> None:
    figure = betas.draw(models, FACE)
    assert figure is not None
    titles = [axes.get_title().split("\n")[0] for axes in figure.axes]
    assert titles == [
        *("original", "β = 1 (VAE)", "β = 2", "β = 5"),
        *("original", "β = 1 (VAE)", "β = 20", "β = 50"),
    ]
    assert [axes.get_ylabel() for axes in figure.axes[::4]] == ["β-VAE", "β-TCVAE"]


def test_a_long_sweep_takes_several_rows(models: tuple[Pulled, ...]) -> None:
    figure = betas.draw(models[2:3] * 7, FACE)
    assert figure is not None
    shown = [axes.get_title().split("\n")[0] for axes in figure.axes if axes.axison]
    assert shown == ["original", *["β = 2"] * 5, "original", *["β = 2"] * 2]
