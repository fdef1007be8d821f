"""Codes as densities: histograms of two dimensions at a time, and the plane that the codes vary most in."""

from typing import NamedTuple

import torch
from torch import Tensor

REACH = 3.0  # standard deviations to either side of the mean
CHUNK = 2**13  # rows at a time
LEVELS = 255


def ranges(values: Tensor) -> Tensor:
    """Mean -+ 3 standard deviations of each column, (K, 2), for values (N, K).

    A column that is constant to within a millionth gets a range of +-1 around it: a histogram needs a width.
    """
    mean, spread = values.mean(dim=0), values.std(dim=0, correction=0)
    reach = torch.where(spread > 1e-6 * mean.abs().clamp(min=1), REACH * spread, 1.0)
    return torch.stack([mean - reach, mean + reach], dim=1)


def pairs(columns: int) -> Tensor:
    """All pairs of `columns` in order, (P, 2): (0, 1), (0, 2), ..., (1, 2), ...; P = K (K - 1) / 2."""
    return torch.triu_indices(columns, columns, offset=1).T


def pair_histograms(values: Tensor, reach: Tensor, bins: int) -> Tensor:
    """How many rows fall into each cell of every pair of columns: (P, bins, bins) int64, in the order of `pairs`.

    values: (N, K), reach: (K, 2) of lowest and highest. Cell [p, i, k] is the i-th bin of the pair's first column and
    the k-th of its second; a bin holds its lower edge. A row outside either range is in no cell of that pair.
    """
    columns = values.shape[1]
    low, width = reach[:, 0], (reach[:, 1] - reach[:, 0]) / bins
    together = torch.zeros(columns * bins, columns * bins, dtype=torch.int64)
    for part in values.split(CHUNK):
        place = ((part - low) / width).floor()
        within = place[:, :, None] == torch.arange(bins)  # (N', K, bins), at most one each
        rows = within.flatten(start_dim=1).float()
        together += (rows.T @ rows).long()  # exact: whole numbers below 2^24
    first, second = pairs(columns).T
    return together.view(columns, bins, columns, bins)[first, :, second]


class Plane(NamedTuple):
    """The two principal components of N codes."""

    mean: Tensor  # (D,)
    directions: Tensor  # (2, D), orthonormal, of each the entry of largest magnitude positive
    share: Tensor  # (2,) of the codes' total variance

    def coordinates(self, z: Tensor) -> Tensor:
        """Where codes (N, D) fall on the plane: (N, 2), the mean at 0."""
        return (z - self.mean) @ self.directions.T

    def codes(self, coordinates: Tensor) -> Tensor:
        """The codes (N, D) of points (N, 2) of the plane: mean + a u + b v."""
        return self.mean + coordinates @ self.directions


def principal_plane(z: Tensor) -> Plane:
    """The plane through the mean of codes (N, D) along which their covariance is largest (Pearson 1901).

    Raises ValueError for codes of a single dimension, which have no plane.
    """
    if z.shape[1] < 2:
        raise ValueError(f"codes of {z.shape[1]} dimension have no plane: it takes two")
    variances, vectors = torch.linalg.eigh(torch.cov(z.double().T, correction=0))  # ascending
    directions = vectors[:, -2:].flip(1).T
    largest = directions.gather(1, directions.abs().argmax(dim=1, keepdim=True))
    share = variances[-2:].flip(0).clamp(min=0) / variances.sum().clamp(min=torch.finfo(torch.float64).tiny)
    return Plane(z.double().mean(dim=0), directions * largest.sign(), share)


def levels(counts: Tensor, fewest: int) -> Tensor:
    """Counts (P, bins, bins) as uint8: round(255 sqrt(count / largest of the P)), of counts below `fewest` 0.

    Cells that few share are left out because an outlier's cells, seen in all pairs, would give away its code.
    """
    kept = torch.where(counts >= fewest, counts, 0).double()
    largest = kept.amax(dim=(1, 2), keepdim=True).clamp(min=1)
    return (LEVELS * (kept / largest).sqrt()).round().to(torch.uint8)
