"""Objectives and recorded scores of four models."""

from vae_models import Objective
from vae_models.objectives.objective import AE, VAE, beta_tcvae, beta_vae

OBJECTIVES: dict[str, tuple[str, Objective]] = {
    "ae": ("ae", AE),
    "vae": ("vae", VAE),
    "beta-vae": ("beta-vae", beta_vae(5)),
    "beta-tcvae": ("beta-tcvae", beta_tcvae(20)),
}


def scores(recipe: str, index: int) -> dict[str, float | None]:
    return {
        "squared_error": 90.0 + 20 * index,
        "distortion": 100.0 + 20 * index,
        "kl": None if recipe == "ae" else 30.0 / index,
        "gaussian_total_correlation": None if recipe == "ae" else 0.2 / index,
    }
