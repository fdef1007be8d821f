from typing import Any

import pytest
import torch
from torch import Tensor

from faces.image import to_array
from server.analysis.betas import SAMPLES, Family, compare, families, sort_family
from server.picture_input import to_batch
from tests.conftest import draw_face
from vae_models import Autoencoder, ModelConfig, Objective
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Pulled
from vae_models.objectives.objective import AE, VAE, beta_tcvae, beta_vae

SCORES: dict[str, Any] = {"squared_error": 150.0, "kl": 30.0}


def pulled(recipe: str, objective: Objective, seed: int = 0) -> Pulled:
    """Return a small untrained model with a record."""
    torch.manual_seed(seed)
    model = Autoencoder(ModelConfig(width=4, latent_dim=6, stochastic=objective.kl > 0)).eval()
    record = TrainingRecord(recipe, objective, {}, {}, 1, 8, {}, {}, 1, SCORES, {}, {})
    return Pulled(f"{recipe}-{seed}", model, record)


@pytest.fixture(scope="module")
def models() -> tuple[Pulled, ...]:
    """Return models as pulled: by recipe, then by beta; one seed each, so that no two models agree."""
    return (
        pulled("ae", AE, 1),
        pulled("vae", VAE, 2),
        pulled("beta-vae", beta_vae(2), 3),
        pulled("beta-vae", beta_vae(5), 4),
        pulled("beta-tcvae", beta_tcvae(20), 5),
    )


@pytest.fixture(scope="module")
def face() -> Tensor:
    return to_batch(to_array(draw_face(2)))


@pytest.mark.parametrize(
    ("family", "betas"), [("beta-vae", [1.0, 2.0, 5.0]), ("beta-tcvae", [1.0, 20.0])], ids=["beta-vae", "beta-tcvae"]
)
def test_a_family_begins_with_the_vae(models: tuple[Pulled, ...], family: Family, betas: list[float]) -> None:
    for order in (models, models[::-1]):
        found = sort_family(order, family)
        assert [beta for beta, _ in found] == betas
        assert found[0][1].record.recipe == "vae"


def test_a_tcvae_with_beta_one_is_a_vae(models: tuple[Pulled, ...]) -> None:
    model = pulled("beta-tcvae", beta_tcvae(1), 6)
    assert families((model,)) == []
    assert sort_family((*models[2:], model), "beta-vae")[0] == (1.0, model)


def test_families_are_those_with_a_model_of_their_own(models: tuple[Pulled, ...]) -> None:
    assert families(models) == ["beta-vae", "beta-tcvae"]
    assert families(models[:3]) == ["beta-vae"]
    assert families(models[:2]) == []


def test_every_beta_has_its_models_reconstruction_and_samples(models: tuple[Pulled, ...], face: Tensor) -> None:
    noise = torch.randn(SAMPLES, 6, generator=torch.Generator().manual_seed(11))
    compared = compare(models, "beta-vae", face, 11)
    for one, (beta, model) in zip(compared, sort_family(models, "beta-vae"), strict=True):
        assert one.beta == beta
        again = model.model.reconstruct(face)
        torch.testing.assert_close(one.reconstructed.picture.clone(), again.detach(), atol=1e-5, rtol=0)
        assert one.reconstructed.scores.squared_error == pytest.approx((face - again).square().sum().item(), rel=1e-4)
        torch.testing.assert_close(one.samples.clone(), model.model.decode(noise).detach(), atol=1e-3, rtol=0)
