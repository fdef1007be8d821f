"""The evidence lower bound of a picture, taken apart."""

from typing import NamedTuple

import torch
from torch import Tensor

from vae_models.autoencoder import Autoencoder
from vae_models.distributions import DiagonalGaussian, Dirac
from vae_models.objective import squared_error


class NegativeElbo(NamedTuple):
    """One row per picture."""

    distortion: Tensor  # (B,) squared error from sampled codes, averaged over the samples, before its weight
    kl: Tensor | None  # (B, D) nats; None for point codes
    total: Tensor  # (B,) nats; for point codes, which have no bound, the weighted squared error alone


def negative_elbo(
    model: Autoencoder, x: Tensor, posterior: DiagonalGaussian | Dirac, *, distortion_weight: float, noise: Tensor
) -> NegativeElbo:
    """-ELBO = E_q[w ||x - g(z)||^2] + KL[q(z|x) || p(z)] (report, eq. 5), the constant (n / 2) log(pi / w) left out.

    x: (B, C, 64, 64) in [0, 1]; posterior: the model's answer to it; noise: (S, B, D), standard normal, one code a
    picture and sample. beta has no part in it: it bounds log p(x) whatever the model was trained with.
    """
    if isinstance(posterior, Dirac):
        distortion = squared_error(x, model.decode(posterior.mean))
        return NegativeElbo(distortion, None, distortion_weight * distortion)
    codes = posterior.mean + torch.exp(0.5 * posterior.logvar) * noise
    distortion = torch.stack([squared_error(x, model.decode(z)) for z in codes]).mean(dim=0)
    kl = posterior.kl()
    return NegativeElbo(distortion, kl, distortion_weight * distortion + kl.sum(dim=1))
