"""What a sample says of a population: a number, and how far chance may have moved it."""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Generator, Tensor

NORMAL_95 = 1.959964  # two-sided quantile of the normal distribution


class Estimate(NamedTuple):
    """A statistic of N independent rows, and how much each row has to do with it."""

    value: float
    influence: Tensor  # (N,) float64, mean 0: N (value - value without the row), to first order (Hampel 1974)

    @property
    def error(self) -> float:
        """The standard error, the influences' deviation over the root of N (the infinitesimal jackknife)."""
        return _error(self.influence)


class Measure(NamedTuple):
    """A number and its 95 % confidence interval, where one is known."""

    value: float
    interval: tuple[float, float] | None = None


def mean(values: Tensor) -> Estimate:
    """The mean of independent values (N,)."""
    values = values.double()
    value = values.mean()
    return Estimate(value.item(), values - value)


def measure(estimate: Estimate) -> Measure:
    """With the normal interval."""
    return _measure(estimate.value, estimate.error)


def ratio(part: Estimate, whole: Estimate, *, paired: bool) -> Measure:
    """Part / whole with its interval by the delta method.

    paired: row by row of the same pictures, whose chance is shared; else of two independent samples, of any sizes.
    nan of a whole that is 0. Raises ValueError where rows that are said to be paired are of other numbers.
    """
    if whole.value == 0:
        return Measure(math.nan)
    value = part.value / whole.value
    if not paired:
        return _measure(value, math.hypot(part.error, value * whole.error) / abs(whole.value))
    if len(part.influence) != len(whole.influence):
        raise ValueError(f"{len(part.influence)} and {len(whole.influence)} rows cannot be paired")
    return _measure(value, _error((part.influence - value * whole.influence) / whole.value))


def bootstrap(statistic: Callable[[Tensor], float], x: Tensor, *, resamples: int, generator: Generator) -> Measure:
    """statistic(x) with the normal interval of its standard deviation over rows drawn anew (Efron 1979).

    For statistics of N rows (N, ...) that are biased in N, whose resamples lie to one side of them: only their
    deviation is used. `resamples` is at least 2.
    """
    rows = [torch.randint(len(x), (len(x),), generator=generator) for _ in range(resamples)]
    draws = torch.tensor([statistic(x[drawn]) for drawn in rows], dtype=torch.float64)
    return _measure(statistic(x), draws.std().item())


def jackknife(statistic: Callable[[Tensor], float], n: int, *, groups: int, generator: Generator) -> Measure:
    """A statistic of n rows with its bias of order 1 / n taken away, and the normal interval: G t - (G - 1) mean_g t_g,
    t_g without one of G random groups of rows (Quenouille 1956; Tukey 1958).

    statistic: of the rows (K,) that are kept. For smooth statistics that chance pushes to one side, as it does every
    sum of squared correlations. `groups` is from 2 to n; groups of unequal size are off by a part in n / G.
    """
    parts = torch.randperm(n, generator=generator).tensor_split(groups)
    kept = [torch.cat([part for part in parts if part is not left]) for left in parts]
    without = torch.tensor([statistic(rows) for rows in kept], dtype=torch.float64)
    value = groups * statistic(torch.arange(n)) - (groups - 1) * without.mean().item()
    return _measure(value, ((groups - 1) * without.var(correction=0)).sqrt().item())


def _error(influence: Tensor) -> float:
    """Nan for a single row, of which nothing is known."""
    n = len(influence)
    return (influence.square().sum().item() / (n * (n - 1))) ** 0.5 if n > 1 else math.nan


def _measure(value: float, error: float) -> Measure:
    return Measure(value, (value - NORMAL_95 * error, value + NORMAL_95 * error))
