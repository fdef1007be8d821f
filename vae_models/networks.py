"""Encoder and decoder: six convolutions down to one pixel, and six back (report, section VI-A)."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from vae_models.config import ModelConfig
from vae_models.distributions import DiagonalGaussian, Dirac

SLOPE = 0.2  # of the LeakyReLU below zero


def _block(convolution: nn.Module, channels: int) -> list[nn.Module]:
    # in place: BatchNorm's backward reads its input, never its output, so the memory is free to reuse
    return [convolution, nn.BatchNorm2d(channels), nn.LeakyReLU(SLOPE, inplace=True)]


class Encoder(nn.Module):
    """Network that maps images to posteriors q(z|x) (report, section VI-A).

    Six 4x4 convolutions of stride 2, with BatchNorm and LeakyReLU in between, then dense heads: mean and log-variance,
    or the point code alone.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        w = config.width
        channels = [config.channels, w, 2 * w, 2 * w, 4 * w, 8 * w]
        layers: list[nn.Module] = []
        for c_in, c_out in pairwise(channels):
            layers += _block(nn.Conv2d(c_in, c_out, 4, 2, 1, bias=False), c_out)
        layers += [nn.Conv2d(channels[-1], config.latent_dim, 4, 2, 1, bias=False), nn.Flatten()]
        self.trunk = nn.Sequential(*layers)
        self.mean = nn.Linear(config.latent_dim, config.latent_dim)
        self.logvar = nn.Linear(config.latent_dim, config.latent_dim) if config.stochastic else None

    def forward(self, x: Tensor) -> DiagonalGaussian | Dirac:
        """Map images (B, C, 64, 64) in [0, 1] to posteriors over codes (B, D), in float32 even under autocast."""
        return self.heads(self.trunk(x))

    def heads(self, features: Tensor) -> DiagonalGaussian | Dirac:
        """Map the trunk's features (B, D) to posteriors over codes (B, D), in float32 even under autocast."""
        # full precision: a bfloat16 code would ruin (z - mean)^2 / var
        with torch.autocast(features.device.type, enabled=False):
            features = features.to(self.mean.weight.dtype)
            if self.logvar is None:
                return Dirac(self.mean(features))
            return DiagonalGaussian(self.mean(features), self.logvar(features))


class Decoder(nn.Module):
    """Network that maps codes to images: the encoder's mirror, with transposed convolutions.

    Its last two layers differ from the report's: width / 2 channels up to a final 3x3 convolution. The report narrows
    to three channels before a 5x5 convolution, which leaves a faint grid on every image.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        w = config.width
        channels = [8 * w, 4 * w, 2 * w, 2 * w, w, w // 2]
        layers: list[nn.Module] = [nn.Unflatten(1, (config.latent_dim, 1, 1))]
        layers += _block(nn.ConvTranspose2d(config.latent_dim, channels[0], 1, bias=False), channels[0])
        layers += _block(nn.ConvTranspose2d(channels[0], channels[1], 4, bias=False), channels[1])
        for c_in, c_out in pairwise(channels[1:]):
            layers += _block(nn.ConvTranspose2d(c_in, c_out, 4, 2, 1, bias=False), c_out)
        layers += [nn.Conv2d(channels[-1], config.channels, 3, padding=1)]
        self.layers = nn.Sequential(*layers)

    def forward(self, z: Tensor) -> Tensor:
        """Map codes (B, D) to logits (B, C, 64, 64). Their sigmoid is the image."""
        return self.layers(z)
