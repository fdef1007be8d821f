import math

import pytest
import torch

from metrics.reconstruction import mse, psnr, ssim, unexplained_variance

X, Y = torch.rand(2, 4, 3, 64, 64, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
Y = 0.7 * X + 0.3 * Y


def test_scores_equal_scikit_image() -> None:
    from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity  # takes a second

    for i in range(len(X)):
        x, y = X[i].numpy(), Y[i].numpy()
        reference = structural_similarity(
            x, y, channel_axis=0, data_range=1.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
        )
        assert ssim(X, Y)[i].item() == pytest.approx(reference, abs=1e-9)
        assert mse(X, Y)[i].item() == pytest.approx(mean_squared_error(x, y))
        assert psnr(X, Y)[i].item() == pytest.approx(peak_signal_noise_ratio(x, y, data_range=1.0))


def test_equal_images_have_the_best_scores() -> None:
    assert mse(X, X).tolist() == [0] * 4
    assert psnr(X, X).tolist() == [math.inf] * 4
    assert unexplained_variance(X, X).tolist() == [0] * 4
    torch.testing.assert_close(ssim(X, X), torch.ones(4, dtype=torch.float64))


def test_the_mean_colour_explains_no_variance_at_any_contrast() -> None:
    mean = X.mean(dim=(2, 3), keepdim=True).expand_as(X)
    expected = torch.ones(4, dtype=torch.float64)
    torch.testing.assert_close(unexplained_variance(X, mean), expected)
    torch.testing.assert_close(unexplained_variance(0.1 * X + 0.5, 0.1 * mean + 0.5), expected)


def test_unexplained_variance_of_a_flat_image_is_finite() -> None:
    flat = torch.full((1, 3, 64, 64), 0.5)
    value = unexplained_variance(flat, flat + 0.1).item()
    assert value == pytest.approx(0.1**2 * 12 * 255**2)


def test_each_image_is_scored_independently() -> None:
    for metric in (mse, psnr, ssim, unexplained_variance):
        torch.testing.assert_close(metric(X, Y)[2:3], metric(X[2:3], Y[2:3]))
