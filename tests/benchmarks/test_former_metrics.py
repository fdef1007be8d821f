"""The quicker metrics have the numbers of the former ones, which follow the definitions."""

import torch
from torch import Generator

from benchmarks.former_metrics import convolved_ssim, log_aggregate_by_definition, variance_by_torch
from metrics.latent import log_aggregate_posterior
from metrics.reconstruction import ssim, unexplained_variance
from vae_models.distributions import DiagonalGaussian


def test_densities_of_the_aggregate_are_those_of_the_definition() -> None:
    generator = Generator().manual_seed(0)
    mean, logvar = torch.randn(2, 300, 5, generator=generator, dtype=torch.float64)
    posterior = DiagonalGaussian(mean, 3 * logvar)
    z = 3 * torch.randn(70, 5, generator=generator, dtype=torch.float64)
    z[0] = 1e4  # so far from every mean that no density is above 0
    for now, before in zip(
        log_aggregate_posterior(z, posterior, chunk=4000), log_aggregate_by_definition(z, posterior), strict=True
    ):
        torch.testing.assert_close(now, before, rtol=1e-12, atol=1e-12)


def test_scores_of_images_are_those_of_the_former_metrics() -> None:
    x, y = torch.rand(2, 4, 3, 64, 64, generator=Generator().manual_seed(0), dtype=torch.float64)
    for now, before in ((ssim, convolved_ssim), (unexplained_variance, variance_by_torch)):
        torch.testing.assert_close(now(x, y), before(x, y), rtol=1e-10, atol=1e-12)


def test_a_bright_flat_image_is_scored_as_closely_in_float32() -> None:
    """Where an image hardly varies, rounding must not look like variance."""
    x = 0.9 + 0.01 * torch.rand(2, 3, 64, 64, generator=Generator().manual_seed(0))
    y = x.flip(3)
    exact = ssim(x.double(), y.double())
    torch.testing.assert_close(ssim(x, y).double(), exact, rtol=0, atol=5e-6)  # the former: 5e-5
