"""Estimates from samples: statistics with standard errors and confidence intervals."""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Generator, Tensor

NORMAL_95 = 1.959964  # two-sided 95 % quantile of the normal distribution


class Estimate(NamedTuple):
    """Statistic of N independent rows, and the influence of each row."""

    value: float
    influence: Tensor  # (N,) float64, mean 0: N (value - value without the row), to first order (Hampel 1974)

    @property
    def error(self) -> float:
        """Standard error: the influences' standard deviation over the root of N (the infinitesimal jackknife)."""
        return _standard_error(self.influence)


class Measure(NamedTuple):
    """Value and its 95 % confidence interval, if known."""

    value: float
    interval: tuple[float, float] | None = None


def mean(values: Tensor) -> Estimate:
    """Estimate the mean of independent values (N,)."""
    values = values.double()
    value = values.mean()
    return Estimate(value.item(), values - value)


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
        ValueError: if paired samples differ in size.
    """
    if whole.value == 0 or not math.isfinite(whole.value):
        return Measure(math.nan)
    value = part.value / whole.value
    if not paired:
        return _with_interval(value, math.hypot(part.error, value * whole.error) / abs(whole.value))
    if len(part.influence) != len(whole.influence):
        raise ValueError(f"{len(part.influence)} and {len(whole.influence)} rows cannot be paired")
    return _with_interval(value, _standard_error((part.influence - value * whole.influence) / whole.value))


def bootstrap(statistic: Callable[[Tensor], float], x: Tensor, *, resamples: int, generator: Generator) -> Measure:
    """Evaluate a statistic, with the normal interval of its standard deviation over resampled rows (Efron 1979).

    For statistics with a bias in N, whose resamples all lie to one side of the value: only their deviation is used.

    Args:
        statistic: maps rows (N, ...) to a number.
        x: rows (N, ...).
        resamples: number of samples drawn with replacement, at least 2.
        generator: of the draws.
    """
    samples = [torch.randint(len(x), (len(x),), generator=generator) for _ in range(resamples)]
    values = torch.tensor([statistic(x[rows]) for rows in samples], dtype=torch.float64)
    return _with_interval(statistic(x), values.std().item())


def jackknife(statistic: Callable[[Tensor], float], n: int, *, groups: int, generator: Generator) -> Measure:
    """Evaluate a statistic without its bias of order 1 / n, with a normal interval (Quenouille 1956; Tukey 1958).

    The value is G t - (G - 1) mean_g t_g, where t_g leaves out one of G random groups of rows. For smooth statistics
    that are biased to one side, as every sum of squared correlations is.

    Args:
        statistic: maps the indices (K,) of the rows that are kept to a number.
        n: number of rows.
        groups: G, from 2 to n. Groups of unequal size cause an error of a part in n / G.
        generator: of the groups.
    """
    parts = torch.randperm(n, generator=generator).tensor_split(groups)
    kept = [torch.cat([part for part in parts if part is not left]) for left in parts]
    without = torch.tensor([statistic(rows) for rows in kept], dtype=torch.float64)
    value = groups * statistic(torch.arange(n)) - (groups - 1) * without.mean().item()
    return _with_interval(value, ((groups - 1) * without.var(correction=0)).sqrt().item())


def _standard_error(influence: Tensor) -> float:
    n = len(influence)
    return (influence.square().sum().item() / (n * (n - 1))) ** 0.5 if n > 1 else math.nan


def _with_interval(value: float, error: float) -> Measure:
    return Measure(value, (value - NORMAL_95 * error, value + NORMAL_95 * error))
