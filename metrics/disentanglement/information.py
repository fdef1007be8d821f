"""Mutual information between single latent dimensions and single factors."""

from typing import NamedTuple

import torch
from torch import Tensor

SIGNIFICANT = 5.0  # standard deviations


def standardised(codes: Tensor) -> Tensor:
    """Each dimension with mean 0 and standard deviation 1; one that is constant but for rounding becomes 0.

    (N, D) -> (N, D) float64. Raises ValueError where there are no codes.
    """
    if codes.numel() == 0:
        raise ValueError(f"codes of shape {tuple(codes.shape)}: it takes at least one row and one dimension")
    centred = codes.double() - codes.double().mean(dim=0)
    spread = centred.std(dim=0, correction=0)
    rounding = 8 * torch.finfo(codes.dtype).eps * codes.double().abs().amax(dim=0)
    return torch.where(spread > rounding, centred / spread.clamp_min(torch.finfo(torch.float64).tiny), 0.0)


def binned(codes: Tensor, bins: int) -> Tensor:
    """Which of `bins` equally wide parts of its dimension's range a standardised code lies in. (N, D) -> the same"""
    low, high = codes.amin(dim=0), codes.amax(dim=0)
    width = torch.where(high > low, (high - low) / bins, 1.0)
    return ((codes - low) / width).floor().long().clamp_max(bins - 1)


def entropy(counts: Tensor) -> Tensor:
    """Entropy of the distribution that counts (K,) show. () nats"""
    share = counts[counts > 0].double() / counts.sum()
    return -(share * share.log()).sum()


class Information(NamedTuple):
    """Of D dimensions and F factors."""

    mutual: Tensor  # (D, F) nats
    entropy: Tensor  # (F,) nats, of the factors
    noise: Tensor  # (D, F) nats that independent codes and factors would show at most


def information(codes: Tensor, factors: Tensor, *, bins: int) -> Information:
    """I(bin of z_j; v_k) = H(bin) + H(v_k) - H(bin, v_k) from the joint histogram, in nats.

    codes: (N, D), standardised here and then put into `bins` equally wide bins from each dimension's least to its
    greatest value; factors: (N, F) whole numbers. Binning can only lose information: a factor of more than `bins`
    values never shows all of its entropy. Noise shows about (bins - 1)(values - 1) / 2N nats (Miller 1955); `noise`
    lies 5 standard deviations of the chi-square distribution above that (Wilson and Hilferty 1931).

    Raises ValueError for a factor that never changes.
    """
    places = binned(standardised(codes), bins)
    values = [torch.unique(column, return_inverse=True)[1] for column in factors.unbind(dim=1)]
    for k, column in enumerate(values):
        if column.max() == 0:
            raise ValueError(f"factor {k} never changes: nothing can tell it")
    entropies = torch.stack([entropy(column.bincount()) for column in values])
    pairs = [[_shared(place, column) for column in values] for place in places.unbind(dim=1)]
    mutual = torch.stack([torch.stack([shared for shared, _ in row]) for row in pairs])
    noise = torch.stack([torch.stack([_noise(freedom, len(codes)) for _, freedom in row]) for row in pairs])
    return Information(mutual, entropies, noise)


def _shared(place: Tensor, column: Tensor) -> tuple[Tensor, Tensor]:
    """Mutual information of two columns of whole numbers, and its degrees of freedom under independence."""
    size = int(column.max()) + 1
    joint = (place * size + column).bincount(minlength=(int(place.max()) + 1) * size).view(-1, size)
    alone, other = joint.sum(dim=1), joint.sum(dim=0)
    shared = (entropy(alone) + entropy(other) - entropy(joint.flatten())).clamp_min(0)
    return shared, ((alone > 0).sum() - 1).double() * ((other > 0).sum() - 1)


def _noise(freedom: Tensor, n: int) -> Tensor:
    """The chi-square quantile at 5 standard deviations over 2 N; 0 for no degree of freedom."""
    part = 2 / (9 * freedom.clamp_min(1))
    return freedom * (1 - part + SIGNIFICANT * part.sqrt()) ** 3 / (2 * n)


def gap(scores: Tensor) -> Tensor:
    """Largest less second largest of each column; a single row's rival has 0. (D, F) -> (F,)"""
    rivals = torch.cat([scores, torch.zeros_like(scores[:1])]) if len(scores) == 1 else scores
    best, second = rivals.topk(2, dim=0).values
    return best - second
