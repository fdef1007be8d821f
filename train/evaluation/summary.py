"""Summary statistics of a model on a set of images, as stored in training.json."""

import math
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from metrics.latent import active_units, decompose, gaussian_total_correlation
from train.evaluation.inference import ELBO_SAMPLES, Codes, Scores
from vae_models import Autoencoder, Objective
from vae_models.distributions import DiagonalGaussian

DECOMPOSITION_SAMPLES = 4000  # codes over which the ELBO's decomposition is averaged
QUANTILES = 101
PROBE_IMAGES = 256  # images whose codes are moved along each dimension of a point code


class Summary(NamedTuple):
    """Three entries of training.json, as plain JSON."""

    scores: dict[str, Any]
    latents: dict[str, list[float]]
    typicality: dict[str, Any]


def summarize(model: Autoencoder, scores: Scores, objective: Objective) -> Summary:
    """Compute the summary statistics stored in training.json, at the end of a run or later. The seeds are fixed."""
    return Summary(
        {**mean_scores(scores), **code_statistics(scores.codes)},
        latent_statistics(model, scores),
        typicality(scores, objective),
    )


def mean_scores(scores: Scores) -> dict[str, float | None]:
    """Average the scores of single images, for the entry `scores`."""
    return {
        "squared_error": scores.squared_error.mean().item(),
        "psnr": scores.psnr.mean().item(),
        "ssim": scores.ssim.mean().item(),
        "distortion": scores.distortion.mean().item(),
        "kl": None if scores.kl is None else scores.kl.sum(dim=1).mean().item(),
        "negative_elbo": None if scores.kl is None else scores.negative_elbo.mean().item(),
    }


def code_statistics(codes: Codes, seed: int = 0) -> dict[str, Any]:
    """Compute the statistics of all codes together, for the entry `scores`.

    Null for an infinite total correlation (a singular covariance), and for statistics that point codes lack: their
    scale is free, so Burda's threshold tells nothing about active units.

    The decomposition is given for a quarter, a half and all of the images, nested and in random order: an empirical
    mixture of N posteriors has at most log N nats of mutual information, so a single number would be misleading.
    """
    tc = gaussian_total_correlation(codes.mean, codes.logvar)
    statistics = {"active_units": None, "gaussian_total_correlation": tc if math.isfinite(tc) else None}
    if codes.logvar is None:
        return {**statistics, "decomposition": None}
    n, generator = len(codes.mean), torch.Generator().manual_seed(seed)
    order = torch.randperm(n, generator=generator)
    subsets = [order[:size] for size in (n // 4, n // 2, n) if size]
    posteriors = [DiagonalGaussian(codes.mean[rows], codes.logvar[rows]) for rows in subsets]
    decompositions = [decompose(q, samples=DECOMPOSITION_SAMPLES, generator=generator) for q in posteriors]
    return {
        **statistics,
        "active_units": active_units(codes.mean),
        "decomposition": [decomposition._asdict() for decomposition in decompositions],
    }


def latent_statistics(model: Autoencoder, scores: Scores) -> dict[str, list[float]]:
    """Compute the statistics of each dimension, for the entry `latents`: mean, standard deviation and importance.

    The importance is the mean KL; for point codes, the mean squared change of a pixel by one standard deviation.
    """
    means = scores.codes.mean
    spread = means.std(dim=0, correction=0)
    statistics = {"mean": means.mean(dim=0).tolist(), "std": spread.tolist()}
    if scores.kl is not None:
        return {"kl": scores.kl.mean(dim=0).tolist(), **statistics}
    z = means[:PROBE_IMAGES].to(model.prior_mean)
    return {"pixel_change": _pixel_change(model, z, spread.to(z)), **statistics}


@torch.inference_mode()
def _pixel_change(model: Autoencoder, z: Tensor, spread: Tensor) -> list[float]:
    reference = model.decode(z)
    return [(model.decode(z + step) - reference).square().mean().item() for step in torch.diag(spread)]


def typicality(scores: Scores, objective: Objective) -> dict[str, Any]:
    """Compute 101 quantiles of two scores, lowest to highest, for the entry `typicality`."""

    def quantiles(values: Tensor) -> list[float]:
        return np.quantile(values.numpy(), np.linspace(0, 1, QUANTILES)).tolist()

    return {
        "constant_included": objective.distortion == "bernoulli",  # the Bernoulli distortion has no constant
        "samples": 1 if scores.kl is None else ELBO_SAMPLES,
        "quantiles": {
            objective.distortion if scores.kl is None else "negative_elbo": quantiles(scores.negative_elbo),
            "unexplained_variance": quantiles(scores.unexplained_variance),
        },
    }
