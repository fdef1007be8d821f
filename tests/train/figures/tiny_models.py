"""Six untrained models with few parameters, as finished runs store them."""

from pathlib import Path

import torch

from vae_models import Autoencoder, ModelConfig, Objective
from vae_models.files.latent_names import Best, LatentNames, Name
from vae_models.files.training_record import TrainingRecord
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
WITHOUT_NAMES = "beta-tcvae-b50"
NAMES = LatentNames(
    dimensions=(Name(2, "pale skin -", "Pale_Skin", 0.81, (0.78, 0.84)),),
    best={"pale skin": Best(2, False, 0.81), "bald": Best(2, True, 0.64), "eyeglasses": Best(0, True, 0.55)},
)


def build_record(name: str, number: int) -> TrainingRecord:
    """Build a record whose scores no two models share."""
    recipe, objective = OBJECTIVES[name]
    scores = {
        "distortion": 100.0 + 20 * number,
        "kl": None if recipe == "ae" else 30.0 / number,
        "gaussian_total_correlation": 2.0 / (1 + number) ** 2,
    }
    return TrainingRecord(recipe, objective, {}, {}, 1, 1, {}, {}, 1, scores, {}, {})


def write_models(folder: Path) -> None:
    """Write the six models into `folder`, all but one with a latents.json."""
    for number, name in enumerate(OBJECTIVES):
        torch.manual_seed(number)
        model = Autoencoder(ModelConfig(width=2, latent_dim=SIZE, stochastic=name != "ae")).eval()
        with torch.no_grad():
            for kernel in (p for p in model.parameters() if p.dim() > 1):
                kernel.mul_(3)  # untrained models decode every code to grey otherwise
        spread = torch.rand(SIZE, SIZE, dtype=torch.float64) + torch.eye(SIZE)
        model.fit_prior(torch.rand(SIZE), spread @ spread.T)
        model.save_pretrained(folder / name)
        build_record(name, number).write(folder / name)
        if name != WITHOUT_NAMES:
            NAMES.write(folder / name)
