"""Metrics as they were computed before, from their definitions: references for speed and numbers."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from metrics.latent import CHUNK
from metrics.reconstruction import K1, K2, ROUNDING, SIGMA, WINDOW, mse
from vae_models.distributions import DiagonalGaussian


def log_aggregate_by_definition(z: Tensor, posterior: DiagonalGaussian, chunk: int = CHUNK) -> tuple[Tensor, Tensor]:
    """Compute log q(z) and log q(z_j), as `metrics.latent.log_aggregate_posterior`, (S,) and (S, D) nats."""
    n = len(posterior.mean)
    dimensions = [DiagonalGaussian(*pair) for pair in zip(*(t.T.contiguous() for t in posterior), strict=True)]
    joints: list[Tensor] = []
    marginals: list[Tensor] = []
    for part in z.split(max(1, chunk // n)):
        log_joint = part.new_zeros(len(part), n)
        columns: list[Tensor] = []
        for z_j, q_j in zip(part.T, dimensions, strict=True):
            log_q = q_j.log_prob(z_j[:, None])
            columns.append(torch.logsumexp(log_q, dim=1))
            log_joint += log_q
        joints.append(torch.logsumexp(log_joint, dim=1))
        marginals.append(torch.stack(columns, dim=1))
    return torch.cat(joints) - math.log(n), torch.cat(marginals) - math.log(n)


def convolved_ssim(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Compute the structural similarity by five two-dimensional convolutions. (B, C, H, W) -> (B,)."""
    channels = x.shape[1]
    offsets = torch.arange(WINDOW, dtype=x.dtype, device=x.device) - WINDOW // 2
    bell = torch.exp(-offsets.square() / (2 * SIGMA**2))
    bell = bell / bell.sum()
    window = torch.outer(bell, bell).expand(channels, 1, WINDOW, WINDOW)

    def local_mean(image: Tensor) -> Tensor:
        return F.conv2d(image, window, groups=channels)

    mean_x, mean_y = local_mean(x), local_mean(reconstruction)
    variance_x = local_mean(x * x) - mean_x.square()
    variance_y = local_mean(reconstruction * reconstruction) - mean_y.square()
    covariance = local_mean(x * reconstruction) - mean_x * mean_y
    c1, c2 = K1**2, K2**2
    similarity = ((2 * mean_x * mean_y + c1) * (2 * covariance + c2)) / (
        (mean_x.square() + mean_y.square() + c1) * (variance_x + variance_y + c2)
    )
    return similarity.flatten(1).mean(dim=1)


def variance_by_torch(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Compute the unexplained variance by torch's `var`. (B, C, H, W) -> (B,)."""
    variance = x.flatten(2).var(dim=2, correction=0).mean(dim=1)
    return mse(x, reconstruction) / variance.clamp_min(ROUNDING)
