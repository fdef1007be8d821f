import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest
import torch
from torch import Tensor
from torch.distributions import Bernoulli, Normal

from vae_models import Autoencoder, ModelConfig
from vae_models.distributions import DiagonalGaussian
from vae_models.objectives.elbo import log_weights, negative_elbo
from vae_models.objectives.objective import VAE, Objective


def encode(model: Autoencoder, x: Tensor) -> DiagonalGaussian:
    posterior = model.encode(x)
    assert isinstance(posterior, DiagonalGaussian)
    return posterior


def decoder_only(decoder: Callable[[Tensor], Tensor]) -> Autoencoder:
    """Replace a model by a function: the bounds use nothing but its decoder."""
    return cast(Autoencoder, SimpleNamespace(decoder=decoder))


@torch.no_grad()
def test_the_elbo_equals_the_vae_loss_for_the_same_noise() -> None:
    torch.manual_seed(0)
    model = Autoencoder(ModelConfig(width=4, latent_dim=4)).eval()
    x = torch.rand(5, 3, 64, 64)
    out = model(x, torch.Generator().manual_seed(3))
    noise = torch.randn(5, 4, generator=torch.Generator().manual_seed(3))
    bound = negative_elbo(model, x, model.encode(x), objective=VAE, noise=noise[None])
    torch.testing.assert_close(bound.total.mean(), VAE(VAE.terms(x, out)))
    both = negative_elbo(model, x, model.encode(x), objective=VAE, noise=torch.stack([noise, -noise]))
    other = negative_elbo(model, x, model.encode(x), objective=VAE, noise=-noise[None])
    torch.testing.assert_close(both.total, (bound.total + other.total) / 2)


@torch.no_grad()
def test_a_point_code_has_weighted_squared_error_and_no_kl() -> None:
    model = Autoencoder(ModelConfig(width=4, latent_dim=4, stochastic=False)).eval()
    x = torch.rand(2, 3, 64, 64)
    bound = negative_elbo(
        model, x, model.encode(x), objective=Objective(kl=0.0, distortion_weight=0.5), noise=torch.zeros(1, 2, 4)
    )
    error = (x - model.reconstruct(x)).square().sum(dim=(1, 2, 3))
    torch.testing.assert_close(bound.total, 0.5 * error)
    assert bound.kl is None


@torch.no_grad()
def test_a_bernoulli_elbo_is_below_the_sampled_likelihood() -> None:
    """Importance weights of many codes approach log p(x), which the ELBO bounds, from below (Burda et al. 2016)."""
    torch.manual_seed(0)
    model = Autoencoder(ModelConfig(channels=1, width=4, latent_dim=2)).eval()
    x = (torch.rand(3, 1, 64, 64) < 0.5).float()
    posterior, noise = encode(model, x), torch.randn(64, 3, 2)
    bound = negative_elbo(model, x, posterior, objective=Objective(distortion="bernoulli"), noise=noise)
    codes = posterior.mean + torch.exp(0.5 * posterior.logvar) * noise
    likelihood = torch.stack(
        [Bernoulli(logits=model.decoder(z)).log_prob(x).sum(dim=(1, 2, 3)) for z in codes]
    )  # (S, B)
    torch.testing.assert_close(bound.distortion, -likelihood.mean(dim=0))
    prior = Normal(0, 1).log_prob(codes).sum(dim=2)
    proposal = Normal(posterior.mean, torch.exp(0.5 * posterior.logvar)).log_prob(codes).sum(dim=2)
    log_p = torch.logsumexp(likelihood + prior - proposal, dim=0) - math.log(len(codes))
    assert (bound.total >= -log_p - 1e-2).all()
    assert bound.total.max() < 64 * 64  # log 2 per pixel for an untrained decoder


@torch.no_grad()
def test_importance_weights_average_to_the_sampled_elbo() -> None:
    torch.manual_seed(1)
    model = Autoencoder(ModelConfig(width=4, latent_dim=4)).eval().double()
    x = torch.rand(3, 3, 64, 64, dtype=torch.float64)
    q = encode(model, x)
    noise = torch.randn(6, 3, 4, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    objective = Objective(kl=7.0, distortion_weight=0.3)
    weights = log_weights(model, x, q, objective=objective, noise=noise)
    z = q.mean + (0.5 * q.logvar).exp() * noise
    prior = DiagonalGaussian(torch.zeros_like(z), torch.zeros_like(z))
    divergence = (q.log_prob(z) - prior.log_prob(z)).sum(dim=2)
    bound = negative_elbo(model, x, q, objective=objective, noise=noise)
    torch.testing.assert_close(-weights.mean(dim=0), bound.total + divergence.mean(dim=0) - q.kl().sum(dim=1))


@torch.no_grad()
def test_linear_gaussian_weights_are_the_likelihood_without_the_constant() -> None:
    """The decoder returns 1/2 + W z: with the true posterior every weight is log p(x) + (n / 2) log(pi / w)."""
    generator, w, n, d = torch.Generator().manual_seed(0), 40.0, 12, 3
    columns = 0.03 * torch.linalg.qr(torch.randn(n, d, generator=generator, dtype=torch.float64)).Q
    model = decoder_only(lambda z: torch.logit(0.5 + z @ columns.T))
    x = 0.5 + 0.1 * torch.randn(4, n, generator=generator, dtype=torch.float64)
    variance = 1 / (2 * w)
    precision = 1 + (columns.T @ columns).diagonal() / variance
    q = DiagonalGaussian((x - 0.5) @ columns / variance / precision, -precision.log().expand(4, d))
    noise = torch.randn(8, 4, d, generator=generator, dtype=torch.float64)
    weights = log_weights(model, x, q, objective=Objective(distortion_weight=w), noise=noise)
    covariance = columns @ columns.T + variance * torch.eye(n, dtype=torch.float64)
    likelihood = torch.distributions.MultivariateNormal(torch.full((n,), 0.5).double(), covariance).log_prob(x)
    expected = likelihood + n / 2 * math.log(math.pi / w)
    torch.testing.assert_close(weights, expected.expand(8, 4))
    many = torch.randn(4000, 4, d, generator=generator, dtype=torch.float64)
    bound = negative_elbo(model, x, q, objective=Objective(distortion_weight=w), noise=many)
    torch.testing.assert_close(-bound.total, expected, atol=0.1, rtol=0)


@torch.no_grad()
def test_bernoulli_weights_leave_out_no_constant() -> None:
    """A decoder that ignores the code gives the log p(x) of n fair coins."""
    model = decoder_only(lambda z: torch.zeros(len(z), 1, 4, 4))
    q = DiagonalGaussian(torch.zeros(2, 3), torch.zeros(2, 3))
    x = torch.ones(2, 1, 4, 4)
    weights = log_weights(model, x, q, objective=Objective(distortion="bernoulli"), noise=torch.randn(5, 2, 3))
    assert weights.flatten().tolist() == pytest.approx([-16 * math.log(2)] * 10)
