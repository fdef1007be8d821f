"""Posteriors that an encoder returns: a Gaussian over codes, or one code."""

import math
from typing import NamedTuple

import torch
from torch import Generator, Tensor


class DiagonalGaussian(NamedTuple):
    """q(z|x) = N(mean, diag exp logvar), one row per image (Kingma & Welling 2014, eq. 9)."""

    mean: Tensor  # (B, D)
    logvar: Tensor  # (B, D) natural logarithm of the variance

    def sample(self, generator: Generator | None = None) -> Tensor:
        """Draw z = mean + exp(logvar / 2) * noise, one code per row, by the reparameterisation trick. (B, D)."""
        noise = torch.randn(
            self.mean.shape,
            generator=generator,
            dtype=self.mean.dtype,
            device=self.mean.device,
        )
        return self.mean + torch.exp(0.5 * self.logvar) * noise

    def kl(self) -> Tensor:
        """Compute KL[q(z_j|x) || N(0, 1)] of every dimension (Kingma & Welling 2014, appendix B). (B, D) nats."""
        return 0.5 * (self.mean.square() + self.logvar.exp() - 1.0 - self.logvar)

    def log_prob(self, z: Tensor) -> Tensor:
        """Compute log N(z_j; mean_j, exp logvar_j) of every dimension. `z` broadcasts against (B, D). (..., D) nats."""
        squared = (z - self.mean).square() * torch.exp(-self.logvar)
        return -0.5 * (squared + self.logvar + math.log(2 * math.pi))


class Dirac(NamedTuple):
    """A point code, the posterior of a plain autoencoder. It has no density, so neither KL nor log_prob."""

    mean: Tensor  # (B, D)

    def sample(self, generator: Generator | None = None) -> Tensor:  # noqa: ARG002 (same signature as the Gaussian's)
        """Return the point itself and leave the generator untouched. (B, D)."""
        return self.mean
