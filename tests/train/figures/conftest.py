"""Networks of almost nothing, as a finished run leaves them."""

from pathlib import Path

import pytest
import torch

from vae_models import Autoencoder, ModelConfig, Objective
from vae_models.files.latent_names import Best, LatentNames, Name
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Pulled, pull
from vae_models.objectives.objective import AE, VAE, beta_tcvae, beta_vae

SIZE = 4  # latent dimensions
OBJECTIVES: dict[str, tuple[str, Objective]] = {
    "ae": ("ae", AE),
    "vae": ("vae", VAE),
    "beta-vae-b2": ("beta-vae", beta_vae(2)),
    "beta-vae": ("beta-vae", beta_vae(5)),
    "beta-tcvae": ("beta-tcvae", beta_tcvae(20)),
    "beta-tcvae-b50": ("beta-tcvae", beta_tcvae(50)),
}
NAMES = LatentNames(
    dimensions=(Name(2, "pale skin -", "Pale_Skin", 0.81, (0.78, 0.84)),),
    best={"pale skin": Best(2, False, 0.81), "bald": Best(2, True, 0.64), "eyeglasses": Best(0, True, 0.55)},
)


def record(name: str, place: int) -> TrainingRecord:
    """A record whose numbers no two models share."""
    recipe, objective = OBJECTIVES[name]
    ae = recipe == "ae"
    scores = {
        "distortion": 100.0 + 20 * place,
        "kl": None if ae else 30.0 / place,
        "gaussian_total_correlation": 2.0 / (1 + place) ** 2,
    }
    return TrainingRecord(recipe, objective, {}, {}, 1, 1, {}, {}, 1, scores, {}, {})


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of six models; the last has no latents.json."""
    place = tmp_path_factory.mktemp("models")
    for number, name in enumerate(OBJECTIVES):
        torch.manual_seed(number)
        model = Autoencoder(ModelConfig(width=2, latent_dim=SIZE, stochastic=name != "ae")).eval()
        with torch.no_grad():
            for kernel in (p for p in model.parameters() if p.dim() > 1):
                kernel.mul_(3)  # untrained, it would answer grey to every code
        spread = torch.rand(SIZE, SIZE, dtype=torch.float64) + torch.eye(SIZE)
        model.fit_prior(torch.rand(SIZE), spread @ spread.T)
        model.save_pretrained(place / name)
        record(name, number).write(place / name)
        if name != "beta-tcvae-b50":
            NAMES.write(place / name)
    return place


@pytest.fixture(scope="session")
def models(folder: Path) -> tuple[Pulled, ...]:
    return pull(str(folder)).models
