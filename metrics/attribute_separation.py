"""How far labelled attributes have latent dimensions of their own.

Where no factor is known this stands in for disentanglement. It is a proxy: attributes are correlated, so a dimension
that tells one tells others, however well it is separated.
"""

from typing import NamedTuple

import torch
from torch import Generator, Tensor

from metrics.attributes import auroc


class Separation(NamedTuple):
    """Of A attributes."""

    dimension: Tensor  # (A,) that tells each attribute best
    second: Tensor  # (A,) that tells it second best; -1 where there is but one dimension
    grows: Tensor  # (A,) whether the attribute grows with the code of the best
    auroc: Tensor  # (A,) of the best, on the faces that are held out
    gap: Tensor  # (A,) to the second
    leakage: Tensor  # (A, A): how well the dimension of attribute a (row) tells attribute b (column); 0.5: not at all

    def stray(self) -> float:
        """The mean of the leakage over pairs of different attributes, less chance; nan for a single attribute."""
        apart = ~torch.eye(len(self.leakage), dtype=torch.bool)
        return (self.leakage[apart].mean() - 0.5).item()


def separation(chosen: Tensor, held: Tensor) -> Separation:
    """Best and second best dimension of every attribute, and what the best tells besides.

    chosen, held: (A, D) areas under the ROC curve of all dimensions, on the faces that choose dimensions and signs and
    on others, that score them: so nothing is the best of many draws, chance is 0.5 and a gap may be negative. A single
    dimension's rival tells nothing. Raises ValueError for an area that is nan.
    """
    if chosen.isnan().any() or held.isnan().any():
        raise ValueError("an attribute that all faces have, or none, has no area under its curve: leave it out")
    signed = torch.where(chosen > 0.5, held, 1 - held)
    order = (chosen - 0.5).abs().argsort(dim=1, descending=True, stable=True)
    rows, best = torch.arange(len(order)), order[:, 0]
    alone = order.shape[1] == 1
    second = torch.full_like(best, -1) if alone else order[:, 1]
    rival = torch.full_like(signed[:, 0], 0.5) if alone else signed[rows, second]
    found = signed[rows, best]
    return Separation(best, second, chosen[rows, best] > 0.5, found, found - rival, signed[:, best].T)


class Intervals(NamedTuple):
    """95 % confidence intervals, lowest and highest."""

    gap: Tensor  # (A, 2)
    mean_auroc: Tensor  # (2,)
    mean_gap: Tensor  # (2,)
    stray: Tensor  # (2,)


def intervals(chosen: Tensor, codes: Tensor, labels: Tensor, *, resamples: int, generator: Generator) -> Intervals:
    """By the percentile bootstrap over the held-out faces (Efron 1979): they are drawn anew with replacement, all
    dimensions and attributes of a face together, so that what is shared between them is in the intervals; what was
    chosen stays.

    chosen: (A, D) areas that choose; codes: (N, D); labels: (N, A). A draw without one of an attribute's two kinds of
    face tells nothing of its gap and is passed over there.
    """
    draws = []
    for _ in range(resamples):
        rows = torch.randint(len(codes), (len(codes),), generator=generator)
        area = auroc(codes[rows], labels[rows])
        valid = ~area.isnan().any(dim=1)
        found = separation(chosen[valid], area[valid])
        gap = torch.full_like(area[:, 0], torch.nan).masked_scatter(valid, found.gap)
        means = gap.new_tensor([found.auroc.mean(), found.gap.mean(), found.stray()])
        draws.append(torch.cat([gap, means]))
    ends = torch.stack(draws).nanquantile(torch.tensor([0.025, 0.975], dtype=torch.float64), dim=0).T
    return Intervals(ends[:-3], ends[-3], ends[-2], ends[-1])
