import math

import pytest
import torch
from torch import Generator, Tensor

from metrics.disentanglement import mig, modularity, mutual_information
from metrics.disentanglement.information import Information, bin_codes, entropy, standardise

FACTORS = torch.cartesian_prod(torch.arange(4), torch.arange(5)).repeat(50, 1)


def known_information(*rows: tuple[float, ...], noise: float = 0.0) -> Information:
    mutual = torch.tensor(rows, dtype=torch.float64)
    return Information(mutual, torch.ones(mutual.shape[1], dtype=torch.float64), torch.full_like(mutual, noise))


def test_codes_are_standardised_and_constants_become_zero() -> None:
    codes = torch.randn(100, 2, generator=Generator().manual_seed(0)) * 7 + 3
    scaled = standardise(torch.cat([codes, torch.full((100, 1), 0.1)], dim=1))
    torch.testing.assert_close(scaled[:, :2].mean(dim=0), torch.zeros(2, dtype=torch.float64), atol=1e-12, rtol=0)
    torch.testing.assert_close(scaled[:, :2].std(dim=0, correction=0), torch.ones(2, dtype=torch.float64))
    assert not scaled[:, 2].any()
    with pytest.raises(ValueError, match="at least one"):
        standardise(torch.zeros(5, 0))


def test_bins_have_equal_width_and_include_both_ends() -> None:
    codes = torch.tensor([[0.0], [0.9], [1.0], [3.9], [4.0]])
    assert bin_codes(codes, 4)[:, 0].tolist() == [0, 0, 1, 3, 3]
    assert bin_codes(torch.ones(3, 1), 4).tolist() == [[0]] * 3


def test_entropy_equals_its_definition() -> None:
    assert entropy(torch.tensor([2, 0, 1, 1])).item() == pytest.approx(1.5 * math.log(2))


def test_a_copy_has_all_information_about_its_factor_alone() -> None:
    information = mutual_information(FACTORS.double(), FACTORS, bins=10)
    torch.testing.assert_close(information.entropy, torch.tensor([4.0, 5.0], dtype=torch.float64).log())
    torch.testing.assert_close(information.mutual, torch.diag(information.entropy), atol=1e-12, rtol=0)


def test_a_binary_symmetric_channel_has_its_known_information() -> None:
    """One in eight copies is wrong: I = log 2 - H(1/8)."""
    factor = torch.arange(2).repeat(8)
    code = factor.clone()
    code[:2] = 1 - code[:2]
    lost = -(1 / 8) * math.log(1 / 8) - (7 / 8) * math.log(7 / 8)
    information = mutual_information(code[:, None].double(), factor[:, None], bins=5)
    assert information.mutual.item() == pytest.approx(math.log(2) - lost)


def test_fewer_bins_than_values_lose_information() -> None:
    factor = torch.arange(32).repeat(10)[:, None]
    fine, coarse = (mutual_information(factor.double(), factor, bins=bins).mutual.item() for bins in (32, 4))
    assert fine == pytest.approx(math.log(32))
    assert coarse == pytest.approx(math.log(4))


def test_noise_stays_below_its_limit_and_centres_at_millers_value() -> None:
    codes = torch.rand(2000, 200, generator=Generator().manual_seed(1), dtype=torch.float64)
    factor = torch.arange(5).repeat(400)[:, None]
    information = mutual_information(codes, factor, bins=10)
    assert information.mutual.mean().item() == pytest.approx(9 * 4 / (2 * 2000), rel=0.05)
    assert (information.mutual < information.noise).all()
    assert information.noise.max() < 0.03


def test_a_factor_that_never_changes_is_refused() -> None:
    with pytest.raises(ValueError, match="factor 1 never changes"):
        mutual_information(FACTORS.double(), torch.zeros_like(FACTORS) + torch.tensor([[1, 0]]) * FACTORS, bins=4)


def test_mig_is_the_gap_over_the_entropy() -> None:
    information = known_information((0.9, 0.1), (0.3, 0.4), (0.2, 0.4))._replace(
        entropy=torch.tensor([1.0, 2.0], dtype=torch.float64)
    )
    assert mig(information).tolist() == pytest.approx([0.6, 0.0])
    assert mig(known_information((0.9, 0.1))).tolist() == pytest.approx(
        [0.9, 0.1]
    )  # a single dimension is compared with 0


def test_sampled_codes_have_less_information_than_means() -> None:
    """Means at distance 1 with noise of deviation 1: the MIG of Chen et al. uses q(z|x), not its mean."""
    mean = FACTORS[:, :1].double().repeat(20, 1)
    z = mean + torch.randn(mean.shape, generator=Generator().manual_seed(2), dtype=torch.float64)
    grid = torch.linspace(-10, 13, 20_001, dtype=torch.float64)
    density = torch.exp(-0.5 * (grid - torch.arange(4.0, dtype=torch.float64)[:, None]) ** 2) / math.sqrt(2 * math.pi)
    mixture = density.mean(dim=0)
    integral = torch.trapezoid(torch.special.xlogy(density, density / mixture), grid).mean().item()
    sampled = mutual_information(z, FACTORS[:, :1].repeat(20, 1), bins=60).mutual.item()
    assert sampled == pytest.approx(integral, abs=0.01)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (((1.0, 0.0, 0.0), (0.0, 0.5, 0.0)), 1.0),
        (((1.0, 0.5, 0.0),), 1 - 0.25 / 2),
        (((0.3, 0.3, 0.3),), 0.0),
        (((1.0, 0.5, 0.0), (0.0, 0.0, 0.01)), 1 - 0.25 / 2),  # the second dimension has no more than noise
    ],
)
def test_modularity_equals_its_definition(rows: tuple[tuple[float, ...], ...], expected: float) -> None:
    assert modularity(known_information(*rows, noise=0.02)).value == pytest.approx(expected)


def test_modularity_without_information_is_nan_with_a_reason() -> None:
    value, reason = modularity(known_information((0.01, 0.02), noise=0.02))
    assert math.isnan(value)
    assert "noise" in str(reason)
    with pytest.raises(ValueError, match="two factors"):
        modularity(known_information((0.5,)))


def test_modularity_of_noise_is_nan_for_any_sample_size() -> None:
    for n in (200, 5000):
        codes: Tensor = torch.randn(n, 6, generator=Generator().manual_seed(n), dtype=torch.float64)
        factors = torch.randint(4, (n, 3), generator=Generator().manual_seed(n + 1))
        assert math.isnan(modularity(mutual_information(codes, factors, bins=20)).value)
