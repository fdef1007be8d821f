"""FID and KID: distances between sets of real and generated images, by their features.

Features are an argument, any function of images. Published figures use the 2,048 features of the Inception network.
"""

from typing import NamedTuple

import torch
from torch import Generator, Tensor

from metrics.finite import require_finite

SUBSET = 1000  # features of either set in one estimate of KID, as in published code
SUBSETS = 100


def frechet_distance(real: Tensor, generated: Tensor) -> float:
    """Compute FID = |m - m'|^2 + tr(C + C' - 2 (C C')^(1/2)) (Heusel et al. 2017, eq. 6), in float64.

    It is the Frechet distance of the Gaussians with the features' means and covariances. It is biased: for equal
    distributions it decreases as N and M increase, so compare it between equal N and M only. tr (C C')^(1/2) is the sum
    of the singular values of C^(1/2) C'^(1/2), which exists for every rank.

    Args:
        real: features (N, F), N at least 2.
        generated: features (M, F), M at least 2.

    Raises:
        ValueError: if a set has fewer than two rows, or a NaN or infinite value.
    """
    mean, root, trace = _moments(real)
    other_mean, other_root, other_trace = _moments(generated)
    shared = torch.linalg.svdvals(root @ other_root).sum()
    return ((mean - other_mean).square().sum() + trace + other_trace - 2 * shared).clamp_min(0).item()


def _moments(features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Compute the mean (F,), and square root (F, F) and trace of the covariance, unbiased as in published code."""
    if len(features) < 2:
        raise ValueError(f"{len(features)} pictures have no covariance: it takes two at least")
    require_finite("features", features)
    features = features.double()
    covariance = torch.atleast_2d(torch.cov(features.T))
    values, vectors = torch.linalg.eigh(covariance)
    root = (vectors * values.clamp_min(0).sqrt()) @ vectors.T
    return features.mean(dim=0), root, covariance.trace()


class KernelDistance(NamedTuple):
    """KID, averaged over subsets."""

    mean: float  # may be below 0 by chance if the sets are alike
    deviation: float  # standard deviation of the single estimates
    subset: int  # features of either set in each subset
    subsets: int


def kernel_distance(real: Tensor, generated: Tensor, *, generator: Generator) -> KernelDistance:
    """Compute KID, the unbiased squared maximum mean discrepancy with kernel (x . y / F + 1)^3.

    Averaged over 100 random subsets of 1,000 rows of either set, or of as many as the smaller set has (Binkowski et al.
    2018, section 4). Unlike FID, only its spread depends on N and M.

    Args:
        real: features (N, F), N at least 2.
        generated: features (M, F), M at least 2.
        generator: of the subsets.

    Raises:
        ValueError: if a set has fewer than two rows, or a NaN or infinite value.
    """
    size = min(SUBSET, len(real), len(generated))
    if size < 2:
        raise ValueError(f"{size} picture has no other to be compared with: it takes two at least")
    require_finite("features", real, generated)
    draws = [
        [torch.randperm(len(part), generator=generator)[:size] for part in (real, generated)] for _ in range(SUBSETS)
    ]
    estimates = torch.stack([_discrepancy(real[rows].double(), generated[others].double()) for rows, others in draws])
    return KernelDistance(estimates.mean().item(), estimates.std(correction=0).item(), size, SUBSETS)


def _discrepancy(x: Tensor, y: Tensor) -> Tensor:
    within = sum(_kernel(part, part).fill_diagonal_(0).sum() for part in (x, y))
    return within / (len(x) * (len(x) - 1)) - 2 * _kernel(x, y).mean()


def _kernel(x: Tensor, y: Tensor) -> Tensor:
    return (x @ y.T / x.shape[1] + 1) ** 3
