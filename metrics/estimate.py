"""Estimates from samples: statistics with standard errors and confidence intervals."""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import Generator, Tensor

NORMAL_95 = 1.959964  # two-sided 95 % quantile of the normal distribution


class Estimate(NamedTuple):
    """Statistic of N rows, and the influence of each row. Rows are independent, or those of different clusters are."""

    value: float
    influence: Tensor  # (N,) float64, mean 0: N (value - value without the row), to first order (Hampel 1974)
    clusters: Tensor | None = None  # (N,) number of each row's cluster, such as the person in a picture

    @property
    def error(self) -> float:
        """Standard error by the infinitesimal jackknife; clusters are summed first (Liang and Zeger 1986)."""
        return _standard_error(self.influence, self.clusters)


class Measure(NamedTuple):
    """Value and its 95 % confidence interval, if known."""

    value: float
    interval: tuple[float, float] | None = None


def mean(values: Tensor, clusters: Tensor | None = None) -> Estimate:
    """Estimate the mean of values (N,). `clusters` (N,) numbers those that depend on each other, alike."""
    values = values.double()
    value = values.mean()
    return Estimate(value.item(), values - value, clusters)


def measure(estimate: Estimate) -> Measure:
    """Add the normal 95 % confidence interval to an estimate."""
    return _with_interval(estimate.value, estimate.error)


def ratio(part: Estimate, whole: Estimate, *, paired: bool) -> Measure:
    """Estimate part / whole, with an interval by the delta method.

    Args:
        part: the numerator.
        whole: the denominator.
        paired: whether row i of both is of the same image, so that they share its randomness. Otherwise the samples are
            independent and may differ in size.

    Returns:
        The ratio; NaN without an interval if `whole` is 0 or not finite.

    Raises:
        ValueError: if paired samples differ in size or in clusters.
    """
    if whole.value == 0 or not math.isfinite(whole.value):
        return Measure(math.nan)
    value = part.value / whole.value
    if not paired:
        return _with_interval(value, math.hypot(part.error, value * whole.error) / abs(whole.value))
    if len(part.influence) != len(whole.influence):
        raise ValueError(f"{len(part.influence)} and {len(whole.influence)} rows cannot be paired")
    influence, clusters = (part.influence - value * whole.influence) / whole.value, _shared_clusters(part, whole)
    return _with_interval(value, _standard_error(influence, clusters))


def bootstrap(
    statistic: Callable[[Tensor], float],
    x: Tensor,
    *,
    resamples: int,
    generator: Generator,
    clusters: Tensor | None = None,
) -> Measure:
    """Evaluate a statistic, with the normal interval of its standard deviation over resampled rows (Efron 1979).

    For statistics with a bias in N, whose resamples all lie to one side of the value: only their deviation is used.

    Args:
        statistic: maps rows (N, ...) to a number.
        x: rows (N, ...).
        resamples: number of samples drawn with replacement, at least 2.
        generator: of the draws.
        clusters: (N,), as for `draw_rows`.
    """
    samples = draw_rows(len(x), resamples, generator=generator, clusters=clusters)
    values = torch.tensor([statistic(x[rows]) for rows in samples], dtype=torch.float64)
    return _with_interval(statistic(x), values.std().item())


def draw_rows(n: int, resamples: int, *, generator: Generator, clusters: Tensor | None = None) -> Iterator[Tensor]:
    """Yield `resamples` samples of row indices, drawn with replacement.

    Args:
        n: number of rows.
        resamples: number of samples.
        generator: of the draws.
        clusters: (N,) number of each row's cluster. Whole clusters are drawn, as many as there are (Davison and Hinkley
            1997, section 3.8).
    """
    members = split_clusters(n, clusters)
    for _ in range(resamples):
        drawn = torch.randint(len(members), (len(members),), generator=generator)
        yield drawn if clusters is None else torch.cat([members[cluster] for cluster in drawn.tolist()])


def jackknife(
    statistic: Callable[[Tensor], float],
    n: int,
    *,
    groups: int,
    generator: Generator,
    clusters: Tensor | None = None,
) -> Measure:
    """Evaluate a statistic without its bias of order 1 / n, with a normal interval (Quenouille 1956; Tukey 1958).

    The value is G t - (G - 1) mean_g t_g, where t_g leaves out one of G random groups of rows. For smooth statistics
    that are biased to one side, as every sum of squared correlations is.

    Args:
        statistic: maps the indices (K,) of the rows that are kept to a number.
        n: number of rows.
        groups: G, from 2 to the number of clusters. Groups of unequal size cause an error of a part in n / G.
        generator: of the groups.
        clusters: (N,) number of each row's cluster; groups consist of whole clusters.
    """
    members = split_clusters(n, clusters)
    order = torch.randperm(len(members), generator=generator).tensor_split(groups)
    parts = [torch.cat([members[cluster] for cluster in part.tolist()]) for part in order]
    kept = [torch.cat([part for part in parts if part is not left]) for left in parts]
    without = torch.tensor([statistic(rows) for rows in kept], dtype=torch.float64)
    value = groups * statistic(torch.arange(n)) - (groups - 1) * without.mean().item()
    return _with_interval(value, ((groups - 1) * without.var(correction=0)).sqrt().item())


def split_clusters(n: int, clusters: Tensor | None) -> tuple[Tensor, ...]:
    """Return the row indices of each cluster; without clusters each of the n rows is one."""
    if clusters is None:
        return torch.arange(n).split(1)
    _, sizes = torch.unique(clusters, return_counts=True)
    return clusters.argsort(stable=True).split(sizes.tolist())


def sum_clusters(values: Tensor, clusters: Tensor | None) -> Tensor:
    """Sum values (N, ...) within each of G clusters: (G, ...). Without clusters each row is one."""
    if clusters is None:
        return values
    _, index = torch.unique(clusters, return_inverse=True)
    return values.new_zeros(int(index.max()) + 1, *values.shape[1:]).index_add_(0, index, values)


def _shared_clusters(part: Estimate, whole: Estimate) -> Tensor | None:
    """Return the clusters of paired samples. Raises ValueError if they differ."""
    a, b = part.clusters, whole.clusters
    if (a is None) != (b is None) or (a is not None and b is not None and not torch.equal(a, b)):
        raise ValueError("paired samples have the same clusters")
    return a


def _standard_error(influence: Tensor, clusters: Tensor | None) -> float:
    sums = sum_clusters(influence, clusters)
    n, g = len(influence), len(sums)
    return (sums.square().sum().item() * g / (g - 1)) ** 0.5 / n if g > 1 else math.nan


def _with_interval(value: float, error: float) -> Measure:
    return Measure(value, (value - NORMAL_95 * error, value + NORMAL_95 * error))
