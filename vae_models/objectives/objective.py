"""The report's loss functions: one line with two weights.

    loss = distortion_weight * distortion + kl * KL[q(z|x) || p(z)] + tc * TC[q(z)]

per image, in nats, with alpha = gamma = 1 throughout (report, section V-A). The distortion is the report's
||x - reconstruction||^2, or for binary pictures the Bernoulli one.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from vae_models.autoencoder import Forward
from vae_models.catalogue import Distortion, Estimator, Recipe
from vae_models.distributions import DiagonalGaussian, Dirac
from vae_models.objectives.total_correlation import Columns, total_correlation


class Terms(NamedTuple):
    """One batch's loss, taken apart; nats per image."""

    distortion: Tensor  # (B,) summed over pixels and channels, before its weight
    kl: Tensor  # (B, D); zeros for a point code
    tc: Tensor  # () minibatch estimate: it trains, it is never displayed; zero where its weight is zero


@dataclass(frozen=True)
class Objective:
    """A loss as a value: AE, VAE, beta-VAE and beta-TCVAE differ in these numbers alone.

    `distortion_weight` w makes p(x|z) = N(reconstruction, I / (2 w)) of the squared error; beta has no meaning without
    it. The constant (n / 2) log(pi / w) is dropped. A Bernoulli distortion has none: with w = 1 it is -log p(x|z).
    Raises ValueError for weights that are negative or not finite.
    """

    kl: float = 1.0
    tc: float = 0.0
    distortion_weight: float = 1.0
    tc_estimator: Estimator = "mws"
    distortion: Distortion = "squared_error"

    def __post_init__(self) -> None:
        for name in ("kl", "tc", "distortion_weight"):
            value = getattr(self, name)
            if not math.isfinite(value) or value < 0:
                raise ValueError(f"{name}={value}: a weight must be finite and at least 0")
        if self.distortion_weight == 0:
            raise ValueError("distortion_weight=0: nothing would be reconstructed")
        if self.tc_estimator not in ("mws", "mss"):
            raise ValueError(f"tc_estimator={self.tc_estimator!r}: choose 'mws' or 'mss'")
        if self.distortion not in ("squared_error", "bernoulli"):
            raise ValueError(f"distortion={self.distortion!r}: choose 'squared_error' or 'bernoulli'")

    def require(self, *, stochastic: bool) -> None:
        """Raise ValueError where the codes cannot carry this objective."""
        for name in ("kl", "tc"):
            if getattr(self, name) and not stochastic:
                raise ValueError(
                    f"a point code has no {name.upper()}: {name}={getattr(self, name):g} needs stochastic=True"
                )
        if stochastic and not self.kl:
            raise ValueError("kl=0 leaves the variances free: a point code needs stochastic=False")

    def terms(
        self, x: Tensor, out: Forward, *, dataset_size: int | None = None, columns: Columns | None = None
    ) -> Terms:
        """The parts of the loss for pictures `x` (B, C, H, W) and the model's answer `out`.

        Only a total correlation needs `dataset_size`, N, the number of training pictures, and, where `x` is one
        process's part of a batch, `columns`, the posteriors of the whole batch. Raises ValueError where `out` cannot
        carry this objective, or as `total_correlation` does.
        """
        stochastic = isinstance(out.posterior, DiagonalGaussian)
        self.require(stochastic=stochastic)
        distortion = self.distortion_of(x, out.logits, out.reconstruction)
        tc = torch.zeros((), device=out.z.device)
        if isinstance(out.posterior, Dirac):
            return Terms(distortion, torch.zeros_like(out.z), tc)
        if self.tc:
            tc = total_correlation(
                out.z, columns or out.posterior, dataset_size=dataset_size, estimator=self.tc_estimator
            )
        return Terms(distortion, out.posterior.kl(), tc)

    def distortion_of(self, x: Tensor, logits: Tensor, reconstruction: Tensor) -> Tensor:
        """How far pictures are from the decoder's answer, `reconstruction` = sigmoid(logits), before the weight. All
        three (B, C, H, W) -> (B,)
        """
        return bernoulli(x, logits) if self.distortion == "bernoulli" else squared_error(x, reconstruction)

    def __call__(self, terms: Terms) -> Tensor:
        """The loss, averaged over the batch. () nats per image"""
        per_image = self.distortion_weight * terms.distortion + self.kl * terms.kl.sum(dim=1)
        return per_image.mean() + self.tc * terms.tc


def squared_error(x: Tensor, reconstruction: Tensor) -> Tensor:
    """||x - reconstruction||^2 over pixels and channels: the report's unit weight (eq. 5). (B, ...) -> (B,)"""
    return (x - reconstruction).square().flatten(1).sum(dim=1)


def bernoulli(x: Tensor, logits: Tensor) -> Tensor:
    """-log p(x|z) of independent pixels, p(x = 1) = sigmoid(logits): binary cross-entropy, summed over pixels and
    channels. x: (B, ...) in [0, 1] -> (B,) nats
    """
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(dim=1)


def beta_vae(beta: float) -> Objective:
    """Distortion + beta KL (report, section IV)."""
    return Objective(kl=beta)


def beta_tcvae(beta: float, estimator: Estimator = "mws") -> Objective:
    """Distortion + KL + (beta - 1) TC (report, section V-A). Raises ValueError for beta < 1."""
    if beta < 1:
        raise ValueError(f"beta={beta}: the total correlation's weight beta - 1 would be negative")
    return Objective(kl=1.0, tc=beta - 1.0, tc_estimator=estimator)


def from_recipe(recipe: Recipe, *, beta: float | None = None, estimator: Estimator = "mws") -> Objective:
    """Build the objective of a recipe. `beta=None` takes the recipe's own. Raises ValueError as `beta_tcvae` does."""
    chosen = recipe.beta if beta is None else beta
    if recipe.term == "kl" and chosen is not None:
        return beta_vae(chosen)
    if recipe.term == "tc" and chosen is not None:
        return beta_tcvae(chosen, estimator)
    return Objective(kl=1.0 if recipe.stochastic else 0.0)


AE = Objective(kl=0.0)
VAE = Objective()
BETA_VAE = beta_vae(5.0)
BETA_TCVAE = beta_tcvae(20.0)
