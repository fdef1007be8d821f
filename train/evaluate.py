"""A trained model over a whole set of pictures: its fitted prior, its scores and its latents."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from metrics.reconstruction import psnr, ssim
from train.data.cache import Faces
from vae_models import Autoencoder, Objective
from vae_models.distributions import DiagonalGaussian, Dirac
from vae_models.objective import squared_error

BATCH = 256
ELBO_SAMPLES = 4  # codes a picture that the negative ELBO is averaged over
QUANTILES = 101
JITTER = 1e-6  # of the mean variance, added to each
PROBES = 256  # validation pictures that a point code's dimensions are moved on


class Codes(NamedTuple):
    """The posteriors of N pictures, in float64 on the CPU."""

    mean: Tensor  # (N, D)
    logvar: Tensor | None  # (N, D); None for point codes


def _batches(faces: Faces, model: Autoencoder) -> Iterator[Tensor]:
    device = model.prior_mean.device
    starts = range(0, len(faces), BATCH)
    return (faces.batch(slice(start, start + BATCH), device) for start in starts)


@torch.inference_mode()
def encode(model: Autoencoder, faces: Faces) -> Codes:
    """The posterior of every picture."""
    posteriors = [model.encode(x) for x in _batches(faces, model)]
    mean = torch.cat([posterior.mean for posterior in posteriors]).double().cpu()
    logvars = [posterior.logvar for posterior in posteriors if isinstance(posterior, DiagonalGaussian)]
    return Codes(mean, torch.cat(logvars).double().cpu() if logvars else None)


def fitted_prior(codes: Codes) -> tuple[Tensor, Tensor]:
    """Mean (D,) and covariance (D, D) of z ~ q(z|x) over the pictures: Cov[mean] + diag E[exp logvar]."""
    covariance = torch.cov(codes.mean.T, correction=0)
    # a point code with a dead dimension, or fewer pictures than dimensions, would leave it singular
    covariance = covariance + JITTER * covariance.diagonal().mean() * torch.eye(len(covariance))
    if codes.logvar is not None:
        covariance = covariance + torch.diag(codes.logvar.exp().mean(dim=0))
    return codes.mean.mean(dim=0), covariance


class Scores(NamedTuple):
    """One row per picture."""

    squared_error: Tensor  # (N,) from the mean code
    psnr: Tensor  # (N,) dB
    ssim: Tensor  # (N,)
    distortion: Tensor  # (N,) squared error from sampled codes
    kl: Tensor | None  # (N, D) nats; None for point codes
    surprise: Tensor  # (N,) negative ELBO in nats, constant left out; for point codes the weighted squared error


@torch.inference_mode()
def score(model: Autoencoder, faces: Faces, objective: Objective, seed: int = 0) -> Scores:
    """Every picture's reconstruction and negative ELBO, with codes drawn from a generator seeded with `seed`."""
    device = model.prior_mean.device
    generator = torch.Generator(device).manual_seed(seed)
    rows: list[list[Tensor]] = []
    kls: list[Tensor] = []
    for x in _batches(faces, model):
        posterior = model.encode(x)
        reconstruction = model.decode(posterior.mean)
        error = squared_error(x, reconstruction)
        if isinstance(posterior, Dirac):
            distortion, surprise = error, objective.distortion_weight * error
        else:
            drawn = [squared_error(x, model.decode(posterior.sample(generator))) for _ in range(ELBO_SAMPLES)]
            distortion = torch.stack(drawn).mean(dim=0)
            kls.append(posterior.kl())
            surprise = objective.distortion_weight * distortion + kls[-1].sum(dim=1)
        rows.append([error, psnr(x, reconstruction), ssim(x, reconstruction), distortion, surprise])
    error, ratio, likeness, distortion, surprise = (
        torch.cat(column).double().cpu() for column in zip(*rows, strict=True)
    )
    kl = torch.cat(kls).double().cpu() if kls else None
    return Scores(error, ratio, likeness, distortion, kl, surprise)


def means(scores: Scores) -> dict[str, float | None]:
    """What training.json keeps under `scores`."""
    stochastic = scores.kl is not None
    return {
        "squared_error": scores.squared_error.mean().item(),
        "psnr": scores.psnr.mean().item(),
        "ssim": scores.ssim.mean().item(),
        "distortion": scores.distortion.mean().item(),
        "kl": scores.kl.sum(dim=1).mean().item() if scores.kl is not None else None,
        "negative_elbo": scores.surprise.mean().item() if stochastic else None,
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


def typicality(scores: Scores) -> dict[str, Any]:
    """What training.json keeps under `typicality`: 101 quantiles of the negative ELBO, lowest to highest."""
    quantiles = np.quantile(scores.surprise.numpy(), np.linspace(0, 1, QUANTILES))
    return {
        "score": "squared_error" if scores.kl is None else "negative_elbo",
        "constant_included": False,
        "samples": 1 if scores.kl is None else ELBO_SAMPLES,
        "quantiles": quantiles.tolist(),
    }
