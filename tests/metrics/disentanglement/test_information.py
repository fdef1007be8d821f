import math

import pytest
import torch
from torch import Generator, Tensor

from metrics.disentanglement import information, mig, modularity
from metrics.disentanglement.information import Information, binned, entropy, standardised

FACTORS = torch.cartesian_prod(torch.arange(4), torch.arange(5)).repeat(50, 1)


def told(*rows: tuple[float, ...], noise: float = 0.0) -> Information:
    mutual = torch.tensor(rows, dtype=torch.float64)
    return Information(mutual, torch.ones(mutual.shape[1], dtype=torch.float64), torch.full_like(mutual, noise))


def test_codes_are_standardised_and_a_constant_becomes_nothing() -> None:
    codes = torch.randn(100, 2, generator=Generator().manual_seed(0)) * 7 + 3
    found = standardised(torch.cat([codes, torch.full((100, 1), 0.1)], dim=1))
    torch.testing.assert_close(found[:, :2].mean(dim=0), torch.zeros(2, dtype=torch.float64), atol=1e-12, rtol=0)
    torch.testing.assert_close(found[:, :2].std(dim=0, correction=0), torch.ones(2, dtype=torch.float64))
    assert not found[:, 2].any()
    with pytest.raises(ValueError, match="at least one"):
        standardised(torch.zeros(5, 0))


def test_bins_are_equally_wide_and_hold_both_ends() -> None:
    codes = torch.tensor([[0.0], [0.9], [1.0], [3.9], [4.0]])
    assert binned(codes, 4)[:, 0].tolist() == [0, 0, 1, 3, 3]
    assert binned(torch.ones(3, 1), 4).tolist() == [[0]] * 3


def test_the_entropy_is_that_of_the_shares() -> None:
    assert entropy(torch.tensor([2, 0, 1, 1])).item() == pytest.approx(1.5 * math.log(2))


def test_a_copy_tells_all_of_its_factor_and_nothing_of_others() -> None:
    found = information(FACTORS.double(), FACTORS, bins=10)
    torch.testing.assert_close(found.entropy, torch.tensor([4.0, 5.0], dtype=torch.float64).log())
    torch.testing.assert_close(found.mutual, torch.diag(found.entropy), atol=1e-12, rtol=0)


def test_a_binary_symmetric_channel_tells_log_2_less_its_entropy() -> None:
    """One in eight of the copies is wrong: I = log 2 - H(1/8)."""
    factor = torch.arange(2).repeat(8)
    code = factor.clone()
    code[:2] = 1 - code[:2]
    lost = -(1 / 8) * math.log(1 / 8) - (7 / 8) * math.log(7 / 8)
    found = information(code[:, None].double(), factor[:, None], bins=5)
    assert found.mutual.item() == pytest.approx(math.log(2) - lost)


def test_fewer_bins_than_values_lose_information() -> None:
    factor = torch.arange(32).repeat(10)[:, None]
    fine, coarse = (information(factor.double(), factor, bins=bins).mutual.item() for bins in (32, 4))
    assert fine == pytest.approx(math.log(32))
    assert coarse == pytest.approx(math.log(4))


def test_noise_stays_below_what_is_taken_for_noise_and_centres_where_miller_says() -> None:
    codes = torch.rand(2000, 200, generator=Generator().manual_seed(1), dtype=torch.float64)
    factor = torch.arange(5).repeat(400)[:, None]
    found = information(codes, factor, bins=10)
    assert found.mutual.mean().item() == pytest.approx(9 * 4 / (2 * 2000), rel=0.05)
    assert (found.mutual < found.noise).all()
    assert found.noise.max() < 0.03


def test_a_factor_that_never_changes_is_refused() -> None:
    with pytest.raises(ValueError, match="factor 1 never changes"):
        information(FACTORS.double(), torch.zeros_like(FACTORS) + torch.tensor([[1, 0]]) * FACTORS, bins=4)


def test_the_gap_is_between_the_best_two_over_the_entropy() -> None:
    found = told((0.9, 0.1), (0.3, 0.4), (0.2, 0.4))._replace(entropy=torch.tensor([1.0, 2.0], dtype=torch.float64))
    assert mig(found).tolist() == pytest.approx([0.6, 0.0])
    assert mig(told((0.9, 0.1))).tolist() == pytest.approx([0.9, 0.1])  # a single dimension has no rival


def test_sampling_a_posterior_lowers_what_a_mean_tells() -> None:
    """Means 1 apart in noise of deviation 1: Chen et al.'s gap is of q(z|x), not of its mean."""
    mean = FACTORS[:, :1].double().repeat(20, 1)
    z = mean + torch.randn(mean.shape, generator=Generator().manual_seed(2), dtype=torch.float64)
    grid = torch.linspace(-10, 13, 20_001, dtype=torch.float64)
    density = torch.exp(-0.5 * (grid - torch.arange(4.0, dtype=torch.float64)[:, None]) ** 2) / math.sqrt(2 * math.pi)
    mixture = density.mean(dim=0)
    integral = torch.trapezoid(torch.special.xlogy(density, density / mixture), grid).mean().item()
    sampled = information(z, FACTORS[:, :1].repeat(20, 1), bins=60).mutual.item()
    assert sampled == pytest.approx(integral, abs=0.01)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (((1.0, 0.0, 0.0), (0.0, 0.5, 0.0)), 1.0),
        (((1.0, 0.5, 0.0),), 1 - 0.25 / 2),
        (((0.3, 0.3, 0.3),), 0.0),
        (((1.0, 0.5, 0.0), (0.0, 0.0, 0.01)), 1 - 0.25 / 2),  # the second tells no more than noise
    ],
)
def test_modularity_is_one_less_the_stray_share(rows: tuple[tuple[float, ...], ...], expected: float) -> None:
    assert modularity(told(*rows, noise=0.02)).value == pytest.approx(expected)


def test_modularity_of_nothing_is_nan_with_its_reason() -> None:
    value, reason = modularity(told((0.01, 0.02), noise=0.02))
    assert math.isnan(value)
    assert "noise" in str(reason)
    with pytest.raises(ValueError, match="two factors"):
        modularity(told((0.5,)))


def test_of_a_sample_of_noise_modularity_says_so_whatever_its_size() -> None:
    for n in (200, 5000):
        codes: Tensor = torch.randn(n, 6, generator=Generator().manual_seed(n), dtype=torch.float64)
        factors = torch.randint(4, (n, 3), generator=Generator().manual_seed(n + 1))
        assert math.isnan(modularity(information(codes, factors, bins=20)).value)
