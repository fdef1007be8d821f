"""Diversity of a set of images, and detail within single images."""

import torch
from torch import Tensor

from metrics.estimate import Estimate, mean

CHUNK = 512  # rows of the distance matrix at a time
LAPLACIAN = ((0.0, 1.0, 0.0), (1.0, -4.0, 1.0), (0.0, 1.0, 0.0))


def mean_pairwise_distance(x: Tensor, clusters: Tensor | None = None) -> Estimate:
    """Estimate E |x - x'| over pairs of different rows, Euclidean.

    It is a U-statistic, so unbiased (Hoeffding 1948). The influence of a row is twice its own mean distance, minus the
    mean.

    Args:
        x: images or features (N, ...), N at least 2.
        clusters: (N,) number of each row's cluster, for the standard error.

    Returns:
        0 if all rows are equal; NaN if a value is NaN or infinite.

    Raises:
        ValueError: if there are fewer than two rows.
    """
    x = _flatten_rows(x).double()  # products in float32 round so much off that no row would be at distance 0 of itself
    x = x - x.mean(dim=0)  # distances stay the same, and the products of similar images lose less to rounding
    own = torch.cat([_distances(part, x).sum(dim=1) for part in x.split(CHUNK)]) / (len(x) - 1)
    return Estimate(own.mean().item(), 2 * (own - own.mean()), clusters)


def total_variance(x: Tensor, clusters: Tensor | None = None) -> Estimate:
    """Estimate tr Cov[x] = E |x - E x|^2 without bias: half the mean squared distance of a pair.

    Args:
        x: images or features (N, ...), N at least 2.
        clusters: (N,) number of each row's cluster, for the standard error.

    Raises:
        ValueError: if there are fewer than two rows.
    """
    x = _flatten_rows(x)
    squared = (x - x.double().mean(dim=0).to(x)).double().square().sum(dim=1)
    biased = mean(squared, clusters)
    return biased._replace(value=biased.value * len(x) / (len(x) - 1))


def laplacian_energy(pictures: Tensor) -> Tensor:
    """Compute the mean squared discrete Laplacian: four neighbours minus four times the pixel, inside the image.

    Blur lowers it first, because a frequency w has weight |w|^4 (a measure of focus: Subbarao et al. 1993). It is 0 for
    a constant image or a linear ramp, and highest for a fine grid or noise.

    Args:
        pictures: (B, C, H, W).

    Returns:
        (B,).
    """
    channels = pictures.shape[1]
    kernel = pictures.new_tensor(LAPLACIAN).expand(channels, 1, 3, 3)
    return torch.nn.functional.conv2d(pictures, kernel, groups=channels).square().flatten(1).mean(dim=1)


def _flatten_rows(x: Tensor) -> Tensor:
    if len(x) < 2:
        raise ValueError(f"{len(x)} picture does not differ from others: it takes two at least")
    return x.flatten(1)


def _distances(x: Tensor, others: Tensor) -> Tensor:
    """Compute the distances (N, M) of float64 rows by matrix products, whose rounding may leave more than 0."""
    squared = x.square().sum(dim=1)[:, None] + others.square().sum(dim=1) - 2 * x @ others.T
    return squared.clamp_min(0).sqrt()
