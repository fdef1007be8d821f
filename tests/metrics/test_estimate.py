import math

import pytest
import torch
from torch import Generator, Tensor

from metrics.estimate import NORMAL_95, Estimate, bootstrap, jackknife, mean, measure, ratio


def draw(n: int, seed: int = 0) -> Tensor:
    return torch.randn(n, generator=Generator().manual_seed(seed), dtype=torch.float64)


def half(interval: tuple[float, float] | None) -> float:
    assert interval is not None
    return (interval[1] - interval[0]) / 2


def test_standard_error_of_a_mean_equals_the_closed_form() -> None:
    x = 3 + 2 * draw(50)
    estimate = mean(x)
    assert estimate.value == pytest.approx(x.mean().item())
    assert estimate.error == pytest.approx(x.std().item() / math.sqrt(50))
    assert estimate.influence.sum().item() == pytest.approx(0, abs=1e-12)
    assert math.isnan(mean(x[:1]).error)
    assert half(measure(estimate).interval) == pytest.approx(NORMAL_95 * estimate.error)


def test_a_paired_ratio_of_proportional_rows_has_no_error() -> None:
    """Shared randomness of paired rows cancels; that of independent samples does not."""
    x = 5 + draw(80)
    same = ratio(mean(0.3 * x), mean(x), paired=True)
    assert same.value == pytest.approx(0.3)
    assert half(same.interval) == pytest.approx(0, abs=1e-12)
    apart = ratio(mean(0.3 * x), mean(x), paired=False)
    assert half(apart.interval) == pytest.approx(NORMAL_95 * 0.3 * math.sqrt(2) * mean(x).error / mean(x).value)


@pytest.mark.parametrize("paired", [True, False])
def test_ratio_intervals_contain_the_truth_95_times_in_100(paired: bool) -> None:
    contained = 0
    for s in range(400):
        x = 4 + draw(60, 2 * s)
        y = 2 + 0.5 * draw(60, 2 * s + 1) + (0.4 * (x - 4) if paired else 0)
        low, high = ratio(mean(y), mean(x), paired=paired).interval or (0, 0)
        contained += low < 0.5 < high
    assert 0.92 < contained / 400 < 0.98


def test_samples_of_unequal_size_cannot_be_paired() -> None:
    with pytest.raises(ValueError, match="cannot be paired"):
        ratio(mean(draw(5)), mean(draw(6)), paired=True)
    assert ratio(Estimate(1.0, draw(5)), Estimate(2.0, draw(6)), paired=False).value == 0.5


def test_a_ratio_to_zero_is_nan() -> None:
    for paired in (True, False):
        result = ratio(mean(draw(5)), mean(torch.zeros(5)), paired=paired)
        assert math.isnan(result.value)
        assert result.interval is None


def test_bootstrapping_a_mean_gives_its_normal_interval() -> None:
    x = draw(300)
    result = bootstrap(lambda y: y.mean().item(), x, resamples=400, generator=Generator().manual_seed(1))
    assert result.value == pytest.approx(x.mean().item())
    assert half(result.interval) == pytest.approx(NORMAL_95 * mean(x).error, rel=0.1)
    again = bootstrap(lambda y: y.mean().item(), x, resamples=400, generator=Generator().manual_seed(1))
    assert again == result


def test_the_jackknife_is_exact_for_means_and_unbiased_for_variances() -> None:
    x, generator = 2 + draw(60), Generator().manual_seed(1)
    result = jackknife(lambda rows: x[rows].mean().item(), 60, groups=60, generator=generator)
    assert result.value == pytest.approx(x.mean().item())
    assert half(result.interval) == pytest.approx(NORMAL_95 * mean(x).error)
    result = jackknife(lambda rows: x[rows].var(correction=0).item(), 60, groups=60, generator=generator)
    assert result.value == pytest.approx(x.var().item())


def test_the_jackknife_removes_the_bias_of_a_squared_mean() -> None:
    """Every square is positive by chance: 1 / n on average."""
    raw, corrected = [], []
    for s in range(300):
        x = draw(50, s)
        raw.append(x.mean().item() ** 2)
        one = jackknife(lambda rows, x=x: x[rows].mean().item() ** 2, 50, groups=10, generator=Generator())  # type: ignore[misc]
        corrected.append(one.value)
    assert sum(raw) / 300 == pytest.approx(1 / 50, rel=0.3)
    assert abs(sum(corrected) / 300) < 0.2 / 50


def draw_people(people: int, pictures: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Draw values and people: three quarters of a value's variance are between people."""
    number = torch.arange(people).repeat_interleave(pictures)
    own, noise = draw(people, 2 * seed), draw(people * pictures, 2 * seed + 1)
    return 2 + 0.75**0.5 * own[number] + 0.5 * noise, number


def errors_of(x: Tensor, people: Tensor | None) -> list[float]:
    """Return half intervals of a mean, a ratio, a bootstrap and a jackknife."""
    n, generator = len(x), Generator().manual_seed(5)
    groups = 40 if people is None else len(people.unique())
    return [
        half(measure(mean(x, people)).interval),
        half(ratio(mean(x.square(), people), mean(x, people), paired=True).interval),
        half(bootstrap(lambda y: y.mean().item(), x, resamples=200, generator=generator, clusters=people).interval),
        half(jackknife(lambda r: x[r].mean().item(), n, groups=groups, generator=generator, clusters=people).interval),
    ]


def test_repeating_pictures_of_a_person_leaves_every_interval_as_it_was() -> None:
    x, people = draw_people(40, 1)
    once, copies = errors_of(x, people), errors_of(x.repeat_interleave(9), people.repeat_interleave(9))
    assert copies == pytest.approx(once)
    assert errors_of(x.repeat_interleave(9), None)[:3] == pytest.approx([e / 3 for e in once[:3]], rel=0.25)


def test_people_of_one_picture_each_are_no_clusters() -> None:
    x, people = draw_people(40, 1)
    assert errors_of(x, people) == pytest.approx(errors_of(x, None))


def test_intervals_over_people_cover_the_mean_95_times_in_100() -> None:
    covered = {"people": 0, "pictures": 0}
    for seed in range(300):
        x, people = draw_people(60, 5, seed + 1)
        for name, clusters in (("people", people), ("pictures", None)):
            low, high = measure(mean(x, clusters)).interval or (0, 0)
            covered[name] += low <= 2 <= high
    assert 0.92 <= covered["people"] / 300 <= 0.98
    assert covered["pictures"] / 300 < 0.8


def test_paired_samples_have_the_same_clusters() -> None:
    x, people = draw_people(10, 2)
    for other in (None, people.flip(0)):
        with pytest.raises(ValueError, match="same clusters"):
            ratio(mean(x, people), mean(x, other), paired=True)
