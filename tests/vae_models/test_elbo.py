import torch

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
