"""How far labelled attributes have latent dimensions of their own.

This replaces disentanglement scores where no factors are known. It is a proxy: attributes are correlated, so a
dimension that predicts one also predicts others, however well it is separated.
"""

from typing import NamedTuple

import torch
from torch import Generator, Tensor

from metrics.attributes import auroc
from metrics.estimate import draw_rows
from metrics.finite import require_finite


class Separation(NamedTuple):
    """Best and second best dimension of A attributes, and their scores on held-out faces."""

    dimension: Tensor  # (A,) index of the best dimension
    second: Tensor  # (A,) index of the second best; -1 if there is only one dimension
    increases: Tensor  # (A,) bool: whether the attribute becomes more likely as the code of the best increases
    auroc: Tensor  # (A,) of the best
    gap: Tensor  # (A,) AUROC of the best minus AUROC of the second best
    leakage: Tensor  # (A, A) AUROC of attribute a's best dimension (row) for attribute b (column); 0.5 is chance

    def mean_leakage(self) -> float:
        """Average the leakage over pairs of different attributes, minus chance. NaN for a single attribute."""
        different = ~torch.eye(len(self.leakage), dtype=torch.bool)
        return (self.leakage[different].mean() - 0.5).item()


def measure_separation(training: Tensor, held_out: Tensor) -> Separation:
    """Find the best and second best dimension of every attribute, and score them.

    Dimensions and signs are chosen on the training faces and scored on others, so no score is the best of many draws:
    chance is 0.5, and a gap may be negative. A single dimension is compared with chance.

    Args:
        training: AUROCs (A, D) of all dimensions on the training faces.
        held_out: AUROCs (A, D) on the held-out faces.

    Raises:
        ValueError: if an AUROC is NaN.
    """
    if training.isnan().any() or held_out.isnan().any():
        raise ValueError(
            "an AUROC is NaN: leave out attributes that all faces have or none, and codes with NaN or infinite values"
        )
    signed = torch.where(training > 0.5, held_out, 1 - held_out)
    order = (training - 0.5).abs().argsort(dim=1, descending=True, stable=True)
    rows, best = torch.arange(len(order)), order[:, 0]
    alone = order.shape[1] == 1
    second = torch.full_like(best, -1) if alone else order[:, 1]
    rival = torch.full_like(signed[:, 0], 0.5) if alone else signed[rows, second]
    area = signed[rows, best]
    return Separation(best, second, training[rows, best] > 0.5, area, area - rival, signed[:, best].T)


class Intervals(NamedTuple):
    """95 % confidence intervals, lower and upper bound."""

    gap: Tensor  # (A, 2)
    mean_auroc: Tensor  # (2,)
    mean_gap: Tensor  # (2,)
    mean_leakage: Tensor  # (2,)


def bootstrap_intervals(
    training: Tensor,
    codes: Tensor,
    labels: Tensor,
    *,
    resamples: int,
    generator: Generator,
    clusters: Tensor | None = None,
) -> Intervals:
    """Compute intervals by the percentile bootstrap over the held-out faces (Efron 1979).

    Faces are drawn with replacement, each with all its dimensions and attributes, so the intervals include what these
    share. The choice of dimensions stays fixed. A draw in which all faces have an attribute, or none, is skipped for
    that attribute.

    Args:
        training: AUROCs (A, D) on the training faces, which choose the dimensions.
        codes: held-out codes (N, D).
        labels: (N, A) of 0 and 1.
        resamples: number of draws.
        generator: of the draws.
        clusters: (N,) number of each row's person. People are drawn then, each with all pictures.

    Raises:
        ValueError: if a code is NaN or infinite, or as `measure_separation` does.
    """
    require_finite("codes", codes)
    draws = []
    for rows in draw_rows(len(codes), resamples, generator=generator, clusters=clusters):
        area = auroc(codes[rows], labels[rows])
        valid = ~area.isnan().any(dim=1)
        separation = measure_separation(training[valid], area[valid])
        gap = torch.full_like(area[:, 0], torch.nan).masked_scatter(valid, separation.gap)
        means = gap.new_tensor([separation.auroc.mean(), separation.gap.mean(), separation.mean_leakage()])
        draws.append(torch.cat([gap, means]))
    bounds = torch.stack(draws).nanquantile(torch.tensor([0.025, 0.975], dtype=torch.float64), dim=0).T
    return Intervals(bounds[:-3], bounds[-3], bounds[-2], bounds[-1])
