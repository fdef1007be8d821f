"""The evidence lower bound of a picture, taken apart."""

from typing import NamedTuple

import torch
from torch import Tensor

from vae_models.autoencoder import Autoencoder
from vae_models.distributions import DiagonalGaussian, Dirac
from vae_models.objectives.objective import Objective


class NegativeElbo(NamedTuple):
    """One row per picture."""

    distortion: Tensor  # (B,) from sampled codes, averaged over the samples, before its weight
    kl: Tensor | None  # (B, D) nats; None for point codes
    total: Tensor  # (B,) nats; for point codes, which have no bound, the weighted distortion alone


def negative_elbo(
    model: Autoencoder, x: Tensor, posterior: DiagonalGaussian | Dirac, *, objective: Objective, noise: Tensor
) -> NegativeElbo:
    """-ELBO = E_q[w distortion(x, g(z))] + KL[q(z|x) || p(z)] (report, eq. 5), the squared error's constant
    (n / 2) log(pi / w) left out.

    x: (B, C, 64, 64) in [0, 1]; posterior: the model's answer to it; noise: (S, B, D), standard normal, one code a
    picture and sample. Of the objective only the distortion and its weight w have a part in it, not beta: it bounds
    log p(x) whatever the model was trained with.
    """
    if isinstance(posterior, Dirac):
        distortion = _distortion(model, x, posterior.mean, objective)
        return NegativeElbo(distortion, None, objective.distortion_weight * distortion)
    codes = posterior.mean + torch.exp(0.5 * posterior.logvar) * noise
    distortion = torch.stack([_distortion(model, x, z, objective) for z in codes]).mean(dim=0)
    kl = posterior.kl()
    return NegativeElbo(distortion, kl, objective.distortion_weight * distortion + kl.sum(dim=1))


def log_weights(
    model: Autoencoder, x: Tensor, posterior: DiagonalGaussian, *, objective: Objective, noise: Tensor
) -> Tensor:
    """Log p(x|z) + log p(z) - log q(z|x) of codes z ~ q(z|x): the importance weights of a bound on log p(x) (Burda et
    al. 2016, section 3), the squared error's constant left out as in `negative_elbo`. (S, B) nats

    x: (B, C, 64, 64) in [0, 1]; posterior: the model's answer to it; noise: (S, B, D), standard normal. Minus its mean
    over many samples is the negative ELBO.
    """
    codes = posterior.mean + torch.exp(0.5 * posterior.logvar) * noise
    distortion = torch.stack([_distortion(model, x, z, objective) for z in codes])
    # what the two densities have in common cancels
    log_ratio = 0.5 * (noise.square() + posterior.logvar - codes.square()).sum(dim=2)
    return log_ratio - objective.distortion_weight * distortion


def _distortion(model: Autoencoder, x: Tensor, z: Tensor, objective: Objective) -> Tensor:
    logits = model.decoder(z)
    return objective.distortion_of(x, logits, torch.sigmoid(logits))
