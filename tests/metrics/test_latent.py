import math

import pytest
import torch
from torch import Generator, Tensor

from metrics.latent import (
    Decomposition,
    active_units,
    decompose,
    gaussian_total_correlation,
    log_aggregate_posterior,
    measure_dependence,
)
from vae_models.distributions import DiagonalGaussian


def draw_codes(n: int, covariance: Tensor, seed: int = 0) -> Tensor:
    """Draw normal codes (N, D) with mean 0 and exactly this covariance."""
    noise = torch.randn(n, len(covariance), generator=Generator().manual_seed(seed), dtype=torch.float64)
    noise = noise - noise.mean(dim=0)
    white = torch.linalg.solve_triangular(
        torch.linalg.cholesky(torch.cov(noise.T, correction=0)).T, noise, upper=True, left=False
    )
    return white @ torch.linalg.cholesky(covariance).T


def constant_logvar(like: Tensor, variance: float) -> Tensor:
    return torch.full_like(like, math.log(variance))


def decompose_codes(mean: Tensor, logvar: Tensor, samples: int = 4000, seed: int = 0) -> Decomposition:
    return decompose(DiagonalGaussian(mean, logvar), samples=samples, generator=Generator().manual_seed(seed))


def draw_posteriors(n: int = 60, dim: int = 5) -> DiagonalGaussian:
    mean, logvar = torch.randn(2, n, dim, generator=Generator().manual_seed(1), dtype=torch.float64)
    return DiagonalGaussian(mean, logvar - 1)


def parts(result: Decomposition) -> tuple[float, ...]:
    return result.mutual_information, result.total_correlation, result.dimension_wise_kl, result.kl


def test_test_codes_have_the_requested_covariance() -> None:
    covariance = torch.tensor([[2.0, 0.7], [0.7, 1.0]], dtype=torch.float64)
    torch.testing.assert_close(torch.cov(draw_codes(50, covariance).T, correction=0), covariance)


def test_a_unit_is_active_if_its_mean_varies_enough() -> None:
    mean = draw_codes(500, torch.diag(torch.tensor([1.0, 0.011, 0.009, 1e-6], dtype=torch.float64))) + 7
    assert active_units(mean) == active_units(mean.float()) == 2
    assert active_units(mean, threshold=0.5) == 1
    assert active_units(torch.ones(10, 3)) == 0


@pytest.mark.parametrize("variance", [None, 0.5])
@pytest.mark.parametrize("rho", [0.0, 0.6, -0.95])
def test_gaussian_tc_of_a_pair_follows_from_its_correlation(rho: float, variance: float | None) -> None:
    """It is -log(1 - rho^2) / 2 for all scales; part of each variance may be the posteriors' own."""
    covariance = torch.tensor([[4.0, 2 * rho], [2 * rho, 1.0]], dtype=torch.float64)
    own = (variance or 0) * torch.tensor([0.1, 0.05], dtype=torch.float64)
    mean = draw_codes(300, covariance - torch.diag(own))
    logvar = None if variance is None else own.log().expand_as(mean)
    assert gaussian_total_correlation(mean, logvar) == pytest.approx(-0.5 * math.log(1 - rho**2), abs=1e-9)


def test_gaussian_tc_equals_its_definition() -> None:
    q = draw_posteriors()
    covariance = torch.cov(q.mean.T, correction=0) + torch.diag(q.logvar.exp().mean(dim=0))
    expected = 0.5 * (covariance.diagonal().log().sum() - torch.logdet(covariance))
    assert gaussian_total_correlation(*q) == pytest.approx(expected.item(), abs=1e-9)


def test_a_singular_covariance_has_infinite_total_correlation() -> None:
    mean = draw_codes(200, torch.eye(3, dtype=torch.float64))
    dependent = torch.cat([mean, mean @ torch.tensor([[1.0], [2.0], [-3.0]], dtype=torch.float64)], dim=1)
    constant_dimension = torch.cat([mean, torch.full((200, 1), 0.3, dtype=torch.float64)], dim=1)
    assert gaussian_total_correlation(dependent, None) == math.inf
    assert gaussian_total_correlation(constant_dimension, None) == math.inf
    assert gaussian_total_correlation(draw_posteriors(n=5).mean, None) == math.inf
    assert math.isfinite(gaussian_total_correlation(dependent, constant_logvar(dependent, 0.1)))


def test_one_dimension_has_no_total_correlation() -> None:
    q = draw_posteriors(dim=1)
    assert gaussian_total_correlation(*q) == pytest.approx(0, abs=1e-12)
    assert decompose_codes(*q).total_correlation == pytest.approx(0, abs=1e-12)


def test_posteriors_equal_to_the_prior_have_no_information() -> None:
    result = decompose_codes(torch.zeros(50, 3), torch.zeros(50, 3))
    assert parts(result) == pytest.approx((0, 0, 0, 0), abs=1e-12)
    assert not result.saturated


def test_an_aggregate_equal_to_the_prior_has_mutual_information_alone() -> None:
    mean = draw_codes(3000, 0.5 * torch.eye(2, dtype=torch.float64))
    result = decompose_codes(mean, constant_logvar(mean, 0.5))
    assert gaussian_total_correlation(mean, constant_logvar(mean, 0.5)) == pytest.approx(0, abs=1e-9)
    # per dimension log(1 / 0.5) / 2
    assert parts(result) == pytest.approx((math.log(2), 0, 0, math.log(2)), abs=0.03)


def test_a_correlated_aggregate_shows_its_total_correlation() -> None:
    rho = 0.8
    covariance = torch.tensor([[1.0, rho], [rho, 1.0]], dtype=torch.float64)
    mean = draw_codes(3000, covariance - 0.15 * torch.eye(2, dtype=torch.float64))
    result = decompose_codes(mean, constant_logvar(mean, 0.15))
    assert result.total_correlation == pytest.approx(-0.5 * math.log(1 - rho**2), abs=0.04)
    assert result.dimension_wise_kl == pytest.approx(0, abs=0.03)


def test_k_separate_components_have_information_log_k() -> None:
    mean = 100 * torch.arange(8.0).repeat(25)[:, None].expand(200, 2)
    result = decompose_codes(mean, constant_logvar(mean, 1e-4))
    assert result.mutual_information == pytest.approx(math.log(8), abs=1e-9)
    # two equal dimensions: TC is what the second repeats of the first
    assert result.total_correlation == pytest.approx(math.log(8), abs=1e-9)
    assert (result.n, result.log_n, result.saturated) == (200, math.log(200), False)


def test_as_many_components_as_pictures_saturate() -> None:
    mean = 100 * torch.arange(200.0)[:, None]
    result = decompose_codes(mean, constant_logvar(mean, 1e-4))
    assert result.mutual_information == pytest.approx(math.log(200), abs=1e-9)
    assert result.saturated


def test_the_dimension_wise_kl_of_a_mixture_equals_its_integral() -> None:
    mean = torch.tensor([[-1.0], [1.5]], dtype=torch.float64)
    logvar = torch.tensor([[0.3], [0.6]], dtype=torch.float64).log()
    z = torch.linspace(-15, 15, 30_001, dtype=torch.float64)
    log_q = torch.logsumexp(DiagonalGaussian(mean, logvar).log_prob(z).double(), dim=0) - math.log(2)
    log_p = -0.5 * (z.square() + math.log(2 * math.pi))
    integral = torch.trapezoid(log_q.exp() * (log_q - log_p), z).item()
    assert decompose_codes(mean, logvar, samples=100_000).dimension_wise_kl == pytest.approx(integral, abs=0.01)


def test_all_parts_of_an_overlapping_mixture_equal_their_integrals() -> None:
    """Three posteriors of different widths overlap in two dimensions: no part is 0 or at its bound."""
    q = DiagonalGaussian(
        torch.tensor([[-1.0, -0.8], [0.9, 1.2], [0.2, -0.1]], dtype=torch.float64),
        torch.tensor([[0.3, 0.5], [0.4, 0.2], [0.6, 0.3]], dtype=torch.float64).log(),
    )
    line = torch.linspace(-7, 7, 701, dtype=torch.float64)
    z, cell = torch.cartesian_prod(line, line), (14 / 700) ** 2
    each = q.log_prob(z[:, None]).sum(dim=2)  # (cells, 3)
    log_q = torch.logsumexp(each, dim=1) - math.log(3)
    single = torch.logsumexp(q.log_prob(z[:, None]), dim=1).sum(dim=1) - 2 * math.log(3)
    log_p = -0.5 * z.square().sum(dim=1) - math.log(2 * math.pi)
    information = (each.exp() * (each - log_q[:, None])).sum() * cell / 3
    correlation, kl = ((log_q.exp() * ratio).sum() * cell for ratio in (log_q - single, single - log_p))
    assert min(information, correlation, kl) > 0.05
    expected = [part.item() for part in (information, correlation, kl)]
    assert sum(expected) == pytest.approx(q.kl().sum(dim=1).mean().item(), abs=1e-4)
    assert parts(decompose_codes(*q, samples=200_000))[:3] == pytest.approx(expected, abs=0.01)


def test_the_parts_sum_to_the_kl_of_the_closed_form() -> None:
    q = draw_posteriors()
    result = decompose_codes(*q, samples=20_000)
    assert sum(parts(result)[:3]) == pytest.approx(result.kl, abs=1e-9)
    assert result.kl == pytest.approx(q.kl().sum(dim=1).mean().item(), abs=0.05)


def test_float32_posteriors_are_decomposed_in_float64() -> None:
    q = DiagonalGaussian(*(t.float() for t in draw_posteriors()))
    assert decompose_codes(*q) == decompose_codes(q.mean.double(), q.logvar.double())


def test_the_aggregate_posterior_is_the_mixture() -> None:
    q = draw_posteriors()
    z = q.mean[:4] + 0.3
    log_joint, log_marginals = log_aggregate_posterior(z, q)
    log_q = q.log_prob(z[:, None])  # (4, N, D)
    torch.testing.assert_close(log_joint, log_q.sum(dim=2).exp().mean(dim=1).log())
    torch.testing.assert_close(log_marginals, log_q.exp().mean(dim=1).log())


def test_the_order_of_dimensions_does_not_matter() -> None:
    q, order = draw_posteriors(), torch.tensor([3, 0, 4, 1, 2])
    turned = DiagonalGaussian(q.mean[:, order], q.logvar[:, order])
    log_joint, log_marginals = log_aggregate_posterior(q.mean, q)
    turned_joint, turned_marginals = log_aggregate_posterior(q.mean[:, order], turned)
    torch.testing.assert_close(turned_joint, log_joint, atol=1e-12, rtol=0)
    assert torch.equal(turned_marginals, log_marginals[:, order])
    assert gaussian_total_correlation(*turned) == pytest.approx(gaussian_total_correlation(*q), abs=1e-12)
    assert parts(decompose_codes(*turned, samples=20_000)) == pytest.approx(
        parts(decompose_codes(*q, samples=20_000)), abs=0.05
    )


@pytest.mark.parametrize("chunk", [1, 100, 7 * 60])
def test_chunk_size_does_not_change_the_decomposition(chunk: int) -> None:
    q = draw_posteriors()
    at_once, pieces = (
        decompose(q, samples=500, generator=Generator().manual_seed(0), chunk=size) for size in (10**9, chunk)
    )
    assert parts(pieces) == pytest.approx(parts(at_once), abs=1e-12)


def test_every_posterior_is_sampled_equally_often() -> None:
    """Two components of unequal variance and two samples: one of each, never one twice."""
    mean = torch.zeros(2, 1, dtype=torch.float64)
    logvar = torch.tensor([[-40.0], [0.0]], dtype=torch.float64)
    for seed in range(8):
        assert decompose_codes(mean, logvar, samples=2, seed=seed).kl == pytest.approx(0.5 * 19.5, abs=3)


def test_an_empty_decomposition_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        decompose_codes(torch.zeros(3, 2), torch.zeros(3, 2), samples=0)
    with pytest.raises(ValueError, match="at least one"):
        decompose_codes(torch.zeros(0, 2), torch.zeros(0, 2))


def test_independent_dimensions_have_no_dependence_beyond_chance() -> None:
    """Pictures of one person are alike, so that chance is more than it is between as many people."""
    corrected, chances = [], []
    for seed in range(20):
        generator = torch.Generator().manual_seed(seed)
        people = torch.arange(100).repeat_interleave(5)
        codes = torch.randn(100, 6, generator=generator, dtype=torch.float64)[people]
        codes = codes + 0.3 * torch.randn(500, 6, generator=generator, dtype=torch.float64)
        for clusters in (people, None):
            found = measure_dependence(codes, None, clusters=clusters, permutations=5, generator=generator)
            if clusters is not None:
                corrected.append(found.corrected.value)
            chances.append(found.chance)
    over_people, over_pictures = sum(chances[::2]) / 20, sum(chances[1::2]) / 20
    assert over_people == pytest.approx(15 / 2 / 100, rel=0.3)
    assert over_pictures < 0.4 * over_people
    assert abs(sum(corrected) / 20) < 0.15 * over_people


def test_dependence_of_linear_codes_is_the_closed_form() -> None:
    generator = torch.Generator().manual_seed(0)
    codes = torch.randn(4000, 2, generator=generator, dtype=torch.float64)
    codes[:, 1] = 0.6 * codes[:, 0] + 0.8 * codes[:, 1]
    found = measure_dependence(codes, torch.full_like(codes, -30), permutations=5, generator=generator)
    assert found.corrected.interval
    assert found.corrected.interval[0] < -math.log(1 - 0.36) / 2 < found.corrected.interval[1]
    assert found.corrected.value == pytest.approx(found.value - found.chance)
    assert 0 <= found.chance < 0.002


def test_dependence_over_people_does_not_change_with_the_number_of_copies() -> None:
    codes = torch.randn(60, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    once, copies = (
        measure_dependence(
            codes.repeat_interleave(k, dim=0),
            None,
            clusters=torch.arange(60).repeat_interleave(k),
            generator=torch.Generator().manual_seed(1),
        )
        for k in (1, 4)
    )
    assert copies.chance == pytest.approx(once.chance)
    assert copies.corrected.interval == pytest.approx(once.corrected.interval)


def test_singular_codes_have_no_dependence_that_is_a_number() -> None:
    codes = torch.randn(50, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).expand(-1, 2)
    assert math.isnan(measure_dependence(codes, None, generator=torch.Generator()).corrected.value)
