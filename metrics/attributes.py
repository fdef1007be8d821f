"""How well codes tell labelled attributes: of single dimensions, and of a linear probe on all of them."""

import torch
import torch.nn.functional as F
from torch import Tensor

RIDGE = 1e-3  # on the probe's weights over standardised codes: keeps them finite where the classes are separable
NORMAL_95 = 1.959964  # two-sided quantile of the normal distribution


def ranks(values: Tensor) -> Tensor:
    """Ranks 1 to N within each column, ties sharing their average. (N, K) -> (N, K) float64"""
    columns = []
    for column in values.unbind(dim=1):
        _, place, count = torch.unique(column, return_inverse=True, return_counts=True)
        columns.append((count.cumsum(0).double() - (count.double() - 1) / 2)[place])
    return torch.stack(columns, dim=1)


def auroc(scores: Tensor, labels: Tensor) -> Tensor:
    """Area under the ROC curve: P(score of a positive > that of a negative), ties counting half (Hanley and McNeil
    1982, by the Mann-Whitney statistic).

    scores: (N, K); labels: (N, A) of 0 and 1 -> (A, K); nan for an attribute that all have, or none.
    """
    labels = labels.double()
    positives = labels.sum(dim=0)[:, None]  # (A, 1)
    negatives = len(labels) - positives
    above = labels.T @ ranks(scores) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def interval(area: Tensor, positives: Tensor, negatives: Tensor) -> tuple[Tensor, Tensor]:
    """The 95 % confidence interval of an AUROC (Hanley and McNeil 1982, eq. 2): normal, clipped to [0, 1]. All of
    one shape.
    """
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    spread = (area * (1 - area) + (positives - 1) * (q1 - area**2) + (negatives - 1) * (q2 - area**2)).clamp_min(0)
    error = NORMAL_95 * (spread / (positives * negatives)).sqrt()
    return (area - error).clamp(0, 1), (area + error).clamp(0, 1)


def linear_probe(codes: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Logistic regression of each attribute on all dimensions, with a ridge on standardised codes.

    codes: (N, D) float64; labels: (N, A) of 0 and 1 -> weights (D, A) and biases (A,) of the logits in the codes' own
    units. A dimension that never changes gets no weight.
    """
    mean, spread = codes.mean(dim=0), codes.std(dim=0, correction=0)
    scale = torch.where(spread > 0, 1 / spread.clamp_min(torch.finfo(codes.dtype).tiny), 0.0)
    x, y = (codes - mean) * scale, labels.to(codes.dtype)
    weights = torch.zeros(codes.shape[1], y.shape[1], dtype=codes.dtype, requires_grad=True)
    bias = torch.zeros(y.shape[1], dtype=codes.dtype, requires_grad=True)
    solver = torch.optim.LBFGS([weights, bias], max_iter=500, tolerance_grad=1e-9, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        solver.zero_grad()
        found = F.binary_cross_entropy_with_logits(x @ weights + bias, y, reduction="sum") / len(x)
        found = found + RIDGE / 2 * weights.square().sum()
        found.backward()
        return found

    solver.step(loss)
    raw = weights.detach() * scale[:, None]
    return raw, bias.detach() - mean @ raw
