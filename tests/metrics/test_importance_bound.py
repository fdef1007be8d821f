"""The bound for a linear Gaussian model x = W z + b + noise of variance v, whose log p(x) is known."""

import math

import pytest
import torch
from torch import Generator, Tensor

from metrics.importance_bound import importance_weighted_bound
from vae_models.distributions import DiagonalGaussian

D, N, VARIANCE = 2, 5, 0.5
W = torch.tensor([[1.0, 0.2], [0.3, -1.0], [0.5, 0.5], [0.0, 0.7], [-0.4, 0.1]], dtype=torch.float64)
B = torch.linspace(-1, 1, N, dtype=torch.float64)
X = torch.randn(4, N, generator=Generator().manual_seed(0), dtype=torch.float64)
MARGINAL = torch.distributions.MultivariateNormal(B, W @ W.T + VARIANCE * torch.eye(N, dtype=torch.float64))


def log_weights(q: DiagonalGaussian, samples: int, seed: int = 0) -> Tensor:
    """Compute log p(x|z) + log p(z) - log q(z|x) (K, B), constants included."""
    noise = torch.randn(samples, len(X), D, generator=Generator().manual_seed(seed), dtype=torch.float64)
    z = q.mean + torch.exp(0.5 * q.logvar) * noise
    likelihood = -0.5 * ((X - z @ W.T - B).square() / VARIANCE + math.log(2 * math.pi * VARIANCE)).sum(dim=2)
    prior = DiagonalGaussian(torch.zeros_like(z), torch.zeros_like(z)).log_prob(z).sum(dim=2)
    return likelihood + prior - q.log_prob(z).sum(dim=2)


def precision() -> Tensor:
    return torch.eye(D, dtype=torch.float64) + W.T @ W / VARIANCE


def too_wide() -> DiagonalGaussian:
    """Return a proposal with the right mean and twice the posterior's standard deviations."""
    covariance = torch.linalg.inv(precision())
    mean = (X - B) @ W @ covariance / VARIANCE
    return DiagonalGaussian(mean, (4 * covariance.diagonal()).log().expand_as(mean))


def test_with_the_true_posterior_every_weight_is_the_log_likelihood() -> None:
    """W with orthogonal columns makes the posterior diagonal, like an encoder's."""
    turned = W @ torch.linalg.eigh(W.T @ W).eigenvectors
    covariance = torch.linalg.inv(torch.eye(D, dtype=torch.float64) + turned.T @ turned / VARIANCE)
    mean = (X - B) @ turned @ covariance / VARIANCE
    q = DiagonalGaussian(mean, covariance.diagonal().log().expand_as(mean))
    noise = torch.randn(7, len(X), D, generator=Generator().manual_seed(1), dtype=torch.float64)
    z = q.mean + torch.exp(0.5 * q.logvar) * noise
    likelihood = -0.5 * ((X - z @ turned.T - B).square() / VARIANCE + math.log(2 * math.pi * VARIANCE)).sum(dim=2)
    prior = DiagonalGaussian(torch.zeros_like(z), torch.zeros_like(z)).log_prob(z).sum(dim=2)
    weights = likelihood + prior - q.log_prob(z).sum(dim=2)
    for samples in (1, 7):
        torch.testing.assert_close(importance_weighted_bound(weights[:samples]), MARGINAL.log_prob(X))


def test_one_sample_gives_the_elbo_more_a_tighter_bound() -> None:
    q, truth = too_wide(), MARGINAL.log_prob(X)
    weights = log_weights(q, 64 * 2000)
    bounds = {k: _means(weights, k) for k in (1, 2, 4, 16, 64)}
    expected = -0.5 * ((X - q.mean @ W.T - B).square().sum(dim=1) + (W.T @ W).diagonal() @ q.logvar.exp().T) / VARIANCE
    elbo = expected - 0.5 * N * math.log(2 * math.pi * VARIANCE) - q.kl().sum(dim=1)
    torch.testing.assert_close(bounds[1], elbo, atol=0.02, rtol=0)
    assert elbo.lt(truth - 0.2).all()
    for fewer, more in ((1, 2), (2, 4), (4, 16), (16, 64)):
        assert bounds[fewer].lt(bounds[more] + 1e-3).all()
    assert bounds[64].le(truth + 5e-3).all()
    torch.testing.assert_close(bounds[64], truth, atol=0.02, rtol=0)


def _means(weights: Tensor, samples: int) -> Tensor:
    """Average the bound with so many samples over all the weights. (B,)."""
    parts = weights.view(-1, samples, len(X)).transpose(0, 1).flatten(1)
    return importance_weighted_bound(parts).view(-1, len(X)).mean(dim=0)


def test_the_bound_neither_overflows_nor_underflows() -> None:
    weights = torch.tensor([[-3000.0, 3000.0], [-3000.0, 3000.0]])
    assert importance_weighted_bound(weights).tolist() == [-3000.0, 3000.0]
    assert importance_weighted_bound(weights).dtype == torch.float64


def test_shifted_weights_shift_the_bound() -> None:
    weights = log_weights(too_wide(), 5)
    torch.testing.assert_close(importance_weighted_bound(weights + 7), importance_weighted_bound(weights) + 7)


def test_a_bound_needs_at_least_one_sample() -> None:
    with pytest.raises(ValueError, match="no sample"):
        importance_weighted_bound(torch.zeros(0, 3))
