import torch

from train.evaluation.inference import Codes, fitted_prior


def test_the_fitted_prior_has_the_moments_of_codes_drawn_from_the_posteriors() -> None:
    generator = torch.Generator().manual_seed(0)
    mixing = torch.tensor([[1.0, 0.5], [0.0, 0.3]], dtype=torch.float64)
    mean = torch.randn(400, 2, generator=generator, dtype=torch.float64) @ mixing + 2
    logvar = torch.randn(400, 2, generator=generator, dtype=torch.float64) - 1
    noise = torch.randn(2000, 400, 2, generator=generator, dtype=torch.float64)
    z = (mean + (0.5 * logvar).exp() * noise).flatten(0, 1)
    centre, covariance = fitted_prior(Codes(mean, logvar))
    torch.testing.assert_close(centre, z.mean(dim=0), atol=0.01, rtol=0)
    torch.testing.assert_close(covariance, torch.cov(z.T), atol=0.01, rtol=0)


def test_point_codes_with_a_dead_dimension_still_have_a_prior_that_can_be_drawn_from() -> None:
    mean = torch.randn(50, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    mean[:, 1] = 4.0
    centre, covariance = fitted_prior(Codes(mean, None))
    torch.testing.assert_close(covariance, torch.cov(mean.T, correction=0), atol=1e-5, rtol=0)
    scale = torch.linalg.cholesky(covariance)
    assert scale[1, 1] < 1e-2
    torch.testing.assert_close(centre[1].item(), 4.0)
