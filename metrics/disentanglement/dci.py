"""Disentanglement, completeness, informativeness."""

import math
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor
from torch import Generator, Tensor

from metrics.disentanglement.information import standardised


class Dci(NamedTuple):
    """The three scores in [0, 1], and what the first two are computed from."""

    disentanglement: float
    completeness: float
    informativeness: float
    by_factor: Tensor  # (F,) informativeness
    importance: Tensor  # (D, F), of each factor's column the sum is 1, or 0 where no code is of any use


def dci(
    codes: Tensor,
    factors: Tensor,
    *,
    categorical: Collection[int],
    train: int,
    held_out: int,
    trees: int,
    generator: Generator,
) -> Dci:
    """Eastwood and Williams (2018), section 2: with R the importance of each dimension for predicting each factor,

    disentanglement = sum_j rho_j (1 - H_F(R_j. / sum R_j.)), rho_j the share of dimension j in all importance;
    completeness = mean_k (1 - H_D(R_.k)); the entropies with base F and D.

    The predictors are gradient boosted trees of depth 3 (as in Locatello et al. 2019, who boost 100): a classifier of a
    factor whose column is named in `categorical`, else a regressor; importance is what a dimension's splits take from
    the impurity. Trained on `train` rows drawn at random, scored on `held_out` others. Informativeness, an error in the
    paper, is here the share of a constant guess's error that is taken away (R^2; for categories, of the error rate), no
    less than 0, so that noise scores 0 and 1 is best.

    codes: (N, D); factors: (N, F). Raises ValueError for too few rows or a single factor.
    """
    if len(codes) < train + held_out:
        raise ValueError(f"{len(codes)} rows are fewer than the train={train} and held_out={held_out} asked for")
    if factors.shape[1] < 2:
        raise ValueError("disentanglement takes at least two factors: of one, every dimension tells one only")
    rows = torch.randperm(len(codes), generator=generator)[: train + held_out]
    z, v = standardised(codes)[rows].numpy(), factors[rows].numpy()
    seed = int(torch.randint(2**31 - 1, (1,), generator=generator))
    told = [_told(z, column, train, trees, seed, categorical=k in categorical) for k, column in enumerate(v.T)]
    # of a split that gains nothing rounding leaves a gain about this far below 0
    importance = torch.stack([torch.from_numpy(weights) for weights, _ in told], dim=1).clamp_min(0)
    by_factor = torch.tensor([score for _, score in told], dtype=torch.float64)
    weights = importance.sum(dim=1) / importance.sum().clamp_min(torch.finfo(torch.float64).tiny)
    return Dci(
        (weights * _concentration(importance)).sum().item(),
        _concentration(importance.T).mean().item(),
        by_factor.mean().item(),
        by_factor,
        importance,
    )


def _told(
    z: NDArray[np.float64], column: NDArray[np.int64], train: int, trees: int, seed: int, *, categorical: bool
) -> tuple[NDArray[np.float64], float]:
    """Importances (D,), and the share of a constant guess's error that is taken away on the rows after `train`."""
    held = column[train:]
    if categorical:
        classifier = GradientBoostingClassifier(n_estimators=trees, random_state=seed).fit(z[:train], column[:train])
        error = float(np.mean(classifier.predict(z[train:]) != held))
        guess = np.bincount(column[:train] - column.min()).argmax() + column.min()
        return classifier.feature_importances_, max(0.0, 1 - error / float(np.mean(held != guess)))
    regressor = GradientBoostingRegressor(n_estimators=trees, random_state=seed).fit(z[:train], column[:train])
    return regressor.feature_importances_, max(0.0, float(regressor.score(z[train:], held)))


def _concentration(importance: Tensor) -> Tensor:
    """1 - the entropy of each row, its base the number of columns; 0 for an empty row. (A, B) -> (A,)

    A row of a single column is concentrated: 1.
    """
    total = importance.sum(dim=1)
    share = importance / torch.where(total > 0, total, 1.0)[:, None]
    spread = -torch.special.xlogy(share, share).sum(dim=1) / max(math.log(importance.shape[1]), 1e-300)
    return torch.where(total > 0, 1 - spread, 0.0)
