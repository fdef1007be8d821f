"""How near generated pictures come to real ones as sets: distances between features of both.

The features are an argument: any function of pictures. Published figures are of the Inception network's 2,048.
"""

from typing import NamedTuple

import torch
from torch import Generator, Tensor

SUBSET = 1000  # features of either set that one estimate of KID takes, as in published code
SUBSETS = 100


def frechet_distance(real: Tensor, generated: Tensor) -> float:
    """FID = |m - m'|^2 + tr(C + C' - 2 (C C')^(1/2)), of the Gaussians with the features' means and covariances (Heusel
    et al. 2017, eq. 6).

    real: (N, F), generated: (M, F), N and M at least 2, computed in float64. It is biased: of the same distributions it
    falls as N and M grow, so it only compares between equal N and M. tr (C C')^(1/2) is the sum of the singular values
    of C^(1/2) C'^(1/2), which exists whatever the ranks. Raises ValueError for fewer features.
    """
    mean, root, trace = _moments(real)
    other_mean, other_root, other_trace = _moments(generated)
    shared = torch.linalg.svdvals(root @ other_root).sum()
    return ((mean - other_mean).square().sum() + trace + other_trace - 2 * shared).clamp_min(0).item()


def _moments(features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Mean (F,), square root (F, F) and trace of the covariance, unbiased as the published code's."""
    if len(features) < 2:
        raise ValueError(f"{len(features)} pictures have no covariance: it takes two at least")
    features = features.double()
    covariance = torch.atleast_2d(torch.cov(features.T))
    values, vectors = torch.linalg.eigh(covariance)
    root = (vectors * values.clamp_min(0).sqrt()) @ vectors.T
    return features.mean(dim=0), root, covariance.trace()


class KernelDistance(NamedTuple):
    """An average over subsets."""

    mean: float  # below 0 by chance where the sets are alike
    deviation: float  # of the single estimates; 0 of one
    subset: int  # features of either set in each
    subsets: int


def kernel_distance(real: Tensor, generated: Tensor, *, generator: Generator) -> KernelDistance:
    """KID: the unbiased squared maximum mean discrepancy with the kernel (x . y / F + 1)^3 (Binkowski et al. 2018,
    section 4), averaged over 100 random subsets of 1,000 of either set, or of as many as the smaller one has.

    real: (N, F), generated: (M, F), N and M at least 2. Unlike FID it does not depend on N and M but for its spread.
    Raises ValueError for fewer features.
    """
    size = min(SUBSET, len(real), len(generated))
    if size < 2:
        raise ValueError(f"{size} picture has no other to be compared with: it takes two at least")
    draws = [
        [torch.randperm(len(part), generator=generator)[:size] for part in (real, generated)] for _ in range(SUBSETS)
    ]
    found = torch.stack([_discrepancy(real[rows].double(), generated[others].double()) for rows, others in draws])
    return KernelDistance(found.mean().item(), found.std(correction=0).item(), size, SUBSETS)


def _discrepancy(x: Tensor, y: Tensor) -> Tensor:
    within = sum(_kernel(part, part).fill_diagonal_(0).sum() for part in (x, y))
    return within / (len(x) * (len(x) - 1)) - 2 * _kernel(x, y).mean()


def _kernel(x: Tensor, y: Tensor) -> Tensor:
    return (x @ y.T / x.shape[1] + 1) ** 3
