import torch
from torch.distributions import Normal, kl_divergence

from vae_models.distributions import DiagonalGaussian, Dirac


def gaussian(batch: int = 5, dim: int = 3) -> DiagonalGaussian:
    generator = torch.Generator().manual_seed(0)
    mean, logvar = torch.randn(2, batch, dim, generator=generator, dtype=torch.float64)
    return DiagonalGaussian(mean, logvar)


def reference(posterior: DiagonalGaussian) -> Normal:
    return Normal(posterior.mean, (0.5 * posterior.logvar).exp())


def test_kl_equals_torch_distributions() -> None:
    posterior = gaussian()
    standard = Normal(torch.zeros(3, dtype=torch.float64), torch.ones(3, dtype=torch.float64))
    torch.testing.assert_close(posterior.kl(), kl_divergence(reference(posterior), standard))


def test_kl_of_the_prior_is_zero() -> None:
    assert torch.equal(DiagonalGaussian(torch.zeros(2, 3), torch.zeros(2, 3)).kl(), torch.zeros(2, 3))


def test_log_prob_equals_torch_distributions_and_broadcasts() -> None:
    posterior = gaussian()
    z = torch.randn(7, 1, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    torch.testing.assert_close(posterior.log_prob(z), reference(posterior).log_prob(z))


def test_samples_have_the_mean_and_variance_of_the_posterior() -> None:
    mean = torch.tensor([[2.0, -1.0]]).expand(200_000, 2)
    logvar = torch.tensor([[-2.0, 0.5]]).expand(200_000, 2)
    z = DiagonalGaussian(mean, logvar).sample(torch.Generator().manual_seed(0))
    torch.testing.assert_close(z.mean(dim=0), mean[0], atol=0.02, rtol=0)
    torch.testing.assert_close(z.var(dim=0), logvar[0].exp(), atol=0.02, rtol=0)


def test_samples_are_reproducible_and_differentiable() -> None:
    posterior = gaussian()
    posterior.mean.requires_grad_()
    posterior.logvar.requires_grad_()
    first = posterior.sample(torch.Generator().manual_seed(3))
    assert torch.equal(first, posterior.sample(torch.Generator().manual_seed(3)))
    first.sum().backward()
    assert posterior.mean.grad is not None
    assert torch.equal(posterior.mean.grad, torch.ones(5, 3, dtype=torch.float64))
    # d z / d logvar = noise * sigma / 2
    torch.testing.assert_close(posterior.logvar.grad, 0.5 * (first - posterior.mean).detach())


def test_a_point_is_its_own_sample_without_randomness() -> None:
    generator = torch.Generator().manual_seed(0)
    before = generator.get_state()
    point = torch.ones(2, 3)
    assert Dirac(point).sample(generator) is point
    assert torch.equal(generator.get_state(), before)
