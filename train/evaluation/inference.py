"""A trained model over a whole set of pictures: their codes, the prior fitted to them, a row of scores for each."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from metrics.reconstruction import psnr, ssim, unexplained_variance
from train.data.pictures import Pictures
from vae_models import Autoencoder, Objective
from vae_models.distributions import DiagonalGaussian
from vae_models.objectives.elbo import negative_elbo
from vae_models.objectives.objective import squared_error

BATCH = 256
ELBO_SAMPLES = 4  # codes a picture that the negative ELBO is averaged over
JITTER = 1e-6  # of the mean variance, added to each


class Codes(NamedTuple):
    """The posteriors of N pictures, in float64 on the CPU."""

    mean: Tensor  # (N, D)
    logvar: Tensor | None  # (N, D); None for point codes

    def drawn(self, seed: int = 0) -> Tensor:
        """One code of each posterior, what a decoder is given; point codes as they are. (N, D)

        The mean of a dead dimension still tells something of its picture, in differences far smaller than the noise
        that it is sampled with: a score or a direction taken from means would rest on what no decoder ever sees.
        """
        if self.logvar is None:
            return self.mean
        return DiagonalGaussian(self.mean, self.logvar).sample(torch.Generator().manual_seed(seed))


def batches(pictures: Pictures, model: Autoencoder) -> Iterator[tuple[slice, Tensor]]:
    """Rows and their pictures (B, C, 64, 64), on the model's device."""
    device = model.prior_mean.device
    rows = [slice(start, start + BATCH) for start in range(0, len(pictures), BATCH)]
    return ((part, pictures.batch(part, device)) for part in rows)


@torch.inference_mode()
def encode(model: Autoencoder, pictures: Pictures, most: int | None = None) -> Codes:
    """The posterior of every picture, or of `most` of them, chosen with a fixed seed."""
    rows = np.sort(np.random.default_rng(0).permutation(len(pictures))[:most])
    device = model.prior_mean.device
    batches = np.split(rows, range(BATCH, len(rows), BATCH))
    posteriors = [model.encode(pictures.batch(part, device)) for part in batches]
    mean = torch.cat([posterior.mean for posterior in posteriors]).cpu().double()
    logvars = [posterior.logvar for posterior in posteriors if isinstance(posterior, DiagonalGaussian)]
    return Codes(mean, torch.cat(logvars).cpu().double() if logvars else None)


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
    unexplained: Tensor  # (N,) fraction of the picture's variance
    distortion: Tensor  # (N,) the objective's, from sampled codes, before its weight
    kl: Tensor | None  # (N, D) nats; None for point codes
    surprise: Tensor  # (N,) negative ELBO in nats, constant left out; for point codes the weighted distortion


@torch.inference_mode()
def score(model: Autoencoder, pictures: Pictures, objective: Objective, seed: int = 0) -> Scores:
    """Every picture's reconstruction and negative ELBO, with codes drawn from a generator seeded with `seed`."""
    # all noise at once, on the CPU: a picture's share depends on neither the batches nor the device
    shape = (ELBO_SAMPLES, len(pictures), model.config.latent_dim)
    noise = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    rows: list[list[Tensor]] = []
    kls: list[Tensor] = []
    for part, x in batches(pictures, model):
        posterior = model.encode(x)
        reconstruction = model.decode(posterior.mean)
        error = squared_error(x, reconstruction)
        bound = negative_elbo(model, x, posterior, objective=objective, noise=noise[:, part].to(x.device))
        if bound.kl is not None:
            kls.append(bound.kl)
        nearness = [metric(x, reconstruction) for metric in (psnr, ssim, unexplained_variance)]
        rows.append([error, *nearness, bound.distortion, bound.total])
    error, ratio, likeness, unexplained, distortion, surprise = (
        torch.cat(column).cpu().double() for column in zip(*rows, strict=True)
    )
    kl = torch.cat(kls).cpu().double() if kls else None
    return Scores(error, ratio, likeness, unexplained, distortion, kl, surprise)
