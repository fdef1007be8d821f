"""How well codes predict labelled attributes: single dimensions, and a linear probe on all of them."""

import torch
import torch.nn.functional as F
from torch import Tensor

from metrics.estimate import NORMAL_95
from metrics.finite import require_finite

RIDGE = 1e-3  # penalty on the probe's weights over standardised codes: keeps them finite if the classes are separable


def ranks(values: Tensor) -> Tensor:
    """Rank the values of each column from 1 to N; ties share their average rank.

    Args:
        values: (N, K).

    Returns:
        (N, K) float64; NaN throughout a column that has a NaN or infinite value.
    """
    columns = []
    for column in values.unbind(dim=1):
        _, index, count = torch.unique(column, return_inverse=True, return_counts=True)
        columns.append((count.cumsum(0).double() - (count.double() - 1) / 2)[index])
    return torch.where(values.isfinite().all(dim=0), torch.stack(columns, dim=1), torch.nan)


def auroc(scores: Tensor, labels: Tensor) -> Tensor:
    """Compute the area under the ROC curve: P(score of a positive > score of a negative), ties counting half.

    By the Mann-Whitney statistic (Hanley and McNeil 1982).

    Args:
        scores: (N, K), any monotone function of the probability.
        labels: (N, A) of 0 and 1.

    Returns:
        (A, K) float64; NaN for an attribute that all rows have or none, and for a score with a NaN or infinite value.
    """
    labels = labels.double()
    positives = labels.sum(dim=0)[:, None]  # (A, 1)
    negatives = len(labels) - positives
    above = labels.T @ ranks(scores) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def auroc_interval(area: Tensor, positives: Tensor, negatives: Tensor) -> tuple[Tensor, Tensor]:
    """Compute the 95 % confidence interval of an AUROC (Hanley and McNeil 1982, eq. 2): normal, clipped to [0, 1].

    Args:
        area: AUROC, any shape.
        positives: number of positive examples, of the same shape.
        negatives: number of negative examples, of the same shape.

    Returns:
        Lower and upper bound, of the same shape.
    """
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    spread = (area * (1 - area) + (positives - 1) * (q1 - area**2) + (negatives - 1) * (q2 - area**2)).clamp_min(0)
    error = NORMAL_95 * (spread / (positives * negatives)).sqrt()
    return (area - error).clamp(0, 1), (area + error).clamp(0, 1)


def linear_probe(codes: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Fit a logistic regression of each attribute on all dimensions, with a ridge penalty on standardised codes.

    Args:
        codes: (N, D) float64.
        labels: (N, A) of 0 and 1.

    Returns:
        Weights (D, A) and biases (A,) of the logits, in the codes' own units. A dimension that never changes has weight
        0.

    Raises:
        ValueError: if a code or a label is NaN or infinite.
    """
    require_finite("codes and labels", codes, labels)
    mean, spread = codes.mean(dim=0), codes.std(dim=0, correction=0)
    scale = torch.where(spread > 0, 1 / spread.clamp_min(torch.finfo(codes.dtype).tiny), 0.0)
    x, y = (codes - mean) * scale, labels.to(codes.dtype)
    weights = torch.zeros(codes.shape[1], y.shape[1], dtype=codes.dtype, requires_grad=True)
    bias = torch.zeros(y.shape[1], dtype=codes.dtype, requires_grad=True)
    solver = torch.optim.LBFGS([weights, bias], max_iter=500, tolerance_grad=1e-9, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        solver.zero_grad()
        value = F.binary_cross_entropy_with_logits(x @ weights + bias, y, reduction="sum") / len(x)
        value = value + RIDGE / 2 * weights.square().sum()
        value.backward()
        return value

    solver.step(loss)
    raw = weights.detach() * scale[:, None]
    return raw, bias.detach() - mean @ raw
