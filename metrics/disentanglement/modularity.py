"""Modularity."""

import math
from typing import NamedTuple

import torch

from metrics.disentanglement.information import Information
from metrics.finite import require_finite


class Modularity(NamedTuple):
    """Score, or the reason why there is none."""

    value: float  # in [0, 1]; NaN if no dimension has information about a factor
    reason: str | None  # of the NaN


def modularity(information: Information) -> Modularity:
    """Compute the modularity of Ridgeway and Mozer (2018): 1 if each dimension has information about one factor only.

        1 - sum_{k not best} m_jk^2 / (m_j,best^2 (F - 1)),    m the mutual information, averaged over dimensions j

    Information up to the noise counts as none, and a dimension without any is left out of the mean, because it has no
    best factor. Otherwise the estimate from a finite sample, which is never 0, would score noise about as high as real
    codes.

    Raises:
        ValueError: if there is a single factor, or the information is NaN or infinite.
    """
    factors = information.mutual.shape[1]
    if factors < 2:
        raise ValueError("modularity takes at least two factors: with one, every dimension is modular")
    require_finite("mutual information", information.mutual)
    mutual = torch.where(information.mutual > information.noise, information.mutual, 0.0)
    best = mutual.amax(dim=1)
    if not best.any():
        return Modularity(math.nan, "no dimension has more information about a factor than noise would show")
    mutual, best = mutual[best > 0], best[best > 0]
    other = (mutual.square().sum(dim=1) - best.square()) / (best.square() * (factors - 1))
    return Modularity((1 - other).mean().item(), None)
