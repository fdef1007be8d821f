"""The curves as numbers: what training.json says of each model of a family."""

from typing import NamedTuple

from train.figures.selection import family
from vae_models.hub.pull import Pulled


class Point(NamedTuple):
    """A model's place on the curves; each a mean over the validation faces."""

    beta: float
    rate: float  # KL, nats
    distortion: float  # E_q ||x - reconstruction||^2, from sampled codes
    gaussian_tc: float | None  # nats; None where it is infinite


def points(models: tuple[Pulled, ...], recipe: str) -> list[Point]:
    """A point for each model of a recipe's family, beta increasing."""
    found = []
    for pulled in family(models, recipe):
        scores, beta = pulled.record.scores, pulled.record.beta
        if beta is not None:
            found.append(Point(beta, scores["kl"], scores["distortion"], scores["gaussian_total_correlation"]))
    return found


def plain(models: tuple[Pulled, ...]) -> list[tuple[float, float | None]]:
    """Distortion and Gaussian total correlation of each AE, which has no rate; None where the latter is infinite."""
    records = [pulled.record for pulled in models if pulled.record.beta is None]
    return [(record.scores["distortion"], record.scores["gaussian_total_correlation"]) for record in records]
