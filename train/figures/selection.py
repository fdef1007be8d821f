"""What figures call models, and which of many stand side by side."""

import math

from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Pulled

TITLES = {"ae": "AE", "vae": "VAE", "beta-vae": "β-VAE", "beta-tcvae": "β-TCVAE"}
REPORT = {"vae": 1.0, "beta-vae": 5.0, "beta-tcvae": 20.0}  # beta of the report's models (section VI-A)
MOST = 4  # columns of a page


def title(record: TrainingRecord) -> str:
    """A model's name, and its beta where the name does not say it."""
    name = TITLES[record.recipe]
    return f"{name}, β = {record.beta:g}" if record.recipe in ("beta-vae", "beta-tcvae") else name


def side_by_side(models: tuple[Pulled, ...]) -> tuple[Pulled, ...]:
    """All models where a page holds them, else of each recipe the one whose beta is nearest to the report's."""
    if len(models) <= MOST:
        return models
    chosen: dict[str, Pulled] = {}
    for pulled in models:
        recipe = pulled.record.recipe
        if recipe not in chosen or _apart(pulled.record) < _apart(chosen[recipe].record):
            chosen[recipe] = pulled
    return tuple(chosen.values())


def _apart(record: TrainingRecord) -> float:
    """How far beta is from the report's, as a ratio's logarithm; an AE has none."""
    return 0.0 if record.beta is None else abs(math.log(record.beta / REPORT[record.recipe]))


def family(models: tuple[Pulled, ...], recipe: str) -> tuple[Pulled, ...]:
    """The models of a recipe by increasing beta; a VAE is beta = 1 of each. Nothing where there is only the VAE."""
    if all(pulled.record.recipe != recipe for pulled in models):
        return ()
    found = [pulled for pulled in models if pulled.record.recipe in ("vae", recipe)]
    return tuple(sorted(found, key=lambda pulled: pulled.record.beta or 0.0))
