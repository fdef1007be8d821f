"""How near a reconstruction comes to its picture, one number per picture."""

import torch
import torch.nn.functional as F
from torch import Tensor

WINDOW, SIGMA = 11, 1.5  # Wang et al. 2004, section III-C
K1, K2 = 0.01, 0.03
ROUNDING = 1 / (12 * 255**2)  # variance that rounding to 8 bits leaves in a picture, however flat


def mse(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Mean squared error over pixels and channels. (B, C, H, W) in [0, 1] -> (B,)"""
    return (x - reconstruction).square().flatten(1).mean(dim=1)


def psnr(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Peak signal-to-noise ratio, -10 log10 MSE for a peak of 1; infinite for equal pictures. (B,) dB"""
    return -10.0 * torch.log10(mse(x, reconstruction))


def unexplained_variance(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Fraction of variance unexplained, 1 - R^2: the squared error over the picture's own variance around the mean
    colour, so that a smooth picture is asked for more than a small error. (B, C, H, W) in [0, 1] -> (B,), 0 at best

    A flat picture's variance counts as what rounding to 8 bits would leave in it, 1 / (12 * 255^2).
    """
    variance = x.flatten(2).var(dim=2, correction=0).mean(dim=1)
    return mse(x, reconstruction) / variance.clamp_min(ROUNDING)


def ssim(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Structural similarity (Wang et al. 2004, eq. 13), averaged over channels and over all places where the 11 x 11
    Gaussian window (sigma 1.5) lies inside the picture. (B, C, H, W) in [0, 1], H and W at least 11 -> (B,) in [-1, 1]
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
    likeness = ((2 * mean_x * mean_y + c1) * (2 * covariance + c2)) / (
        (mean_x.square() + mean_y.square() + c1) * (variance_x + variance_y + c2)
    )
    return likeness.flatten(1).mean(dim=1)
