"""Scores of one network for every beta along its dial: the entry `curve` of training.json."""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from metrics.latent import active_units, gaussian_total_correlation
from train.data.pictures import Pictures
from train.evaluation.inference import iterate_batches, require_finite_outputs
from vae_models import Autoencoder, Dial, Objective
from vae_models.distributions import DiagonalGaussian
from vae_models.machine import best_device
from vae_models.objectives.elbo import negative_elbo
from vae_models.objectives.objective import squared_error

BETAS = 25


class Point(NamedTuple):
    """Scores at one beta, as means over the images."""

    beta: float
    distortion: float  # of the objective, from one sampled code per image, before its weight
    squared_error: float  # of the reconstruction from the mean code
    kl: float  # nats
    active_units: int
    gaussian_total_correlation: float | None  # nats; None if it is infinite


def spread_betas(highest: float, count: int = BETAS) -> list[float]:
    """Return ascending betas from 1 to the highest, even in log beta but for the round ones, which replace the nearest.

    Separate models have round betas, such as 2 and 5, so the two compare.
    """
    betas = np.geomspace(1, highest, count)
    for beta in round_betas(highest):
        betas[np.abs(np.log(betas / beta)).argmin()] = beta
    return [float(beta) for beta in betas]


def round_betas(highest: float) -> list[float]:
    """Return 1, 2, 5, 10, 20, 50, ... up to the highest."""
    decades = range(math.floor(math.log10(highest)) + 1)
    return [float(digit * 10**decade) for decade in decades for digit in (1, 2, 5) if digit * 10**decade <= highest]


def measure_curve(
    dial: Dial, pictures: Pictures, objective: Objective, betas: Iterable[float] | None = None
) -> list[Point]:
    """Score the ordinary model of each beta; by default of 25 betas. Every beta has the same noise.

    Raises UserError for codes and scores that are NaN or infinite.
    """
    chosen = spread_betas(dial.config.highest_beta) if betas is None else betas
    device = best_device()
    models = ((beta, dial.at(beta).to(device).to(memory_format=torch.channels_last)) for beta in chosen)
    return [_measure(beta, model, pictures, objective) for beta, model in models]


@torch.inference_mode()
def _measure(beta: float, model: Autoencoder, pictures: Pictures, objective: Objective, seed: int = 0) -> Point:
    noise = torch.randn(1, len(pictures), model.config.latent_dim, generator=torch.Generator().manual_seed(seed))
    posteriors: list[DiagonalGaussian] = []
    scores: list[Tensor] = []
    for part, x in iterate_batches(pictures, model):
        posterior = model.encode(x)
        assert isinstance(posterior, DiagonalGaussian), "a dial has no point codes"
        bound = negative_elbo(model, x, posterior, objective=objective, noise=noise[:, part].to(x.device))
        error = squared_error(x, model.decode(posterior.mean))
        scores.append(torch.stack([bound.distortion, error, posterior.kl().sum(dim=1)]).cpu().double())
        posteriors.append(DiagonalGaussian(posterior.mean.cpu().double(), posterior.logvar.cpu().double()))
    mean, logvar = (torch.cat(part) for part in zip(*posteriors, strict=True))
    require_finite_outputs(mean, logvar, *scores)
    distortion, error, kl = torch.cat(scores, dim=1).mean(dim=1).tolist()
    correlation = gaussian_total_correlation(mean, logvar)
    return Point(beta, distortion, error, kl, active_units(mean), correlation if math.isfinite(correlation) else None)


def to_entry(points: list[Point], data: dict[str, Any]) -> dict[str, Any]:
    """Return the entry `curve` of training.json: the images, and the scores by name, in the order of the betas."""
    return {"data": data, **{name: [getattr(point, name) for point in points] for name in Point._fields}}


def from_entry(entry: dict[str, Any]) -> list[Point]:
    """Return the points of the entry `curve`."""
    return [Point(*values) for values in zip(*(entry[name] for name in Point._fields), strict=True)]
