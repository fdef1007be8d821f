import math

import pytest
import torch
from torch import Generator, Tensor

from metrics.estimate import NORMAL_95, Estimate, bootstrap, jackknife, mean, measure, ratio


def drawn(n: int, seed: int = 0) -> Tensor:
    return torch.randn(n, generator=Generator().manual_seed(seed), dtype=torch.float64)


def half(interval: tuple[float, float] | None) -> float:
    assert interval is not None
    return (interval[1] - interval[0]) / 2


def test_a_means_error_is_the_deviation_over_the_root_of_n() -> None:
    x = 3 + 2 * drawn(50)
    found = mean(x)
    assert found.value == pytest.approx(x.mean().item())
    assert found.error == pytest.approx(x.std().item() / math.sqrt(50))
    assert found.influence.sum().item() == pytest.approx(0, abs=1e-12)
    assert math.isnan(mean(x[:1]).error)
    assert half(measure(found).interval) == pytest.approx(NORMAL_95 * found.error)


def test_a_paired_ratio_of_proportional_rows_has_no_error() -> None:
    """What the rows share is no chance between them; of independent samples it is."""
    x = 5 + drawn(80)
    same = ratio(mean(0.3 * x), mean(x), paired=True)
    assert same.value == pytest.approx(0.3)
    assert half(same.interval) == pytest.approx(0, abs=1e-12)
    apart = ratio(mean(0.3 * x), mean(x), paired=False)
    assert half(apart.interval) == pytest.approx(NORMAL_95 * 0.3 * math.sqrt(2) * mean(x).error / mean(x).value)


@pytest.mark.parametrize("paired", [True, False])
def test_intervals_of_ratios_hold_the_truth_nineteen_times_in_twenty(paired: bool) -> None:
    held = 0
    for s in range(400):
        x = 4 + drawn(60, 2 * s)
        y = 2 + 0.5 * drawn(60, 2 * s + 1) + (0.4 * (x - 4) if paired else 0)
        low, high = ratio(mean(y), mean(x), paired=paired).interval or (0, 0)
        held += low < 0.5 < high
    assert 0.92 < held / 400 < 0.98


def test_rows_of_other_numbers_are_no_pairs() -> None:
    with pytest.raises(ValueError, match="cannot be paired"):
        ratio(mean(drawn(5)), mean(drawn(6)), paired=True)
    assert ratio(Estimate(1.0, drawn(5)), Estimate(2.0, drawn(6)), paired=False).value == 0.5


def test_nothing_is_no_multiple_of_zero() -> None:
    for paired in (True, False):
        found = ratio(mean(drawn(5)), mean(torch.zeros(5)), paired=paired)
        assert math.isnan(found.value)
        assert found.interval is None


def test_the_bootstrap_of_a_mean_is_its_interval() -> None:
    x = drawn(300)
    found = bootstrap(lambda y: y.mean().item(), x, resamples=400, generator=Generator().manual_seed(1))
    assert found.value == pytest.approx(x.mean().item())
    assert half(found.interval) == pytest.approx(NORMAL_95 * mean(x).error, rel=0.1)
    again = bootstrap(lambda y: y.mean().item(), x, resamples=400, generator=Generator().manual_seed(1))
    assert again == found


def test_the_jackknife_of_a_mean_is_its_interval_and_of_a_variance_unbiased() -> None:
    x, generator = 2 + drawn(60), Generator().manual_seed(1)
    found = jackknife(lambda rows: x[rows].mean().item(), 60, groups=60, generator=generator)
    assert found.value == pytest.approx(x.mean().item())
    assert half(found.interval) == pytest.approx(NORMAL_95 * mean(x).error)
    found = jackknife(lambda rows: x[rows].var(correction=0).item(), 60, groups=60, generator=generator)
    assert found.value == pytest.approx(x.var().item())


def test_the_jackknife_of_a_squared_mean_of_nothing_is_0_on_average() -> None:
    """Chance makes every square positive: 1 / n of noise."""
    raw, found = [], []
    for s in range(300):
        x = drawn(50, s)
        raw.append(x.mean().item() ** 2)
        one = jackknife(lambda rows, x=x: x[rows].mean().item() ** 2, 50, groups=10, generator=Generator())  # type: ignore[misc]
        found.append(one.value)
    assert sum(raw) / 300 == pytest.approx(1 / 50, rel=0.3)
    assert abs(sum(found) / 300) < 0.2 / 50
