"""Evidence lower bound of single images: its two terms, and the importance weights of a tighter bound."""

from typing import NamedTuple

import torch
from torch import Tensor

from vae_models.autoencoder import Autoencoder
from vae_models.distributions import DiagonalGaussian, Dirac
from vae_models.objectives.objective import Objective


class NegativeElbo(NamedTuple):
    """Negative ELBO of B images and its terms."""

    distortion: Tensor  # (B,) before its weight, averaged over the sampled codes
    kl: Tensor | None  # (B, D) nats; None for point codes
    total: Tensor  # (B,) nats; for point codes, which have no bound, the weighted distortion alone


def negative_elbo(
    model: Autoencoder, x: Tensor, posterior: DiagonalGaussian | Dirac, *, objective: Objective, noise: Tensor
) -> NegativeElbo:
    """Compute -ELBO = E_q[w distortion(x, g(z))] + KL[q(z|x) || p(z)] (report, eq. 5).

    The squared error's constant (n / 2) log(pi / w) is left out. Of the objective only the distortion and its weight w
    matter, not beta: this bounds log p(x) whatever the model was trained with.

    Args:
        model: its decoder is g.
        x: images (B, C, 64, 64) in [0, 1].
        posterior: the model's posterior for them, (B, D).
        objective: names the distortion and its weight.
        noise: standard normal (S, B, D), for S codes of each image.
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
    """Compute log p(x|z) + log p(z) - log q(z|x) of codes z ~ q(z|x).

    These are the log importance weights of a bound on log p(x) (Burda et al. 2016, section 3), with the squared error's
    constant left out as in `negative_elbo`. Minus their mean over many codes is the negative ELBO.

    Args:
        model: its decoder gives p(x|z).
        x: images (B, C, 64, 64) in [0, 1].
        posterior: the model's posterior for them, (B, D).
        objective: names the distortion and its weight.
        noise: standard normal (S, B, D), for S codes of each image.

    Returns:
        (S, B) nats.
    """
    codes = posterior.mean + torch.exp(0.5 * posterior.logvar) * noise
    distortion = torch.stack([_distortion(model, x, z, objective) for z in codes])
    # log p(z) - log q(z|x): the normalising constants of the two densities cancel
    log_ratio = 0.5 * (noise.square() + posterior.logvar - codes.square()).sum(dim=2)
    return log_ratio - objective.distortion_weight * distortion


def _distortion(model: Autoencoder, x: Tensor, z: Tensor, objective: Objective) -> Tensor:
    logits = model.decoder(z)
    return objective.distortion_of(x, logits, torch.sigmoid(logits))
