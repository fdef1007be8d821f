"""Modularity."""

import math
from typing import NamedTuple

import torch

from metrics.disentanglement.information import Information


class Modularity(NamedTuple):
    """A score, or why there is none."""

    value: float  # in [0, 1]; nan where no dimension tells anything
    reason: str | None  # of the nan


def modularity(found: Information) -> Modularity:
    """1 - sum_{k not best} m_jk^2 / (m_j,best^2 (F - 1)), averaged over dimensions, m the mutual information (Ridgeway
    and Mozer 2018): 1 where each dimension tells one factor only.

    Information that noise would show as well counts as none, and a dimension without any has no best factor, so it is
    left out of the mean; the estimator of finite samples, never 0, would otherwise score noise about as high as
    codes. Raises ValueError for a single factor.
    """
    factors = found.mutual.shape[1]
    if factors < 2:
        raise ValueError("modularity takes at least two factors: of one, every dimension tells one only")
    told = torch.where(found.mutual > found.noise, found.mutual, 0.0)
    best = told.amax(dim=1)
    if not best.any():
        return Modularity(math.nan, "no dimension tells more of a factor than noise would")
    told, best = told[best > 0], best[best > 0]
    stray = (told.square().sum(dim=1) - best.square()) / (best.square() * (factors - 1))
    return Modularity((1 - stray).mean().item(), None)
