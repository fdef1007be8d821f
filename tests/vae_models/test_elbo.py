import math

import torch
from torch.distributions import Bernoulli, Normal

from vae_models import Autoencoder, ModelConfig
from vae_models.elbo import negative_elbo
from vae_models.objective import VAE, Objective


@torch.no_grad()
def test_the_bound_is_the_vaes_loss_whose_noise_it_is_given() -> None:
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
def test_a_point_code_has_its_weighted_squared_error_and_no_kl() -> None:
    model = Autoencoder(ModelConfig(width=4, latent_dim=4, stochastic=False)).eval()
    x = torch.rand(2, 3, 64, 64)
    bound = negative_elbo(
        model, x, model.encode(x), objective=Objective(kl=0.0, distortion_weight=0.5), noise=torch.zeros(1, 2, 4)
    )
    error = (x - model.reconstruct(x)).square().sum(dim=(1, 2, 3))
    torch.testing.assert_close(bound.total, 0.5 * error)
    assert bound.kl is None


@torch.no_grad()
def test_a_bernoulli_bound_is_below_the_likelihood_that_sampling_estimates() -> None:
    """log p(x) >= ELBO; importance weights of many codes come from below to log p(x) (Burda et al. 2016)."""
    torch.manual_seed(0)
    model = Autoencoder(ModelConfig(channels=1, width=4, latent_dim=2)).eval()
    x = (torch.rand(3, 1, 64, 64) < 0.5).float()
    posterior, noise = model.encode(x), torch.randn(256, 3, 2)
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
    assert bound.total.max() < 64 * 64  # log 2 a pixel, for a decoder that has learnt nothing
