"""Principal components of images: features without a network."""

from typing import NamedTuple

import torch
from torch import Tensor

from metrics.finite import require_finite


class PrincipalComponents(NamedTuple):
    """Linear map from images of F numbers to K coordinates."""

    mean: Tensor  # (F,)
    directions: Tensor  # (F, K) orthonormal, by descending variance
    share: float  # of the total variance

    def coordinates(self, x: Tensor) -> Tensor:
        """Project images (N, ...) of F numbers onto the components. (N, K) float64."""
        return ((x.flatten(1) - self.mean) @ self.directions).double()


def principal_components(x: Tensor, count: int) -> PrincipalComponents:
    """Find the first `count` principal components (Pearson 1901), from the Gram matrix (Sirovich and Kirby 1987).

    Args:
        x: images (N, ...), N greater than `count`.
        count: K.

    Raises:
        ValueError: if there are fewer rows, if they vary in fewer directions, or if a value is NaN or infinite.
    """
    rows = x.flatten(1)
    if len(rows) <= count:
        raise ValueError(f"{len(rows)} pictures have no {count} principal components: it takes one picture more")
    require_finite("images", rows)
    mean = rows.double().mean(dim=0).to(rows)
    centred = rows - mean
    values, vectors = torch.linalg.eigh((centred @ centred.T).double())  # ascending
    values, vectors = values.flip(0), vectors.flip(1)[:, :count]
    if values[count - 1] <= len(rows) * torch.finfo(rows.dtype).eps * values[0]:
        raise ValueError(f"these pictures vary in fewer than {count} directions")
    directions = centred.T @ (vectors / values[:count].sqrt()).to(rows)
    share = values[:count].sum() / values.clamp_min(0).sum()
    return PrincipalComponents(mean, directions, share.item())
