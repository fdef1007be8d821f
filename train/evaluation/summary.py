"""What training.json keeps of a model evaluated on a set of pictures."""

import math
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from metrics.latent import active_units, decompose, gaussian_total_correlation
from train.data.pictures import Pictures
from train.evaluation.inference import ELBO_SAMPLES, Codes, Scores, encode, score
from vae_models import Autoencoder, Objective
from vae_models.distributions import DiagonalGaussian

DECOMPOSED_SAMPLES = 4000  # codes that the ELBO's decomposition is averaged over
QUANTILES = 101
PROBES = 256  # pictures that a point code's dimensions are moved on


class Measured(NamedTuple):
    """Three entries of the record, plain JSON."""

    scores: dict[str, Any]
    latents: dict[str, list[float]]
    typicality: dict[str, Any]


def measure(model: Autoencoder, pictures: Pictures, objective: Objective) -> Measured:
    """All that is recorded of `pictures`, at a run's end as in a later evaluation; the seeds are fixed."""
    codes, scores = encode(model, pictures), score(model, pictures, objective)
    return Measured({**means(scores), **aggregate(codes)}, latents(model, codes, scores), typicality(scores, objective))


def means(scores: Scores) -> dict[str, float | None]:
    """What training.json keeps under `scores` of single pictures: means."""
    stochastic = scores.kl is not None
    return {
        "squared_error": scores.squared_error.mean().item(),
        "psnr": scores.psnr.mean().item(),
        "ssim": scores.ssim.mean().item(),
        "distortion": scores.distortion.mean().item(),
        "kl": scores.kl.sum(dim=1).mean().item() if scores.kl is not None else None,
        "negative_elbo": scores.surprise.mean().item() if stochastic else None,
    }


def aggregate(codes: Codes, seed: int = 0) -> dict[str, Any]:
    """What training.json keeps under `scores` of the codes as a set; null is what a point code does not have (its scale
    is free, so no unit is active by Burda's threshold) and the infinite total correlation of a singular covariance.

    The decomposition is given for a quarter, a half and all of the pictures, nested and in random order: an empirical
    mixture of N posteriors shows no more mutual information than log N, so one number would tell nothing.
    """
    tc = gaussian_total_correlation(codes.mean, codes.logvar)
    facts = {"active_units": None, "gaussian_total_correlation": tc if math.isfinite(tc) else None}
    if codes.logvar is None:
        return {**facts, "decomposition": None}
    n, generator = len(codes.mean), torch.Generator().manual_seed(seed)
    order = torch.randperm(n, generator=generator)
    parts = [order[:size] for size in (n // 4, n // 2, n) if size]
    posteriors = [DiagonalGaussian(codes.mean[rows], codes.logvar[rows]) for rows in parts]
    decomposed = [decompose(q, samples=DECOMPOSED_SAMPLES, generator=generator) for q in posteriors]
    return {
        **facts,
        "active_units": active_units(codes.mean),
        "decomposition": [parts._asdict() for parts in decomposed],
    }


def latents(model: Autoencoder, codes: Codes, scores: Scores) -> dict[str, list[float]]:
    """What training.json keeps under `latents`, by dimension: the codes' mean and standard deviation, and how much
    the dimension carries: the mean KL, or for point codes the mean squared change of a pixel by one standard deviation.
    """
    spread = codes.mean.std(dim=0, correction=0)
    facts = {"mean": codes.mean.mean(dim=0).tolist(), "std": spread.tolist()}
    if scores.kl is not None:
        return {"kl": scores.kl.mean(dim=0).tolist(), **facts}
    z = codes.mean[:PROBES].to(model.prior_mean)
    return {"pixel_change": _pixel_change(model, z, spread.to(z)), **facts}


@torch.inference_mode()
def _pixel_change(model: Autoencoder, z: Tensor, spread: Tensor) -> list[float]:
    still = model.decode(z)
    moved = (model.decode(z + step) for step in torch.diag(spread))
    return [(picture - still).square().mean().item() for picture in moved]


def typicality(scores: Scores, objective: Objective) -> dict[str, Any]:
    """What training.json keeps under `typicality`: of two scores 101 quantiles each, lowest to highest."""

    def quantiles(values: Tensor) -> list[float]:
        return np.quantile(values.numpy(), np.linspace(0, 1, QUANTILES)).tolist()

    return {
        "constant_included": objective.distortion == "bernoulli",  # it has none
        "samples": 1 if scores.kl is None else ELBO_SAMPLES,
        "quantiles": {
            objective.distortion if scores.kl is None else "negative_elbo": quantiles(scores.surprise),
            "unexplained_variance": quantiles(scores.unexplained),
        },
    }
