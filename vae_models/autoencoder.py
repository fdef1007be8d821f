"""The one model class: what differs between AE, VAE, beta-VAE and beta-TCVAE is the objective it was trained with."""

# no `from __future__ import annotations` here: the mixin reads `config: ModelConfig` as a class

from pathlib import Path
from typing import NamedTuple, Self

import torch
from huggingface_hub import PyTorchModelHubMixin
from safetensors.torch import load_file, save_file
from torch import Generator, Tensor, nn

from vae_models.catalogue import Prior
from vae_models.config import CONFIG, ModelConfig
from vae_models.distributions import DiagonalGaussian, Dirac
from vae_models.networks import Decoder, Encoder
from vae_models.pretrained import Pretrained

WEIGHTS = "model.safetensors"


CARD = """---
{{ card_data }}
---

A face autoencoder of VAE Faces: 64x64 pictures. What it was trained on, for how long and with which objective
stands in `training.json` beside the weights.

```python
from vae_models import Autoencoder

model = Autoencoder.from_pretrained("path or namespace/name of this model")
```
"""


def draw_noise(n: int, latent_dim: int, generator: Generator) -> Tensor:
    """Standard normal noise (n, latent_dim), drawn on the CPU so that it is the same whatever a model runs on.

    Row by row: the first k rows of n are those of a call for k.
    """
    if n < 1:
        raise ValueError(f"n={n}: ask for at least one picture")
    return torch.stack([torch.randn(latent_dim, generator=generator) for _ in range(n)])


class Forward(NamedTuple):
    """One batch's way through the model. A NamedTuple: Accelerate walks tuples when it casts back to float32."""

    posterior: DiagonalGaussian | Dirac
    z: Tensor  # (B, D), one sample of the posterior
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
    """Encoder, decoder and the Gaussian fitted to the codes of its training pictures.

    `save_pretrained` and `from_pretrained` write and read config.json and model.safetensors, on disk or on the
    Hugging Face Hub. Pictures are (B, C, 64, 64) in [0, 1], codes (B, D).
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
        """q(z|x) for pictures (B, C, 64, 64)."""
        return self.encoder(x)

    def decode(self, z: Tensor) -> Tensor:
        """Codes (B, D) -> pictures (B, C, 64, 64) in [0, 1]."""
        return torch.sigmoid(self.decoder(z))

    def forward(self, x: Tensor, generator: Generator | None = None) -> Forward:
        """Encode, draw one code each, decode: the only path gradients take."""
        posterior = self.encode(x)
        z = posterior.sample(generator)
        logits = self.decoder(z).to(z.dtype)  # densities in full precision, whatever autocast decoded in
        return Forward(posterior, z, logits, torch.sigmoid(logits))

    def reconstruct(self, x: Tensor) -> Tensor:
        """Pictures decoded from the mean code. (B, C, 64, 64) in [0, 1]"""
        return self.decode(self.encode(x).mean)

    def latents(self, noise: Tensor, *, prior: Prior = "standard") -> Tensor:
        """Standard normal noise (B, D) -> codes (B, D) of a prior.

        `standard` is N(0, I), as the report samples; `fitted` the Gaussian fitted to the codes of the training
        pictures, the fair way to sample an AE (Ghosh et al. 2020). Raises ValueError for another prior.
        """
        if prior == "standard":
            return noise
        if prior == "fitted":
            return self.prior_mean + noise @ self.prior_scale.T
        raise ValueError(f"prior={prior!r}: choose 'standard' or 'fitted'")

    def sample(self, n: int, *, generator: Generator, prior: Prior = "standard") -> Tensor:
        """`n` pictures from the prior, reproducible from a generator on the CPU. (n, C, 64, 64) in [0, 1]"""
        noise = draw_noise(n, self.config.latent_dim, generator).to(self.prior_mean)
        return self.decode(self.latents(noise, prior=prior))

    def fit_prior(self, mean: Tensor, covariance: Tensor) -> None:
        """Store the fitted prior. mean: (D,), covariance: (D, D) in float64, positive definite."""
        scale = torch.linalg.cholesky(covariance)
        self.prior_mean.copy_(mean)
        self.prior_scale.copy_(scale)

    @torch.no_grad()
    def round_kernels(self, dtype: torch.dtype) -> None:
        """Round what convolves or multiplies to `dtype` in place. Saved afterwards, it is stored in it without loss.

        BatchNorm's statistics, biases and the fitted prior stay float32: a rounded covariance is not positive definite.
        """
        for parameter in self.parameters():
            if parameter.dim() > 1:
                parameter.copy_(parameter.to(dtype))

    def _save_pretrained(self, save_directory: Path) -> None:
        kernels = [p for p in self.parameters() if p.dim() > 1]
        names = {name for name, p in self.named_parameters() if p.dim() > 1}
        half = all(torch.equal(p, p.half().to(p.dtype)) for p in kernels)
        state = {
            name: (value.half() if half and name in names else value).contiguous()
            for name, value in self.state_dict().items()
        }
        save_file(state, save_directory / WEIGHTS, metadata={"format": "pt"})

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
        if not strict:
            raise ValueError("strict=False would load a half-filled model in silence: leave it out")
        source = Pretrained(model_id, revision, cache_dir, local_files_only, token)
        # again: the mixin drops the fields that it does not know, and the error of a repository that it cannot read
        written = ModelConfig.read(source.file(CONFIG, ", so it is no model of ours"))
        if model_kwargs.get("config") not in (None, written):
            raise ValueError(f"{model_id} was saved with {written}: leave config= out")
        weights = source.file(WEIGHTS, "; only safetensors are loaded", force_download=force_download)
        model = cls(written)
        model.load_state_dict(load_file(weights), strict=True)
        return model.to(map_location).eval()
