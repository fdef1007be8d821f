"""One network for every beta: an autoencoder with knobs that beta turns, and its folding into an ordinary one.

After every BatchNorm a gate scales each channel (the multi-rate VAE, Bae et al. 2023; theirs comes before BatchNorm,
which would divide it out again), and both heads' outputs are scaled and shifted (Perez et al. 2018). The training gives
every picture its own beta (Dosovitskiy & Djolonga 2020).
"""

# no `from __future__ import annotations` here: the mixin reads `config: DialConfig` as a class

import copy
import math
from pathlib import Path
from typing import NamedTuple, Self

import torch
from huggingface_hub import PyTorchModelHubMixin
from torch import Generator, Tensor, nn

from vae_models.autoencoder import Autoencoder, Forward
from vae_models.config import DialConfig
from vae_models.distributions import DiagonalGaussian
from vae_models.files import weights
from vae_models.pretrained import Pretrained

CARD = """---
{{ card_data }}
---

One network for every beta: a face autoencoder of VAE Faces for 64x64 images, with beta as an input.

```python
from vae_models import Dial

model = Dial.from_pretrained("path or namespace/name of this model").at(5)
```
"""
GATE_SPREAD = 0.1  # standard deviation of a gate's first slope
STEEPNESS = 4.0  # of the feature that rises fastest near beta 1


class Gate(nn.Module):
    """Factor of every channel, between 0 and 2: 2 sigmoid(w t + b), where t runs from -1 to 1 along the dial."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.randn(channels) * GATE_SPREAD)
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, position: Tensor) -> Tensor:
        """Map positions (B, 1) in [0, 1] to factors (B, C)."""
        return 2 * torch.sigmoid((2 * position - 1) * self.slope + self.bias)


class Features(nn.Module):
    """Functions of a position that are all zero at beta 1, so every linear function of them is zero there, too.

    They are [u, 1 - exp(-4 u), u MLP(u)]. A feature that is not zero at beta 1 would act there as well: the
    dimensions that high betas switch off would be switched off at beta 1, too.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, size), nn.SiLU(), nn.Linear(size, size), nn.SiLU())

    def forward(self, position: Tensor) -> Tensor:
        """Map positions (B, 1) in [0, 1] to features (B, size + 2)."""
        u = position
        return torch.cat([u, 1 - torch.exp(-STEEPNESS * u), u * self.net(2 * u - 1)], dim=1)


class ScaleShift(NamedTuple):
    """Affine map of a head's outputs."""

    scale: Tensor  # (B, D)
    shift: Tensor  # (B, D)

    def apply(self, x: Tensor) -> Tensor:
        """Map (B, D) to (B, D)."""
        return x * self.scale + self.shift


class Film(nn.Module):
    """Scale and shift of a head's outputs. Without a bias: the identity if all features are zero."""

    def __init__(self, features: int, size: int) -> None:
        super().__init__()
        self.linear = nn.Linear(features, 2 * size, bias=False)
        nn.init.zeros_(self.linear.weight)

    def forward(self, features: Tensor) -> ScaleShift:
        """Map features (B, F) to the scale and the shift of D outputs."""
        scale, shift = self.linear(features).chunk(2, dim=1)
        return ScaleShift(1 + scale, shift)


class Dial(
    nn.Module,
    PyTorchModelHubMixin,
    library_name="vae-faces",
    tags=["variational-autoencoder", "disentanglement", "faces"],
    pipeline_tag="unconditional-image-generation",
    model_card_template=CARD,
):
    """Autoencoder whose beta is an input: every beta from 1 to the highest of its configuration.

    Images are (B, C, 64, 64) in [0, 1], codes (B, D), betas (B,), one per image or code. `at` gives the ordinary model
    of one beta. One code means nearly the same image along the whole dial.

    `save_pretrained` and `from_pretrained` write and read config.json and model.safetensors, as those of `Autoencoder`.
    """

    def __init__(self, config: DialConfig = DialConfig()) -> None:  # noqa: B008 (frozen; the mixin needs a default)
        super().__init__()
        self.config = config
        self.autoencoder = Autoencoder(config.network())  # first: its first weights are those of the seed's VAE
        self.encoder_gates = _make_gates(self.autoencoder.encoder.trunk)
        self.decoder_gates = _make_gates(self.autoencoder.decoder.layers)
        self.features = Features(config.features)
        self.mean = Film(config.features + 2, config.latent_dim)
        self.logvar = Film(config.features + 2, config.latent_dim)

    def network_parameters(self) -> list[nn.Parameter]:
        """List the weights that an ordinary model has too."""
        return list(self.autoencoder.parameters())

    def knob_parameters(self) -> list[nn.Parameter]:
        """List the weights that beta acts through."""
        knobs = (self.encoder_gates, self.decoder_gates, self.features, self.mean, self.logvar)
        return [parameter for knob in knobs for parameter in knob.parameters()]

    def position(self, beta: Tensor) -> Tensor:
        """Map betas (B,) to positions (B, 1) on the dial: 0 at beta 1, 1 at the highest, even in log beta."""
        return torch.log(beta)[:, None] / math.log(self.config.highest_beta)

    def encode(self, x: Tensor, beta: Tensor) -> DiagonalGaussian:
        """Map images (B, C, 64, 64) in [0, 1] and betas (B,) to posteriors over codes (B, D), in float32."""
        with torch.autocast(x.device.type, enabled=False):
            position = self.position(beta)
            gates = [gate(position) for gate in self.encoder_gates]
            features = self.features(position)
            mean, logvar = self.mean(features), self.logvar(features)
        encoder = self.autoencoder.encoder
        posterior = encoder.heads(_run(encoder.trunk, x, gates))
        assert isinstance(posterior, DiagonalGaussian), "the configuration allows no point codes"
        return DiagonalGaussian(mean.apply(posterior.mean), logvar.apply(posterior.logvar))

    def decode(self, z: Tensor, beta: Tensor) -> Tensor:
        """Map codes (B, D) and betas (B,) to images (B, C, 64, 64) in [0, 1]."""
        return torch.sigmoid(self._logits(z, beta))

    def forward(self, x: Tensor, beta: Tensor, generator: Generator | None = None) -> Forward:
        """Encode images, draw one code of each, decode, all at betas (B,): the only path of the gradients."""
        posterior = self.encode(x, beta)
        z = posterior.sample(generator)
        logits = self._logits(z, beta).to(z.dtype)
        return Forward(posterior, z, logits, torch.sigmoid(logits))

    def _logits(self, z: Tensor, beta: Tensor) -> Tensor:
        with torch.autocast(z.device.type, enabled=False):
            gates = [gate(self.position(beta)) for gate in self.decoder_gates]
        return _run(self.autoencoder.decoder.layers, z, gates)

    @torch.no_grad()
    def at(self, beta: float) -> Autoencoder:
        """Return the ordinary model of one beta, in evaluation mode: it computes the same.

        Gates are folded into BatchNorm's weights, the heads' scale and shift into their rows. Its fitted prior is
        N(0, I), which it was trained towards, until `fit_prior`.

        Raises:
            ValueError: if the dial does not reach this beta.
        """
        if not 1 <= beta <= self.config.highest_beta:
            raise ValueError(f"beta={beta:g}: this dial goes from 1 to {self.config.highest_beta:g}")
        folded = copy.deepcopy(self.autoencoder).eval()
        position = self.position(folded.prior_mean.new_tensor([beta]))
        encoder = folded.encoder
        _fold_gates(encoder.trunk, self.encoder_gates, position)
        _fold_gates(folded.decoder.layers, self.decoder_gates, position)
        features = self.features(position)
        assert encoder.logvar is not None, "the configuration allows no point codes"
        _fold_head(encoder.mean, self.mean(features))
        _fold_head(encoder.logvar, self.logvar(features))
        return folded

    def round_kernels(self, dtype: torch.dtype) -> None:
        """Round the weights of all convolutions and dense layers to `dtype` in place, so that it stores them exactly.

        Gates stay float32.
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
        **model_kwargs: DialConfig | None,
    ) -> Self:
        source = Pretrained(model_id, revision, cache_dir, local_files_only, token)
        config = source.config(DialConfig, strict=strict, given=model_kwargs.get("config"))
        return source.load_weights(cls(config), map_location, force_download=force_download)


def _norms(layers: nn.Sequential) -> list[nn.BatchNorm2d | nn.SyncBatchNorm]:
    return [layer for layer in layers if isinstance(layer, nn.BatchNorm2d | nn.SyncBatchNorm)]


def _make_gates(layers: nn.Sequential) -> nn.ModuleList:
    """Make one gate for every BatchNorm."""
    return nn.ModuleList(Gate(norm.num_features) for norm in _norms(layers))


def _run(layers: nn.Sequential, x: Tensor, gates: list[Tensor]) -> Tensor:
    """Apply layers in sequence, and after each BatchNorm its gate (B, C)."""
    waiting = iter(gates)
    for layer in layers:
        x = layer(x)
        if isinstance(layer, nn.BatchNorm2d | nn.SyncBatchNorm):
            x = x * next(waiting)[:, :, None, None].to(x.dtype)
    return x


def _fold_gates(layers: nn.Sequential, gates: nn.ModuleList, position: Tensor) -> None:
    for norm, gate in zip(_norms(layers), gates, strict=True):
        factor = gate(position)[0]
        norm.weight.mul_(factor)
        norm.bias.mul_(factor)


def _fold_head(head: nn.Linear, film: ScaleShift) -> None:
    head.weight.mul_(film.scale[0, :, None])
    head.bias.mul_(film.scale[0]).add_(film.shift[0])
