"""How close a reconstruction is to its image: one score per image, NaN or infinite if a value of either is."""

import torch
from torch import Tensor

WINDOW, SIGMA = 11, 1.5  # Wang et al. 2004, section III-C
K1, K2 = 0.01, 0.03
GREY = 0.5
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
    centred = x - x.mean(dim=(2, 3), keepdim=True)  # quicker than `var`, which is computed in one careful pass
    variance = centred.square().mean(dim=(1, 2, 3))
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
    rows, columns = (_moving_average(side, x) for side in x.shape[2:])

    def local_mean(image: Tensor) -> Tensor:
        return rows @ image @ columns.T

    x, y = x - GREY, reconstruction - GREY  # a variance is the small difference of two squares: keep these small
    mean_x, mean_y = local_mean(x), local_mean(y)
    variances = local_mean(x.square() + y.square()) - mean_x.square() - mean_y.square()
    covariance = local_mean(x * y) - mean_x * mean_y
    mean_x, mean_y = mean_x + GREY, mean_y + GREY
    c1, c2 = K1**2, K2**2
    luminance = (2 * mean_x * mean_y + c1) / (mean_x.square() + mean_y.square() + c1)
    contrast = (2 * covariance + c2) / (variances + c2)
    return (luminance * contrast).flatten(1).mean(dim=1)


def _moving_average(side: int, like: Tensor) -> Tensor:
    """Return the matrix (side - 10, side) that averages a column of pixels under the window at each position.

    The window is a product of two bells, so two such matrices, one for each axis, need a fifth of its arithmetic.
    """
    offsets = torch.arange(WINDOW, dtype=like.dtype, device=like.device) - WINDOW // 2
    bell = torch.exp(-offsets.square() / (2 * SIGMA**2))
    positions = side - WINDOW + 1
    matrix = like.new_zeros(positions, side)
    for position in range(positions):
        matrix[position, position : position + WINDOW] = bell / bell.sum()
    return matrix
