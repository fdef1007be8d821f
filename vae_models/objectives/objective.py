"""The report's loss functions: one line with two weights.

    loss = distortion_weight * distortion + kl * KL[q(z|x) || p(z)] + tc * TC[q(z)]

per image, in nats, with alpha = gamma = 1 throughout (report, section V-A). The distortion is the report's
||x - reconstruction||^2, or the Bernoulli distortion for binary images. AE (0, 0), VAE (1, 0), beta-VAE (beta, 0) and
beta-TCVAE (1, beta - 1) are values of (kl, tc).
"""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple, assert_never

import torch
import torch.nn.functional as F
from torch import Tensor

from vae_models.autoencoder import Forward
from vae_models.catalogue import RECIPES, Distortion, Estimator, Recipe, Term
from vae_models.distributions import DiagonalGaussian, Dirac
from vae_models.objectives.total_correlation import GlobalPosterior, total_correlation


class Terms(NamedTuple):
    """Terms of the loss of one batch, before their weights."""

    distortion: Tensor  # (B,) nats if its weight is 1, summed over pixels and channels
    kl: Tensor  # (B, D) nats; zeros for a point code
    tc: Tensor  # () nats; a minibatch estimate, for training and never for display; zero if its weight is zero


class PictureWeights(NamedTuple):
    """Weights of the single pictures of one batch, for a model that has beta as an input."""

    loss: Tensor  # (B,) weight of each picture's whole loss, its share of the total correlation included
    kl: Tensor | None = None  # (B,) weight of each picture's KL, if it is not the objective's


@dataclass(frozen=True)
class Objective:
    """Loss as a value: AE, VAE, beta-VAE and beta-TCVAE differ in these numbers alone.

    The squared error with weight w makes p(x|z) = N(reconstruction, I / (2 w)), without its constant
    (n / 2) log(pi / w) for n pixels: beta has no meaning without w. The Bernoulli distortion with w = 1 is -log p(x|z),
    without any constant left out.

    Raises:
        ValueError: if a weight is negative or not finite, or a name is unknown.
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

    def check_posterior(self, *, stochastic: bool) -> None:
        """Check that codes of this kind have the terms of the loss.

        Raises:
            ValueError: if a point code meets a KL or TC weight, or a Gaussian code meets none for its KL.
        """
        for name in ("kl", "tc"):
            if getattr(self, name) and not stochastic:
                raise ValueError(
                    f"a point code has no {name.upper()}: {name}={getattr(self, name):g} needs stochastic=True"
                )
        if stochastic and not self.kl:
            raise ValueError("kl=0 leaves the variances free: a point code needs stochastic=False")

    def terms(
        self,
        x: Tensor,
        out: Forward,
        *,
        dataset_size: int | None = None,
        global_posterior: GlobalPosterior | None = None,
    ) -> Terms:
        """Compute the terms of the loss for one batch.

        Args:
            x: images (B, C, H, W) in [0, 1].
            out: the model's outputs for them.
            dataset_size: N, the number of training images; only the total correlation needs it.
            global_posterior: posteriors of the batch over all processes, if `x` is one process's part of it.

        Raises:
            ValueError: as `check_posterior` and `total_correlation` do.
        """
        self.check_posterior(stochastic=isinstance(out.posterior, DiagonalGaussian))
        distortion = self.distortion_of(x, out.logits, out.reconstruction)
        tc = torch.zeros((), device=out.z.device)
        if isinstance(out.posterior, Dirac):
            return Terms(distortion, torch.zeros_like(out.z), tc)
        if self.tc:
            posterior = global_posterior or GlobalPosterior(out.posterior)
            tc = total_correlation(out.z, posterior, dataset_size=dataset_size, estimator=self.tc_estimator)
        return Terms(distortion, out.posterior.kl(), tc)

    def distortion_of(self, x: Tensor, logits: Tensor, reconstruction: Tensor) -> Tensor:
        """Compute the distortion of each image, before its weight.

        Args:
            x: images (B, C, H, W) in [0, 1].
            logits: the decoder's output (B, C, H, W).
            reconstruction: sigmoid(logits) (B, C, H, W).

        Returns:
            (B,), summed over pixels and channels.
        """
        return bernoulli(x, logits) if self.distortion == "bernoulli" else squared_error(x, reconstruction)

    def __call__(self, terms: Terms, weights: PictureWeights | None = None) -> Tensor:
        """Return the loss, averaged over the batch. () nats per image.

        Args:
            terms: of the batch.
            weights: of its single pictures, if they differ.
        """
        kl = self.kl if weights is None or weights.kl is None else weights.kl
        per_image = self.distortion_weight * terms.distortion + kl * terms.kl.sum(dim=1)
        if weights is None:
            return per_image.mean() + self.tc * terms.tc
        return (weights.loss * (per_image + self.tc * terms.tc)).mean()


def squared_error(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Compute ||x - reconstruction||^2 over pixels and channels (report, eq. 5, with weight 1). (B, ...) -> (B,)."""
    return (x - reconstruction).square().flatten(1).sum(dim=1)


def bernoulli(x: Tensor, logits: Tensor) -> Tensor:
    """Compute -log p(x|z) of independent pixels with p(x = 1) = sigmoid(logits): binary cross-entropy.

    Args:
        x: images (B, ...) in [0, 1].
        logits: (B, ...).

    Returns:
        (B,) nats, summed over pixels and channels.
    """
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(dim=1)


def beta_vae(beta: float) -> Objective:
    """Build the objective of a beta-VAE: distortion + beta KL (report, section IV)."""
    return Objective(kl=beta)


def beta_tcvae(beta: float, estimator: Estimator = "mws") -> Objective:
    """Build the objective of a beta-TCVAE: distortion + KL + (beta - 1) TC (report, section V-A).

    Raises:
        ValueError: if beta is less than 1.
    """
    if beta < 1:
        raise ValueError(f"beta={beta}: the total correlation's weight beta - 1 would be negative")
    return Objective(kl=1.0, tc=beta - 1.0, tc_estimator=estimator)


def at_beta(objective: Objective, term: Term, beta: float) -> Objective:
    """Return the objective with another beta, which weights the term: the KL by beta, or the TC by beta - 1."""
    return replace(objective, kl=beta) if term == "kl" else replace(objective, tc=beta - 1)


def from_recipe(recipe: Recipe, *, beta: float | None = None, estimator: Estimator = "mws") -> Objective:
    """Build the objective of a recipe.

    Args:
        recipe: an entry of `vae_models.catalogue.RECIPES`.
        beta: replaces the recipe's own beta.
        estimator: of the total correlation, if the recipe has one.

    Raises:
        ValueError: if the recipe has no beta and one is given, or as `beta_tcvae` does.
    """
    if recipe.term is None or recipe.beta is None:
        if beta is not None:
            raise ValueError(f"beta={beta:g}: {recipe.title} has no beta")
        return Objective(kl=1.0 if recipe.stochastic else 0.0)
    chosen = recipe.beta if beta is None else beta
    if recipe.term == "kl":
        return beta_vae(chosen)
    if recipe.term == "tc":
        return beta_tcvae(chosen, estimator)
    assert_never(recipe.term)


def recipe_of(objective: Objective, *, preferred: str | None = None) -> str:
    """Name the recipe whose objective this is: the inverse of `from_recipe`.

    A recipe's own term may have any weight, the other terms must have the VAE's (of point codes: none). Recipes without
    a beta come first, because a beta-TCVAE with beta = 1 is a VAE to the loss. If several recipes fit, or none does
    exactly, `preferred` wins among the closest, else the first in the table.
    """

    def mismatch(recipe: Recipe) -> int:
        weights: dict[Term, float] = {"kl": 1.0 if recipe.stochastic else 0.0, "tc": 0.0}
        return sum(getattr(objective, term) != weight for term, weight in weights.items() if term != recipe.term)

    return min(RECIPES, key=lambda name: (mismatch(RECIPES[name]), RECIPES[name].term is not None, name != preferred))


AE = Objective(kl=0.0)
VAE = Objective()
BETA_VAE = beta_vae(5.0)
BETA_TCVAE = beta_tcvae(20.0)
