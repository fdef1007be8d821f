import itertools
import math
from collections.abc import Callable

import pytest
import torch
from torch import Generator, Tensor

from metrics import diversity
from metrics.diversity import laplacian_energy, mean_pairwise_distance, total_variance
from metrics.estimate import Estimate


def draw(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=Generator().manual_seed(seed))


def test_mean_distance_averages_over_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    x = draw(11, 3, 4, 4)
    pairs = [(a - b).norm().item() for a, b in itertools.combinations(x, 2)]
    expected = sum(pairs) / len(pairs)
    assert mean_pairwise_distance(x).value == pytest.approx(expected, rel=1e-5)
    monkeypatch.setattr(diversity, "CHUNK", 4)
    assert mean_pairwise_distance(x).value == pytest.approx(expected, rel=1e-5)


def test_distance_and_variance_of_normal_rows_equal_the_closed_form() -> None:
    """In two dimensions |x - x'| is Rayleigh of scale sqrt 2 with mean sqrt pi; the total variance is 2."""
    x = draw(4000, 2)
    distance, variance = mean_pairwise_distance(x), total_variance(x)
    assert abs(distance.value - math.sqrt(math.pi)) < 3 * distance.error < 0.1
    assert abs(variance.value - 2) < 3 * variance.error < 0.15


@pytest.mark.parametrize("statistic", [mean_pairwise_distance, total_variance])
def test_diversity_follows_scale_and_ignores_origin_and_order(statistic: Callable[[Tensor], Estimate]) -> None:
    x = draw(40, 6)
    estimate = statistic(x)
    power = 1 if statistic is mean_pairwise_distance else 2
    assert statistic(x.flip(0) + 3).value == pytest.approx(estimate.value, rel=1e-4)
    assert statistic(-2 * x).value == pytest.approx(2**power * estimate.value, rel=1e-5)
    assert statistic(-2 * x).error == pytest.approx(2**power * estimate.error, rel=1e-4)
    assert statistic(torch.full((5, 6), 0.3)).value == pytest.approx(0, abs=1e-6)
    with pytest.raises(ValueError, match="two at least"):
        statistic(x[:1])


@pytest.mark.parametrize("statistic", [mean_pairwise_distance, total_variance])
def test_standard_errors_equal_the_spread_over_new_samples(statistic: Callable[[Tensor], Estimate]) -> None:
    estimates = [statistic(draw(60, 4, seed=s)) for s in range(300)]
    spread = torch.tensor([one.value for one in estimates]).std().item()
    assert sum(one.error for one in estimates) / 300 == pytest.approx(spread, rel=0.12)


def test_total_variance_is_half_the_mean_squared_distance() -> None:
    x = draw(9, 5)
    squares = [(a - b).square().sum().item() for a, b in itertools.combinations(x, 2)]
    assert total_variance(x).value == pytest.approx(sum(squares) / len(squares) / 2, rel=1e-5)


def test_laplacian_energy_of_constants_ramps_and_chessboards_is_known() -> None:
    row, column = torch.meshgrid(torch.arange(16.0), torch.arange(16.0), indexing="ij")
    pictures = torch.stack([torch.ones(16, 16), 2 * row - column, (row + column) % 2 - 0.5])[:, None]
    energy = laplacian_energy(pictures.expand(-1, 3, -1, -1))
    assert energy.tolist() == pytest.approx([0, 0, 64 * 0.25], abs=1e-6)


def test_a_wave_has_the_laplacian_energy_of_its_frequency() -> None:
    """The Laplacian multiplies cos(w x) by 2 cos w - 2: a slower wave of the same contrast has less."""
    x = torch.arange(64.0)
    for k in (2, 4, 8):
        w = 2 * math.pi * k / 62  # whole periods inside
        wave = torch.cos(w * x).expand(1, 1, 64, 64)
        expected = (2 * math.cos(w) - 2) ** 2 / 2
        assert laplacian_energy(wave).item() == pytest.approx(expected, rel=1e-3)


def test_blur_lowers_laplacian_energy_and_brightness_does_not() -> None:
    x = draw(2, 3, 16, 16)
    blurred = torch.nn.functional.avg_pool2d(x, 3, stride=1, padding=1)
    assert (laplacian_energy(blurred) < 0.2 * laplacian_energy(x)).all()
    assert torch.allclose(laplacian_energy(x + 5), laplacian_energy(x), rtol=1e-4)
    assert torch.allclose(laplacian_energy(x.flip(3)), laplacian_energy(x))
    assert torch.allclose(laplacian_energy(3 * x), 9 * laplacian_energy(x))
