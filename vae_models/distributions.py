"""What an encoder says about a picture: a Gaussian over codes, or one code."""

import math
from typing import NamedTuple

import torch
from torch import Generator, Tensor


class DiagonalGaussian(NamedTuple):
    """q(z|x) = N(mean, diag exp logvar), one row per picture (Kingma & Welling 2014, eq. 9)."""

    mean: Tensor  # (B, D)
    logvar: Tensor  # (B, D)

    def sample(self, generator: Generator | None = None) -> Tensor:
        """Z = mean + exp(logvar / 2) * noise: the reparameterisation trick. (B, D)"""
        noise = torch.randn(
            self.mean.shape,
            generator=generator,
            dtype=self.mean.dtype,
            device=self.mean.device,
        )
        return self.mean + torch.exp(0.5 * self.logvar) * noise

    def kl(self) -> Tensor:
        """KL[q(z|x) || N(0, I)] by dimension (Kingma & Welling 2014, appendix B). (B, D) nats"""
        return 0.5 * (self.mean.square() + self.logvar.exp() - 1.0 - self.logvar)

    def log_prob(self, z: Tensor) -> Tensor:
        """Log N(z; mean, exp logvar) by dimension; `z` broadcasts against (B, D). (..., D) nats"""
        squared = (z - self.mean).square() * torch.exp(-self.logvar)
        return -0.5 * (squared + self.logvar + math.log(2 * math.pi))


class Dirac(NamedTuple):
    """A point code: the plain autoencoder's posterior. It has no density, so no KL and no log_prob."""

    mean: Tensor  # (B, D)

    def sample(self, generator: Generator | None = None) -> Tensor:  # noqa: ARG002 (as the Gaussian's)
        """The point itself; the generator is left untouched. (B, D)"""
        return self.mean
