import math

import pytest
import torch
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from metrics.reconstruction import mse, psnr, ssim

X, Y = torch.rand(2, 4, 3, 64, 64, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
Y = 0.7 * X + 0.3 * Y


def test_scores_are_those_of_scikit_image() -> None:
    for i in range(len(X)):
        x, y = X[i].numpy(), Y[i].numpy()
        reference = structural_similarity(
            x, y, channel_axis=0, data_range=1.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
        )
        assert ssim(X, Y)[i].item() == pytest.approx(reference, abs=1e-9)
        assert mse(X, Y)[i].item() == pytest.approx(mean_squared_error(x, y))
        assert psnr(X, Y)[i].item() == pytest.approx(peak_signal_noise_ratio(x, y, data_range=1.0))


def test_equal_pictures_score_the_best_there_is() -> None:
    assert mse(X, X).tolist() == [0] * 4
    assert psnr(X, X).tolist() == [math.inf] * 4
    torch.testing.assert_close(ssim(X, X), torch.ones(4, dtype=torch.float64))


def test_a_picture_is_scored_alone() -> None:
    for metric in (mse, psnr, ssim):
        torch.testing.assert_close(metric(X, Y)[2:3], metric(X[2:3], Y[2:3]))
