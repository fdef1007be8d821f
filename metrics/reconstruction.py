"""How close a reconstruction is to its image: one score per image, NaN or infinite if a value of either is."""

import torch
import torch.nn.functional as F
from torch import Tensor

WINDOW, SIGMA = 11, 1.5  # Wang et al. 2004, section III-C
K1, K2 = 0.01, 0.03
ROUNDING = 1 / (12 * 255**2)  # variance that rounding to 8 bits adds to any image


def mse(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Compute the mean squared error over pixels and channels. (B, C, H, W) in [0, 1] -> (B,)."""
    return (x - reconstruction).square().flatten(1).mean(dim=1)


def psnr(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Compute the peak signal-to-noise ratio, -10 log10 MSE for a peak of 1. (B, C, H, W) in [0, 1] -> (B,) dB.

    It is infinite for equal images.
    """
    return -10.0 * torch.log10(mse(x, reconstruction))


def unexplained_variance(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Compute the fraction of variance unexplained, 1 - R^2: squared error / variance around the mean colour.

    So a smooth image needs a smaller error than a detailed one. The variance of a flat image counts as
    1 / (12 * 255^2), which rounding to 8 bits would add.

    Args:
        x: images (B, C, H, W) in [0, 1].
        reconstruction: of the same shape.

    Returns:
        (B,), 0 at best.
    """
    variance = x.flatten(2).var(dim=2, correction=0).mean(dim=1)
    return mse(x, reconstruction) / variance.clamp_min(ROUNDING)


def ssim(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Compute the structural similarity (Wang et al. 2004, eq. 13).

    Averaged over channels and all positions at which the 11 x 11 Gaussian window (sigma 1.5) lies inside the image.

    Args:
        x: images (B, C, H, W) in [0, 1], H and W at least 11.
        reconstruction: of the same shape.

    Returns:
        (B,) in [-1, 1].
    """
    channels = x.shape[1]
    offsets = torch.arange(WINDOW, dtype=x.dtype, device=x.device) - WINDOW // 2
    bell = torch.exp(-offsets.square() / (2 * SIGMA**2))
    bell = bell / bell.sum()
    window = torch.outer(bell, bell).expand(channels, 1, WINDOW, WINDOW)

    def local_mean(image: Tensor) -> Tensor:
        return F.conv2d(image, window, groups=channels)

    mean_x, mean_y = local_mean(x), local_mean(reconstruction)
    variance_x = local_mean(x * x) - mean_x.square()
    variance_y = local_mean(reconstruction * reconstruction) - mean_y.square()
    covariance = local_mean(x * reconstruction) - mean_x * mean_y
    c1, c2 = K1**2, K2**2
    similarity = ((2 * mean_x * mean_y + c1) * (2 * covariance + c2)) / (
        (mean_x.square() + mean_y.square() + c1) * (variance_x + variance_y + c2)
    )
    return similarity.flatten(1).mean(dim=1)
