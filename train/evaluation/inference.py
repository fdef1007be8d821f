"""A trained model applied to a whole data set: codes, moments of the fitted prior, and scores of every image."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from metrics.importance_bound import importance_weighted_bound
from metrics.reconstruction import psnr, ssim, unexplained_variance
from train.data.pictures import DataError, Pictures
from train.errors import UserError
from vae_models import Autoencoder, Objective
from vae_models.distributions import DiagonalGaussian, Dirac
from vae_models.objectives.elbo import log_weights, negative_elbo
from vae_models.objectives.objective import squared_error

BATCH = 256
ELBO_SAMPLES = 4  # codes per image over which the negative ELBO is averaged
JITTER = 1e-6  # added to each variance of the fitted prior, relative to the mean variance


class Codes(NamedTuple):
    """Posteriors of N images, in float64 on the CPU."""

    mean: Tensor  # (N, D)
    logvar: Tensor | None  # (N, D); None for point codes

    def sample(self, seed: int = 0) -> Tensor:
        """Draw one code from each posterior (the code itself for an AE), (N, D).

        Scores and directions are computed from samples, because a decoder only gets samples: the mean of an inactive
        dimension still depends on the image, by differences far smaller than the noise.
        """
        if self.logvar is None:
            return self.mean
        return DiagonalGaussian(self.mean, self.logvar).sample(torch.Generator().manual_seed(seed))


class Scores(NamedTuple):
    """Scores of N images, one row per image."""

    squared_error: Tensor  # (N,) of the reconstruction from the mean code
    psnr: Tensor  # (N,) dB
    ssim: Tensor  # (N,)
    unexplained_variance: Tensor  # (N,) fraction of the image's variance
    distortion: Tensor  # (N,) of the objective, from sampled codes, before its weight
    kl: Tensor | None  # (N, D) nats; None for point codes
    negative_elbo: Tensor  # (N,) nats, without the constant; for point codes the weighted distortion
    codes: Codes  # the posteriors that the scores are of


def iterate_batches(pictures: Pictures, model: Autoencoder) -> Iterator[tuple[slice, Tensor]]:
    """Yield rows and their images (B, C, 64, 64), on the model's device."""
    device = model.prior_mean.device
    for start in range(0, len(pictures), BATCH):
        rows = slice(start, start + BATCH)
        yield rows, pictures.batch(rows, device)


def require_channels(model: Autoencoder, pictures: Pictures) -> None:
    """Raise DataError if the images have another number of channels than the model's."""
    if model.config.channels != pictures.channels:
        raise DataError(f"The model has {model.config.channels} channels, the pictures have {pictures.channels}")


def require_finite_outputs(*values: Tensor) -> None:
    """Raise UserError if a code or score is NaN or infinite: nothing may be computed from it or recorded."""
    if not all(value.isfinite().all() for value in values):
        raise UserError(
            "The model computes NaN or infinity for these pictures: its weights are damaged, train it again"
        )


@torch.inference_mode()
def encode(model: Autoencoder, pictures: Pictures, limit: int | None = None) -> Codes:
    """Compute the posterior of every image, or of `limit` images chosen with a fixed seed.

    Raises UserError for codes that are NaN or infinite.
    """
    rows = np.sort(np.random.default_rng(0).permutation(len(pictures))[:limit])
    device, parts = model.prior_mean.device, np.split(rows, range(BATCH, len(rows), BATCH))
    return _gather(model.encode(pictures.batch(part, device)) for part in parts)


def _gather(posteriors: Iterable[DiagonalGaussian | Dirac]) -> Codes:
    """Join the posteriors of all batches. Raises UserError if a code is NaN or infinite."""
    means, logvars = list[Tensor](), list[Tensor]()
    for posterior in posteriors:
        means.append(posterior.mean)
        if isinstance(posterior, DiagonalGaussian):
            logvars.append(posterior.logvar)
    codes = Codes(torch.cat(means).cpu().double(), torch.cat(logvars).cpu().double() if logvars else None)
    require_finite_outputs(*(part for part in codes if part is not None))
    return codes


def prior_moments(codes: Codes) -> tuple[Tensor, Tensor]:
    """Compute mean (D,) and covariance (D, D) of z ~ q(z|x) over the images: Cov[mean] + diag E[exp logvar]."""
    covariance = torch.cov(codes.mean.T, correction=0)
    # singular without jitter for an AE with an inactive dimension, or for fewer images than dimensions
    covariance = covariance + JITTER * covariance.diagonal().mean() * torch.eye(len(covariance))
    if codes.logvar is not None:
        covariance = covariance + torch.diag(codes.logvar.exp().mean(dim=0))
    return codes.mean.mean(dim=0), covariance


@torch.inference_mode()
def score(model: Autoencoder, pictures: Pictures, objective: Objective, seed: int = 0) -> Scores:
    """Score every image's reconstruction and negative ELBO, with codes sampled by a generator seeded with `seed`.

    Raises UserError for codes and scores that are NaN or infinite.
    """
    # all noise is drawn at once, on the CPU: an image's noise depends on neither the batches nor the device
    shape = (ELBO_SAMPLES, len(pictures), model.config.latent_dim)
    noise = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    rows: list[list[Tensor]] = []
    kls: list[Tensor] = []
    posteriors: list[DiagonalGaussian | Dirac] = []
    for part, x in iterate_batches(pictures, model):
        posterior = model.encode(x)
        posteriors.append(posterior)
        reconstruction = model.decode(posterior.mean)
        bound = negative_elbo(model, x, posterior, objective=objective, noise=noise[:, part].to(x.device))
        if bound.kl is not None:
            kls.append(bound.kl)
        image_metrics = [metric(x, reconstruction) for metric in (psnr, ssim, unexplained_variance)]
        rows.append([squared_error(x, reconstruction), *image_metrics, bound.distortion, bound.total])
    error, ratio, similarity, unexplained, distortion, total = (
        torch.cat(column).cpu().double() for column in zip(*rows, strict=True)
    )
    kl = torch.cat(kls).cpu().double() if kls else None
    require_finite_outputs(error, distortion, total)
    return Scores(error, ratio, similarity, unexplained, distortion, kl, total, _gather(posteriors))


@torch.inference_mode()
def importance_weighted(
    model: Autoencoder, pictures: Pictures, objective: Objective, samples: int, seed: int = 0
) -> float | None:
    """Compute the mean negative importance-weighted bound on log p(x), in nats, without the constant.

    `samples` codes per image are drawn and decoded (Burda et al. 2016). None for point codes.
    """
    generator, bounds = torch.Generator().manual_seed(seed), []
    for _, x in iterate_batches(pictures, model):
        posterior = model.encode(x)
        if isinstance(posterior, Dirac):
            return None
        # image by image, on the CPU: an image's noise depends on neither the batches nor the device
        noise = torch.stack([torch.randn(samples, model.config.latent_dim, generator=generator) for _ in x], dim=1)
        weights = log_weights(model, x, posterior, objective=objective, noise=noise.to(x.device))
        bounds.append(importance_weighted_bound(weights).cpu())
    return -torch.cat(bounds).mean().item()
