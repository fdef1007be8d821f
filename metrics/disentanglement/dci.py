"""Disentanglement, completeness and informativeness (DCI)."""

import math
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor
from torch import Generator, Tensor

from metrics.disentanglement.information import standardise


class Dci(NamedTuple):
    """The three scores in [0, 1], and what they are computed from."""

    disentanglement: float
    completeness: float
    informativeness: float
    by_factor: Tensor  # (F,) informativeness
    importance: Tensor  # (D, F); each factor's column sums to 1, or to 0 if no dimension is of any use


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
    """Compute the scores of Eastwood and Williams (2018), section 2.

    With R_jk the importance of dimension j for predicting factor k, and H_F, H_D entropies to the base F and D:

        disentanglement = sum_j rho_j (1 - H_F(R_j. / sum R_j.)),    rho_j the share of dimension j in all importance
        completeness = mean_k (1 - H_D(R_.k))

    The predictors are gradient boosted trees of depth 3 (Locatello et al. 2019 boost 100). Importance is the impurity
    that a dimension's splits remove. Informativeness, an error in the paper, is here the share of a constant guess's
    error that the predictor removes (R^2; for categories, of the error rate), at least 0: noise scores 0, 1 is best.

    Args:
        codes: (N, D).
        factors: (N, F), whole numbers.
        categorical: columns of the factors that a classifier predicts; a regressor predicts the others.
        train: number of rows, drawn at random, that the predictors learn from.
        held_out: number of other rows that they are scored on.
        trees: number of boosted trees.
        generator: of rows and trees.

    Raises:
        ValueError: if there are too few rows or a single factor, or as `standardise` does.
    """
    if len(codes) < train + held_out:
        raise ValueError(f"{len(codes)} rows are fewer than the train={train} and held_out={held_out} asked for")
    if factors.shape[1] < 2:
        raise ValueError("disentanglement takes at least two factors: with one, every dimension is disentangled")
    rows = torch.randperm(len(codes), generator=generator)[: train + held_out]
    z, v = standardise(codes)[rows].numpy(), factors[rows].numpy()
    seed = int(torch.randint(2**31 - 1, (1,), generator=generator))
    fits = [_fit(z, column, train, trees, seed, categorical=k in categorical) for k, column in enumerate(v.T)]
    # a split that gains nothing may have a gain just below 0 by rounding
    importance = torch.stack([torch.from_numpy(weights) for weights, _ in fits], dim=1).clamp_min(0)
    by_factor = torch.tensor([score for _, score in fits], dtype=torch.float64)
    weights = importance.sum(dim=1) / importance.sum().clamp_min(torch.finfo(torch.float64).tiny)
    return Dci(
        (weights * _concentration(importance)).sum().item(),
        _concentration(importance.T).mean().item(),
        by_factor.mean().item(),
        by_factor,
        importance,
    )


def _fit(
    z: NDArray[np.float64], factor: NDArray[np.int64], train: int, trees: int, seed: int, *, categorical: bool
) -> tuple[NDArray[np.float64], float]:
    """Fit a predictor; return importances (D,), and the share of a constant guess's error removed after row `train`."""
    held_out = factor[train:]
    if categorical:
        classifier = GradientBoostingClassifier(n_estimators=trees, random_state=seed).fit(z[:train], factor[:train])
        error = float(np.mean(classifier.predict(z[train:]) != held_out))
        guess = np.bincount(factor[:train] - factor.min()).argmax() + factor.min()
        return classifier.feature_importances_, max(0.0, 1 - error / float(np.mean(held_out != guess)))
    regressor = GradientBoostingRegressor(n_estimators=trees, random_state=seed).fit(z[:train], factor[:train])
    return regressor.feature_importances_, max(0.0, float(regressor.score(z[train:], held_out)))


def _concentration(importance: Tensor) -> Tensor:
    """Compute 1 - entropy of each row, to the base of the number of columns. (A, B) -> (A,).

    0 for an empty row, 1 for a row of a single column.
    """
    total = importance.sum(dim=1)
    share = importance / torch.where(total > 0, total, 1.0)[:, None]
    spread = -torch.special.xlogy(share, share).sum(dim=1) / max(math.log(importance.shape[1]), 1e-300)
    return torch.where(total > 0, 1 - spread, 0.0)
