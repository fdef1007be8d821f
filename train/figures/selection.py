"""Titles of models in figures, and the choice of the models that a figure shows."""

import math
from collections import Counter
from collections.abc import Sequence

from vae_models import ModelConfig
from vae_models.catalogue import RECIPES
from vae_models.hub.pull import Pulled

MAX_COLUMNS = 4
REPORT_SIZE = ModelConfig().latent_dim


def titles(models: Sequence[Pulled]) -> list[str]:
    """Return a title for each model, with a further line each for a latent size and a seed that are not the report's.

    Models that would still have the same title get the names of their folders.
    """
    lines = [[pulled.record.title, *other_settings(pulled)] for pulled in models]
    counts = Counter(map(tuple, lines))
    named = [
        [*line, pulled.name] if counts[tuple(line)] > 1 else line for line, pulled in zip(lines, models, strict=True)
    ]
    return ["\n".join(line) for line in named]


def other_settings(pulled: Pulled) -> list[str]:
    """List the latent size and the seed of a model if they are not the report's 32 and 0."""
    size, seed = pulled.model.config.latent_dim, pulled.record.seed
    return [*([f"{size} dimensions"] if size != REPORT_SIZE else []), *([f"seed {seed}"] if seed else [])]


def side_by_side(models: tuple[Pulled, ...]) -> tuple[Pulled, ...]:
    """Choose the columns of a figure: all models if there are at most four, else one of each objective.

    The chosen one has the beta closest to the report's, then the latent size closest to the report's.
    """
    if len(models) <= MAX_COLUMNS:
        return models
    chosen: dict[str, Pulled] = {}
    for pulled in models:
        family = pulled.record.family
        if family not in chosen or _distance_to_report(pulled) < _distance_to_report(chosen[family]):
            chosen[family] = pulled
    return tuple(chosen.values())


def _distance_to_report(pulled: Pulled) -> tuple[float, int]:
    """Compare beta (absolute logarithm of the ratio; 0 for an AE) and latent size with those of the report."""
    beta, reports = pulled.record.beta, RECIPES[pulled.record.family].beta or 1.0
    return abs(math.log((beta or reports) / reports)), abs(pulled.model.config.latent_dim - REPORT_SIZE)


def beta_families() -> list[str]:
    """List the recipes whose models differ in beta."""
    return [name for name, recipe in RECIPES.items() if recipe.term]


def sweep(models: Sequence[Pulled], family: str) -> tuple[Pulled, ...]:
    """Return the models of a family by increasing beta, beginning with the VAE, which has beta = 1 in each family.

    Empty if the VAE is all there is.
    """
    if all(pulled.record.family != family for pulled in models):
        return ()
    members = [pulled for pulled in models if pulled.record.family in ("vae", family)]
    return tuple(sorted(members, key=lambda pulled: pulled.record.beta or 0.0))
