"""Separated attribute predictability (SAP)."""

from collections.abc import Collection

import torch
from torch import Generator, Tensor

from metrics.disentanglement.information import bin_codes, gap, standardise

BINS = 100  # at most one threshold per bin


def sap(codes: Tensor, factors: Tensor, *, categorical: Collection[int], generator: Generator) -> Tensor:
    """Compute best - second best dimension's score by factor; the mean is SAP (Kumar et al. 2018, section 3).

    A dimension predicts an ordered factor by a line, scored by R^2 = Cov^2 / (Var Var) over all rows. It predicts a
    categorical factor by thresholds, chosen on a random half of the rows and scored by balanced accuracy on the other
    half. (A public copy fits lines on a training set, scores thresholds on another, and does not balance.)

    The maximum is 1 for an ordered factor and 1 - 1/K for one of K categories, because a second dimension without any
    information is right 1/K of the time.

    Args:
        codes: (N, D).
        factors: (N, F), whole numbers.
        categorical: columns of the factors without an order.
        generator: of the halves.

    Returns:
        (F,).

    Raises:
        ValueError: as `standardise` does.
    """
    z = standardise(codes)
    order = torch.randperm(len(z), generator=generator)
    binned = bin_codes(z, BINS)
    columns = [
        _balanced_accuracy(binned[order], torch.unique(column, return_inverse=True)[1][order])
        if k in categorical
        else _explained_variance(z, column)
        for k, column in enumerate(factors.unbind(dim=1))
    ]
    return gap(torch.stack(columns, dim=1))


def _explained_variance(z: Tensor, factor: Tensor) -> Tensor:
    """Compute R^2 of a line through standardised codes (N, D) and a factor (N,). (D,)."""
    v = factor.double() - factor.double().mean()
    return (z * v[:, None]).mean(dim=0).square() / v.square().mean()


def _balanced_accuracy(binned: Tensor, classes: Tensor) -> Tensor:
    """Score bins (N, D), in random order, as predictors of classes (N,): learn on the first half, test on the other."""
    half, kinds = len(binned) // 2, int(classes.max()) + 1
    scores = []
    for code in binned.unbind(dim=1):
        joint = (code * kinds + classes).split([half, len(classes) - half])
        train, test = (part.bincount(minlength=BINS * kinds).view(BINS, kinds).double() for part in joint)
        guess = (train / train.sum(dim=0)).argmax(dim=1, keepdim=True)
        wrong = test.scatter(1, guess, 0.0)
        scores.append(1 - (wrong.sum(dim=0) / test.sum(dim=0)).mean())
    return torch.stack(scores)
