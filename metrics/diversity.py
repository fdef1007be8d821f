"""How much pictures differ from each other, and how much goes on within one."""

import torch
from torch import Tensor

from metrics.estimate import Estimate, mean

CHUNK = 512  # rows of the matrix of distances at a time
LAPLACIAN = ((0.0, 1.0, 0.0), (1.0, -4.0, 1.0), (0.0, 1.0, 0.0))


def mean_pairwise_distance(x: Tensor) -> Estimate:
    """E |x - x'| over pairs of different rows, Euclidean: a U-statistic, so unbiased (Hoeffding 1948); its influence is
    twice a row's own mean distance, less the mean.

    x: (N, ...) with N at least 2, pictures or features. 0 where all are alike. Raises ValueError for fewer.
    """
    x = _rows(x).double()  # of float32 products so much is rounded off that no row would be at distance 0 of itself
    x = x - x.mean(dim=0)  # distances stay, and the products of near pictures round off less
    own = torch.cat([_distances(part, x).sum(dim=1) for part in x.split(CHUNK)]) / (len(x) - 1)
    return Estimate(own.mean().item(), 2 * (own - own.mean()))


def total_variance(x: Tensor) -> Estimate:
    """Tr Cov[x] = E |x - E x|^2, unbiased: half the mean square of a pair's distance.

    x: (N, ...) with N at least 2. Raises ValueError for fewer.
    """
    x = _rows(x)
    squared = (x - x.double().mean(dim=0).to(x)).double().square().sum(dim=1)
    found = mean(squared)
    return Estimate(found.value * len(x) / (len(x) - 1), found.influence)


def laplacian_energy(pictures: Tensor) -> Tensor:
    """Mean square of the discrete Laplacian, the four neighbours less four times the pixel, inside the picture: what
    blur takes away first, as each frequency w counts |w|^4 (used as a measure of focus: Subbarao et al. 1993).

    (B, C, H, W) -> (B,). A constant or a linear ramp has none; a fine grid, or noise, has most of all.
    """
    channels = pictures.shape[1]
    kernel = pictures.new_tensor(LAPLACIAN).expand(channels, 1, 3, 3)
    return torch.nn.functional.conv2d(pictures, kernel, groups=channels).square().flatten(1).mean(dim=1)


def _rows(x: Tensor) -> Tensor:
    if len(x) < 2:
        raise ValueError(f"{len(x)} picture does not differ from others: it takes two at least")
    return x.flatten(1)


def _distances(x: Tensor, others: Tensor) -> Tensor:
    """(N, M), of float64 rows. By matrix products, whose rounding leaves something of a distance that should be 0."""
    squared = x.square().sum(dim=1)[:, None] + others.square().sum(dim=1) - 2 * x @ others.T
    return squared.clamp_min(0).sqrt()
