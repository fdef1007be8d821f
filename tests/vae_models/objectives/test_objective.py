import math
from dataclasses import replace
from typing import Literal

import pytest
import torch
from torch import Tensor
from torch.distributions import Normal

from vae_models import Autoencoder, ModelConfig, Objective
from vae_models.catalogue import Estimator
from vae_models.distributions import DiagonalGaussian
from vae_models.objectives.objective import (
    AE,
    BETA_TCVAE,
    BETA_VAE,
    VAE,
    PictureWeights,
    Terms,
    at_beta,
    bernoulli,
    beta_tcvae,
    beta_vae,
    squared_error,
)
from vae_models.objectives.total_correlation import stratified_log_weights, total_correlation


def draw(batch: int, dim: int, seed: int = 0, logvar: float = -1.0) -> tuple[Tensor, DiagonalGaussian]:
    generator = torch.Generator().manual_seed(seed)
    mean = torch.randn(batch, dim, generator=generator, dtype=torch.float64)
    posterior = DiagonalGaussian(mean, torch.full_like(mean, logvar))
    return posterior.sample(generator), posterior


def weights_by_definition(batch: int, n: int, estimator: Estimator) -> list[list[float]]:
    """Compute the weights of Chen et al. 2018, appendix C: entry (i, j) weighs q(z_i|x_j)."""
    if estimator == "mws":
        return [[1 / (n * batch)] * batch for _ in range(batch)]
    m = batch - 1
    rows = []
    for i in range(batch):
        row = [1 / m] * batch
        row[i] = 1 / n
        row[(i + 1) % batch] = (n - m) / (n * m)
        rows.append(row)
    return rows


def brute_force(z: Tensor, posterior: DiagonalGaussian, n: int, estimator: Estimator) -> float:
    """Compute TC from the definitions, one number at a time."""
    batch, dim = z.shape
    weights = weights_by_definition(batch, n, estimator)
    density = Normal(posterior.mean[None], (0.5 * posterior.logvar).exp()[None]).log_prob(z[:, None]).exp()
    total = 0.0
    for i in range(batch):
        joint = sum(weights[i][j] * math.prod(density[i, j].tolist()) for j in range(batch))
        marginals = [sum(weights[i][j] * density[i, j, d].item() for j in range(batch)) for d in range(dim)]
        total += math.log(joint) - sum(math.log(marginal) for marginal in marginals)
    return total / batch


@pytest.mark.parametrize("estimator", ["mws", "mss"])
@pytest.mark.parametrize(("batch", "dim", "n"), [(2, 2, 2), (6, 3, 50), (9, 4, 9)])
def test_total_correlation_equals_its_definition(estimator: Estimator, batch: int, dim: int, n: int) -> None:
    z, posterior = draw(batch, dim)
    estimate = total_correlation(z, posterior, dataset_size=n, estimator=estimator)
    assert estimate.item() == pytest.approx(brute_force(z, posterior, n, estimator), rel=1e-10)


@pytest.mark.parametrize(("batch", "n"), [(2, 2), (2, 1000), (7, 7), (128, 37_533)])
def test_stratified_weights_sum_to_one_with_one_over_n_on_the_diagonal(batch: int, n: int) -> None:
    weights = stratified_log_weights(batch, n).exp()
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(batch, dtype=torch.float64))
    torch.testing.assert_close(weights.diagonal(), torch.full((batch,), 1 / n, dtype=torch.float64))


def test_mss_sees_no_correlation_in_a_factorised_posterior() -> None:
    """D = 10 independent dimensions with about 2 nats in total: common mistakes give 10 nats and more."""
    variance = math.exp(-0.4)  # z ~ N(0, 1) in every dimension: mean variance 1 - variance
    generator = torch.Generator().manual_seed(0)
    mean = math.sqrt(1 - variance) * torch.randn(128, 10, generator=generator)
    posterior = DiagonalGaussian(mean, torch.full_like(mean, math.log(variance)))
    assert posterior.kl().sum(dim=1).mean().item() == pytest.approx(2, abs=0.3)
    estimates = [
        total_correlation(posterior.sample(generator), posterior, dataset_size=37_533, estimator="mss").item()
        for _ in range(20)
    ]
    assert abs(sum(estimates) / len(estimates)) < 0.5


@pytest.mark.parametrize("rho", [0.5, 0.9])
def test_both_estimators_recover_a_gaussian_pairs_correlation(rho: float) -> None:
    """Compare with TC = -log(1 - rho^2) / 2 of z ~ N(0, [[1, rho], [rho, 1]])."""
    n = batch = 2048
    variance = 0.05
    generator = torch.Generator().manual_seed(0)
    covariance = torch.tensor([[1 - variance, rho], [rho, 1 - variance]], dtype=torch.float64)
    noise = torch.randn(batch, 2, generator=generator, dtype=torch.float64)
    mean = noise @ torch.linalg.cholesky(covariance).T
    posterior = DiagonalGaussian(mean, torch.full_like(mean, math.log(variance)))
    z = posterior.sample(generator)
    exact = -0.5 * math.log(1 - rho**2)
    mss = total_correlation(z, posterior, dataset_size=n, estimator="mss").item()
    mws = total_correlation(z, posterior, dataset_size=n, estimator="mws").item()
    assert mss == pytest.approx(exact, abs=0.05)
    assert mws - math.log(n) == pytest.approx(exact, abs=0.05)  # minus (D - 1) log N


def gradient_of(objective: Objective) -> list[Tensor]:
    torch.manual_seed(0)
    model = Autoencoder(ModelConfig(width=4, latent_dim=4)).double()
    x = torch.rand(6, 3, 64, 64, dtype=torch.float64)
    out = model(x, torch.Generator().manual_seed(1))
    objective(objective.terms(x, out, dataset_size=100)).backward()
    return [parameter.grad for parameter in model.parameters() if parameter.grad is not None]


@pytest.mark.parametrize("same", [beta_vae(1.0), beta_tcvae(1.0), beta_tcvae(1.0, "mss")])
def test_beta_one_has_the_gradient_of_the_vae(same: Objective) -> None:
    for ours, vaes in zip(gradient_of(same), gradient_of(VAE), strict=True):
        assert torch.equal(ours, vaes)


@pytest.mark.parametrize("estimator", ["mws", "mss"])
def test_total_correlation_changes_the_gradient(estimator: Estimator) -> None:
    assert not all(
        torch.equal(a, b) for a, b in zip(gradient_of(beta_tcvae(20.0, estimator)), gradient_of(VAE), strict=True)
    )


def test_the_loss_is_the_weighted_sum_of_its_terms() -> None:
    torch.manual_seed(0)
    model = Autoencoder(ModelConfig(width=4, latent_dim=4))
    x = torch.rand(5, 3, 64, 64)
    objective = Objective(kl=3.0, tc=7.0, distortion_weight=0.25, tc_estimator="mss")
    with torch.no_grad():
        out = model(x, torch.Generator().manual_seed(1))
        terms = objective.terms(x, out, dataset_size=50)
        summed = 0.25 * ((x - out.reconstruction) ** 2).sum() / 5 + 3 * out.posterior.kl().sum() / 5
        tc = total_correlation(out.z, out.posterior, dataset_size=50, estimator="mss")
    torch.testing.assert_close(objective(terms), summed + 7 * tc)


def test_bernoulli_distortion_is_the_pixels_negative_log_likelihood() -> None:
    generator = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(4, 1, 8, 8, generator=generator, dtype=torch.float64)
    x = (torch.rand(4, 1, 8, 8, generator=generator) < 0.5).double()
    likelihood = torch.distributions.Bernoulli(logits=logits).log_prob(x)
    torch.testing.assert_close(bernoulli(x, logits), -likelihood.sum(dim=(1, 2, 3)))
    # a fair coin costs log 2 per pixel
    assert bernoulli(x, torch.zeros_like(x)).tolist() == pytest.approx([64 * math.log(2)] * 4)
    # logits of no representable probability still have a finite cost, in single precision
    assert bernoulli(torch.ones(1, 1), torch.full((1, 1), -1000.0)).item() == pytest.approx(1000)


def test_the_loss_uses_the_chosen_distortion() -> None:
    torch.manual_seed(0)
    x = (torch.rand(5, 1, 64, 64) < 0.5).float()
    out = Autoencoder(ModelConfig(channels=1, width=4, latent_dim=4))(x)
    binary = Objective(distortion="bernoulli", distortion_weight=0.5)
    expected = 0.5 * bernoulli(x, out.logits).mean() + out.posterior.kl().sum(dim=1).mean()
    torch.testing.assert_close(binary(binary.terms(x, out)), expected)
    with pytest.raises(ValueError, match="bernoulli"):
        Objective(distortion="cross_entropy")  # type: ignore[arg-type]


def test_squared_error_sums_over_pixels_and_channels() -> None:
    assert squared_error(torch.ones(2, 3, 4, 4), torch.zeros(2, 3, 4, 4)).tolist() == [48.0, 48.0]


def test_the_four_objectives_have_the_reports_weights() -> None:
    assert [(o.kl, o.tc, o.distortion_weight) for o in (AE, VAE, BETA_VAE, BETA_TCVAE)] == [
        (0, 0, 1),
        (1, 0, 1),
        (5, 0, 1),
        (1, 19, 1),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [("kl", -1.0), ("tc", math.nan), ("distortion_weight", math.inf), ("distortion_weight", 0.0)],
)
def test_negative_infinite_or_missing_weights_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        replace(VAE, **{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("objective", [VAE, Objective(kl=0, tc=1)])
def test_a_point_code_with_kl_or_tc_is_refused(objective: Objective) -> None:
    model = Autoencoder(ModelConfig(width=4, latent_dim=4, stochastic=False))
    x = torch.rand(2, 3, 64, 64)
    with pytest.raises(ValueError, match="stochastic=True"):
        objective.terms(x, model(x), dataset_size=10)


def test_a_gaussian_code_without_kl_is_refused() -> None:
    with pytest.raises(ValueError, match="stochastic=False"):
        AE.check_posterior(stochastic=True)


@pytest.mark.parametrize(
    ("batch", "size", "estimator", "reason"),
    [
        (4, None, "mws", "needs dataset_size"),
        (4, 3, "mws", "smaller than the batch"),
        (4, 3, "mss", "smaller than the batch"),
        (1, 10, "mss", "at least 2"),
    ],
)
def test_impossible_estimates_are_refused(
    batch: int, size: int | None, estimator: Literal["mws", "mss"], reason: str
) -> None:
    z, posterior = draw(batch, 2)
    with pytest.raises(ValueError, match=reason):
        total_correlation(z, posterior, dataset_size=size, estimator=estimator)


def test_tcvae_needs_beta_of_at_least_one() -> None:
    with pytest.raises(ValueError, match="negative"):
        beta_tcvae(0.5)


def test_pictures_may_have_weights_of_their_own() -> None:
    generator = torch.Generator().manual_seed(0)
    distortion, kl = torch.rand(4, generator=generator), torch.rand(4, 3, generator=generator)
    terms, objective = Terms(distortion, kl, torch.tensor(0.0)), Objective(distortion_weight=2.0)
    betas, weights = [1.0, 2.0, 5.0, 50.0], [1.0, 0.5, 0.25, 0.1]
    loss = objective(terms, PictureWeights(torch.tensor(weights), kl=torch.tensor(betas)))
    single = [
        weight * replace(objective, kl=beta)(Terms(distortion[i : i + 1], kl[i : i + 1], terms.tc)).item()
        for i, (beta, weight) in enumerate(zip(betas, weights, strict=True))
    ]
    assert loss.item() == pytest.approx(sum(single) / 4)
    same = PictureWeights(torch.ones(4), kl=torch.full((4,), objective.kl))
    assert objective(terms, same).item() == pytest.approx(objective(terms).item())


def test_a_picture_s_weight_holds_for_its_share_of_the_tc() -> None:
    terms, objective = Terms(torch.tensor([3.0, 5.0]), torch.tensor([[1.0], [2.0]]), torch.tensor(0.5)), beta_tcvae(5)
    assert objective(terms, PictureWeights(torch.full((2,), 0.25))).item() == pytest.approx(objective(terms).item() / 4)
    halves = [objective(terms, PictureWeights(torch.tensor(weights))).item() for weights in ([1.0, 0.0], [0.0, 1.0])]
    assert sum(halves) == pytest.approx(objective(terms).item())


def test_another_beta_changes_the_weight_of_its_term_alone() -> None:
    objective = Objective(distortion_weight=2.0, tc_estimator="mss")
    assert at_beta(objective, "kl", 5) == replace(objective, kl=5)
    assert at_beta(objective, "tc", 5) == replace(objective, tc=4)
    assert at_beta(objective, "kl", 1) == at_beta(objective, "tc", 1) == objective
