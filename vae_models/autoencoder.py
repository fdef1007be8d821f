"""The one model class: AE, VAE, beta-VAE and beta-TCVAE differ only in the objective they are trained with."""

# no `from __future__ import annotations` here: the mixin reads `config: ModelConfig` as a class

from pathlib import Path
from typing import NamedTuple, Self

import torch
from huggingface_hub import PyTorchModelHubMixin
from torch import Generator, Tensor, nn

from vae_models.catalogue import Prior
from vae_models.config import ModelConfig
from vae_models.distributions import DiagonalGaussian, Dirac
from vae_models.files import weights
from vae_models.networks import Decoder, Encoder
from vae_models.pretrained import Pretrained

CARD = """---
{{ card_data }}
---

A face autoencoder of VAE Faces for 64x64 images. `training.json`, next to the weights, holds the data it was trained
on, the number of steps and the objective.

```python
from vae_models import Autoencoder

model = Autoencoder.from_pretrained("path or namespace/name of this model")
```
"""


def draw_noise(n: int, latent_dim: int, generator: Generator) -> Tensor:
    """Draw standard normal noise (n, latent_dim) on the CPU, so that it does not depend on the model's device.

    It is drawn row by row: the first k rows of n are those of a call for k.

    Raises:
        ValueError: if `n` is less than 1.
    """
    if n < 1:
        raise ValueError(f"n={n}: ask for at least one picture")
    return torch.stack([torch.randn(latent_dim, generator=generator) for _ in range(n)])


class Forward(NamedTuple):
    """Outputs of the model for one batch."""  # a NamedTuple: Accelerate walks tuples when it casts to float32

    posterior: DiagonalGaussian | Dirac
    z: Tensor  # (B, D), one sample of each posterior
    logits: Tensor  # (B, C, H, W)
    reconstruction: Tensor  # (B, C, H, W) in [0, 1]


class Autoencoder(
    nn.Module,
    PyTorchModelHubMixin,
    library_name="vae-faces",
    tags=["variational-autoencoder", "disentanglement", "faces"],
    pipeline_tag="unconditional-image-generation",
    model_card_template=CARD,
):
    """Encoder, decoder, and the Gaussian fitted to the codes of the training images.

    Images are (B, C, 64, 64) in [0, 1], codes (B, D).

    `save_pretrained` and `from_pretrained` write and read config.json and model.safetensors, in a folder or on the
    Hugging Face Hub. Kernels that float16 holds without loss are stored in float16; the metadata entry `kernels` of
    model.safetensors names the dtype. A loaded model computes in float32 either way.
    """

    prior_mean: Tensor  # (D,)
    prior_scale: Tensor  # (D, D) Cholesky factor of the covariance, lower triangular

    def __init__(self, config: ModelConfig = ModelConfig()) -> None:  # noqa: B008 (frozen; the mixin needs a default)
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.register_buffer("prior_mean", torch.zeros(config.latent_dim))
        self.register_buffer("prior_scale", torch.eye(config.latent_dim))

    def encode(self, x: Tensor) -> DiagonalGaussian | Dirac:
        """Map images (B, C, 64, 64) in [0, 1] to posteriors q(z|x) over codes (B, D)."""
        return self.encoder(x)

    def decode(self, z: Tensor) -> Tensor:
        """Map codes (B, D) to images (B, C, 64, 64) in [0, 1]."""
        return torch.sigmoid(self.decoder(z))

    def forward(self, x: Tensor, generator: Generator | None = None) -> Forward:
        """Encode images (B, C, 64, 64) in [0, 1], draw one code of each, decode: the only path of the gradients."""
        posterior = self.encode(x)
        z = posterior.sample(generator)
        logits = self.decoder(z).to(z.dtype)  # densities in full precision, whatever autocast decoded in
        return Forward(posterior, z, logits, torch.sigmoid(logits))

    def reconstruct(self, x: Tensor) -> Tensor:
        """Decode the mean codes of images (B, C, 64, 64) in [0, 1] to images of the same shape."""
        return self.decode(self.encode(x).mean)

    def latents(self, noise: Tensor, *, prior: Prior = "standard") -> Tensor:
        """Turn standard normal noise (B, D) into codes (B, D) of a prior.

        Args:
            noise: (B, D), see `draw_noise`.
            prior: "standard" is N(0, I), as the report samples. "fitted" is the Gaussian fitted to the codes of the
                training images, the fair way to sample an AE (Ghosh et al. 2020).

        Raises:
            ValueError: if `prior` is another name.
        """
        if prior == "standard":
            return noise
        if prior == "fitted":
            return self.prior_mean + noise @ self.prior_scale.T
        raise ValueError(f"prior={prior!r}: choose 'standard' or 'fitted'")

    def sample(self, n: int, *, generator: Generator, prior: Prior = "standard") -> Tensor:
        """Decode `n` codes of the prior to images (n, C, 64, 64) in [0, 1].

        The generator is one of the CPU: its seed then gives the same images on every device, up to rounding.

        Raises:
            ValueError: as `draw_noise` and `latents` do.
        """
        noise = draw_noise(n, self.config.latent_dim, generator).to(self.prior_mean)
        return self.decode(self.latents(noise, prior=prior))

    def fit_prior(self, mean: Tensor, covariance: Tensor) -> None:
        """Store the moments of the codes z ~ q(z|x) of the training images as the fitted prior.

        Args:
            mean: (D,).
            covariance: (D, D) in float64, positive definite.
        """
        scale = torch.linalg.cholesky(covariance)
        self.prior_mean.copy_(mean)
        self.prior_scale.copy_(scale)

    def round_kernels(self, dtype: torch.dtype) -> None:
        """Round the weights of all convolutions and dense layers to `dtype` in place, so that it stores them exactly.

        BatchNorm's statistics, biases and the fitted prior stay float32: a rounded covariance is not positive definite.
        """
        weights.round_kernels(self, dtype)

    def _save_pretrained(self, save_directory: Path) -> None:
        weights.save(self, save_directory)

    @classmethod
    def _from_pretrained(
        cls,
        *,
        model_id: str,
        revision: str | None,
        cache_dir: str | Path | None,
        force_download: bool,
        local_files_only: bool,
        token: str | bool | None,
        map_location: str = "cpu",
        strict: bool = True,
        **model_kwargs: ModelConfig | None,
    ) -> Self:
        source = Pretrained(model_id, revision, cache_dir, local_files_only, token)
        config = source.config(ModelConfig, strict=strict, given=model_kwargs.get("config"))
        return source.load_weights(cls(config), map_location, force_download=force_download)
