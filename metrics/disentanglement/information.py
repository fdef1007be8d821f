"""Mutual information between single latent dimensions and single factors."""

from typing import NamedTuple

import torch
from torch import Tensor

from metrics.finite import require_finite

SIGNIFICANT = 5.0  # standard deviations


def standardise(codes: Tensor) -> Tensor:
    """Scale each dimension to mean 0 and standard deviation 1. One that is constant up to rounding becomes 0.

    Args:
        codes: (N, D).

    Returns:
        (N, D) float64.

    Raises:
        ValueError: if there are no codes, or a code is NaN or infinite.
    """
    if codes.numel() == 0:
        raise ValueError(f"codes of shape {tuple(codes.shape)}: it takes at least one row and one dimension")
    require_finite("codes", codes)
    centred = codes.double() - codes.double().mean(dim=0)
    spread = centred.std(dim=0, correction=0)
    rounding = 8 * torch.finfo(codes.dtype).eps * codes.double().abs().amax(dim=0)
    return torch.where(spread > rounding, centred / spread.clamp_min(torch.finfo(torch.float64).tiny), 0.0)


def bin_codes(codes: Tensor, bins: int) -> Tensor:
    """Assign standardised codes (N, D) to `bins` equally wide bins of their dimension's range. (N, D) int64."""
    low, high = codes.amin(dim=0), codes.amax(dim=0)
    width = torch.where(high > low, (high - low) / bins, 1.0)
    return ((codes - low) / width).floor().long().clamp_max(bins - 1)


def entropy(counts: Tensor) -> Tensor:
    """Compute the entropy of the distribution with these counts (K,). () nats."""
    share = counts[counts > 0].double() / counts.sum()
    return -(share * share.log()).sum()


class Information(NamedTuple):
    """Mutual information of D dimensions and F factors, in nats."""

    mutual: Tensor  # (D, F)
    entropy: Tensor  # (F,) of the factors
    noise: Tensor  # (D, F) upper limit of what independent codes and factors would show


def mutual_information(codes: Tensor, factors: Tensor, *, bins: int) -> Information:
    """Estimate I(bin of z_j; v_k) = H(bin) + H(v_k) - H(bin, v_k) from the joint histogram.

    Binning can only lose information: a factor with more values than bins never shows its full entropy. Noise shows
    about (bins - 1)(values - 1) / 2N nats (Miller 1955); the result's `noise` lies 5 standard deviations of the
    chi-square distribution above that (Wilson and Hilferty 1931).

    Args:
        codes: (N, D), standardised here.
        factors: (N, F), whole numbers.
        bins: number of equally wide bins from each dimension's smallest to its largest value.

    Raises:
        ValueError: if a factor never changes, or as `standardise` does.
    """
    binned = bin_codes(standardise(codes), bins)
    values = [torch.unique(column, return_inverse=True)[1] for column in factors.unbind(dim=1)]
    for k, column in enumerate(values):
        if column.max() == 0:
            raise ValueError(f"factor {k} never changes: nothing can predict it")
    entropies = torch.stack([entropy(column.bincount()) for column in values])
    pairs = [[_shared_information(code, column) for column in values] for code in binned.unbind(dim=1)]
    mutual = torch.stack([torch.stack([shared for shared, _ in row]) for row in pairs])
    noise = torch.stack([torch.stack([_noise(freedom, len(codes)) for _, freedom in row]) for row in pairs])
    return Information(mutual, entropies, noise)


def _shared_information(code: Tensor, factor: Tensor) -> tuple[Tensor, Tensor]:
    """Compute the mutual information of two columns of whole numbers, and its degrees of freedom if independent."""
    size = int(factor.max()) + 1
    joint = (code * size + factor).bincount(minlength=(int(code.max()) + 1) * size).view(-1, size)
    codes, factors = joint.sum(dim=1), joint.sum(dim=0)
    shared = (entropy(codes) + entropy(factors) - entropy(joint.flatten())).clamp_min(0)
    return shared, ((codes > 0).sum() - 1).double() * ((factors > 0).sum() - 1)


def _noise(freedom: Tensor, n: int) -> Tensor:
    """Compute the chi-square quantile at 5 standard deviations over 2 N; 0 for no degree of freedom."""
    part = 2 / (9 * freedom.clamp_min(1))
    return freedom * (1 - part + SIGNIFICANT * part.sqrt()) ** 3 / (2 * n)


def gap(scores: Tensor) -> Tensor:
    """Subtract the second largest from the largest score of each column. (D, F) -> (F,).

    A single dimension is compared with 0.
    """
    rivals = torch.cat([scores, torch.zeros_like(scores[:1])]) if len(scores) == 1 else scores
    best, second = rivals.topk(2, dim=0).values
    return best - second
