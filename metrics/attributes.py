"""How well codes predict labelled attributes: single dimensions, and a linear probe on all of them."""

import torch
import torch.nn.functional as F
from torch import Tensor

from metrics.estimate import NORMAL_95, sum_clusters
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


def placements(scores: Tensor, labels: Tensor) -> Tensor:
    """Compute the share of the other class that each row is ordered correctly against; ties count half.

    The mean over either class is the AUROC (DeLong et al. 1988).

    Args:
        scores: (N, K).
        labels: (N,) of 0 and 1, not all alike.

    Returns:
        (N, K) float64.
    """
    positive = labels > 0.5
    among_all, result = ranks(scores), torch.empty_like(scores, dtype=torch.float64)
    for own in (positive, ~positive):
        below = (among_all[own] - ranks(scores[own])) / (~own).sum()  # share of the other class that scores lower
        result[own] = below if own is positive else 1 - below
    return result


def placement_error(values: Tensor, labels: Tensor, clusters: Tensor | None = None) -> Tensor:
    """Compute the standard error of an AUROC, or of a difference of AUROCs, from its placements.

    By DeLong et al. (1988); with clusters by Obuchowski (1997), whose variance it is if each row is a cluster.

    Args:
        values: (N, K) placements, or differences of placements.
        labels: (N,) of 0 and 1, not all alike.
        clusters: (N,) number of each row's cluster, such as the person in a picture.

    Returns:
        (K,); infinite if a class is of one cluster only.
    """
    sums, variance = [], values.new_zeros(values.shape[1])
    for own in (labels > 0.5, labels <= 0.5):
        centred = torch.where(own[:, None], values - values[own].mean(dim=0), 0.0) / own.sum()
        sums.append(sum_clusters(centred, clusters))  # (G, K)
        variance += sums[-1].square().sum(dim=0) * _small_sample(sum_clusters(own.double(), clusters).count_nonzero())
    covariance = (sums[0] * sums[1]).sum(dim=0) * _small_sample(torch.tensor(len(sums[0])))
    return (variance + 2 * covariance).nan_to_num(nan=torch.inf).clamp_min(0).sqrt()


def auroc_interval(scores: Tensor, labels: Tensor, clusters: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Compute the 95 % confidence intervals of AUROCs: normal, by `placement_error`, clipped to [0, 1].

    Args:
        scores: (N, K).
        labels: (N,) of 0 and 1, not all alike.
        clusters: (N,) number of each row's cluster, such as the person in a picture.

    Returns:
        Lower and upper bounds, (K,) each.
    """
    values = placements(scores, labels)
    area = values[labels > 0.5].mean(dim=0)
    error = NORMAL_95 * placement_error(values, labels, clusters)
    return (area - error).clamp(0, 1), (area + error).clamp(0, 1)


def _small_sample(count: Tensor) -> float:
    return (count / (count - 1)).item()


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
