"""Densities of codes: histograms of pairs of dimensions, and the plane along which the codes vary most."""

from typing import NamedTuple

import torch
from torch import Tensor

from metrics.finite import require_finite

REACH = 3.0  # standard deviations to either side of the mean
CHUNK = 2**13  # rows at a time
LEVELS = 255


def ranges(values: Tensor) -> Tensor:
    """Compute mean -+ 3 standard deviations of each column.

    A column that is constant to within a millionth gets a range of +-1 around it: a histogram needs a width.

    Args:
        values: (N, K).

    Returns:
        (K, 2), lowest and highest value.
    """
    mean, spread = values.mean(dim=0), values.std(dim=0, correction=0)
    reach = torch.where(spread > 1e-6 * mean.abs().clamp(min=1), REACH * spread, 1.0)
    return torch.stack([mean - reach, mean + reach], dim=1)


def pairs(columns: int) -> Tensor:
    """List all pairs of K columns in order: (0, 1), (0, 2), ..., (1, 2), .... (P, 2) with P = K (K - 1) / 2."""
    return torch.triu_indices(columns, columns, offset=1).T


def pair_histograms(values: Tensor, reach: Tensor, bins: int) -> Tensor:
    """Count the rows that fall into each cell of every pair of columns.

    A bin includes its lower edge. A row outside either range of a pair is in no cell of that pair.

    Args:
        values: (N, K).
        reach: (K, 2), lowest and highest value of each column.
        bins: number of bins along each axis.

    Returns:
        (P, bins, bins) int64, in the order of `pairs`. Cell [p, i, k] is the i-th bin of the pair's first column and
        the k-th of its second.

    Raises:
        ValueError: if a value or a range is NaN or infinite: it would count as outside.
    """
    require_finite("values and ranges", values, reach)
    columns = values.shape[1]
    low, width = reach[:, 0], (reach[:, 1] - reach[:, 0]) / bins
    together = torch.zeros(columns * bins, columns * bins, dtype=torch.int64)
    for part in values.split(CHUNK):
        index = ((part - low) / width).floor()
        within = index[:, :, None] == torch.arange(bins)  # (N', K, bins), at most one true bin per row and column
        rows = within.flatten(start_dim=1).float()
        together += (rows.T @ rows).long()  # exact: whole numbers below 2^24
    first, second = pairs(columns).T
    return together.view(columns, bins, columns, bins)[first, :, second]


class Plane(NamedTuple):
    """Plane of the two principal components of N codes."""

    mean: Tensor  # (D,)
    directions: Tensor  # (2, D), orthonormal; the entry of largest magnitude of each is positive
    share: Tensor  # (2,) of the codes' total variance

    def coordinates(self, z: Tensor) -> Tensor:
        """Project codes (N, D) onto the plane. (N, 2), with the mean at 0."""
        return (z - self.mean) @ self.directions.T

    def codes(self, coordinates: Tensor) -> Tensor:
        """Return the codes (N, D) of points (N, 2) of the plane: mean + a u + b v."""
        return self.mean + coordinates @ self.directions


def principal_plane(z: Tensor) -> Plane:
    """Find the plane through the mean of codes (N, D) along which their variance is largest (Pearson 1901).

    Raises:
        ValueError: if the codes have a single dimension, or a NaN or infinite value.
    """
    if z.shape[1] < 2:
        raise ValueError(f"codes of {z.shape[1]} dimension have no plane: it takes two")
    require_finite("codes", z)
    variances, vectors = torch.linalg.eigh(torch.cov(z.double().T, correction=0))  # ascending
    directions = vectors[:, -2:].flip(1).T
    largest = directions.gather(1, directions.abs().argmax(dim=1, keepdim=True))
    share = variances[-2:].flip(0).clamp(min=0) / variances.sum().clamp(min=torch.finfo(torch.float64).tiny)
    return Plane(z.double().mean(dim=0), directions * largest.sign(), share)


def levels(counts: Tensor, fewest: int) -> Tensor:
    """Convert counts to levels round(255 sqrt(count / largest count of the pair)); counts below `fewest` become 0.

    Sparse cells are left out because the cells of an outlier, in all pairs together, would give away its code.

    Args:
        counts: (P, bins, bins).
        fewest: smallest count that is shown.

    Returns:
        (P, bins, bins) uint8.
    """
    kept = torch.where(counts >= fewest, counts, 0).double()
    largest = kept.amax(dim=(1, 2), keepdim=True).clamp(min=1)
    return (LEVELS * (kept / largest).sqrt()).round().to(torch.uint8)
