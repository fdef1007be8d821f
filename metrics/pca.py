"""Pictures as coordinates along the directions in which real ones differ most: features without a network."""

from typing import NamedTuple

import torch
from torch import Tensor


class Principal(NamedTuple):
    """A map from pictures of F numbers to K coordinates."""

    mean: Tensor  # (F,)
    directions: Tensor  # (F, K) orthonormal, the one of largest variance first
    share: float  # of the total variance that lies along them

    def coordinates(self, x: Tensor) -> Tensor:
        """(N, ...) of F numbers -> (N, K) float64."""
        return ((x.flatten(1) - self.mean) @ self.directions).double()


def principal(x: Tensor, count: int) -> Principal:
    """The `count` first principal components (Pearson 1901), from the rows' Gram matrix (Sirovich and Kirby 1987).

    x: (N, ...) of F numbers, N above `count`. Raises ValueError for fewer, or where rows vary in fewer directions.
    """
    rows = x.flatten(1)
    if len(rows) <= count:
        raise ValueError(f"{len(rows)} pictures have no {count} principal components: it takes one picture more")
    mean = rows.double().mean(dim=0).to(rows)
    centred = rows - mean
    values, vectors = torch.linalg.eigh((centred @ centred.T).double())  # ascending
    values, vectors = values.flip(0), vectors.flip(1)[:, :count]
    if values[count - 1] <= len(rows) * torch.finfo(rows.dtype).eps * values[0]:
        raise ValueError(f"these pictures vary in fewer than {count} directions")
    directions = centred.T @ (vectors / values[:count].sqrt()).to(rows)
    share = values[:count].sum() / values.clamp_min(0).sum()
    return Principal(mean, directions, share.item())
