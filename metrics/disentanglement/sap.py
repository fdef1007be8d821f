"""Separated attribute predictability."""

from collections.abc import Collection

import torch
from torch import Generator, Tensor

from metrics.disentanglement.information import binned, gap, standardised

BINS = 100  # so many thresholds at most


def sap(codes: Tensor, factors: Tensor, *, categorical: Collection[int], generator: Generator) -> Tensor:
    """Score of the best dimension less that of the second best, by factor; its mean is SAP (Kumar et al. 2018, section
    3). (F,)

    codes: (N, D); factors: (N, F) whole numbers. An ordered factor is told by a line, scored by R^2 = Cov^2 / (Var Var)
    over all rows; one whose column is named in `categorical` by thresholds on the dimension, chosen on a random half of
    the rows and scored by the balanced accuracy on the other (a public copy fits lines on a training set, scores
    thresholds on another and does not balance).

    1 is the most that an ordered factor can reach, 1 - 1/K one of K categories: a rival that knows nothing is right
    1/K of the time.
    """
    z = standardised(codes)
    order = torch.randperm(len(z), generator=generator)
    places = binned(z, BINS)
    columns = [
        _balanced_accuracy(places[order], torch.unique(column, return_inverse=True)[1][order])
        if k in categorical
        else _explained(z, column)
        for k, column in enumerate(factors.unbind(dim=1))
    ]
    return gap(torch.stack(columns, dim=1))


def _explained(z: Tensor, column: Tensor) -> Tensor:
    """R^2 of a line through standardised codes (N, D) and a factor (N,). (D,)"""
    v = column.double() - column.double().mean()
    return (z * v[:, None]).mean(dim=0).square() / v.square().mean()


def _balanced_accuracy(places: Tensor, classes: Tensor) -> Tensor:
    """Of the bins (N, D), in random order, as a guess of the class (N,): learnt on the first half. (D,)"""
    half, kinds = len(places) // 2, int(classes.max()) + 1
    found = []
    for place in places.unbind(dim=1):
        joint = (place * kinds + classes).split([half, len(classes) - half])
        learnt, held = (part.bincount(minlength=BINS * kinds).view(BINS, kinds).double() for part in joint)
        guess = (learnt / learnt.sum(dim=0)).argmax(dim=1, keepdim=True)
        recall = held.scatter(1, guess, 0.0)
        found.append(1 - (recall.sum(dim=0) / held.sum(dim=0)).mean())
    return torch.stack(found)
