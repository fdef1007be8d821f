"""pythae's BetaTCVAE and trainer with our networks."""

from collections.abc import Callable
from pathlib import Path

import torch
from pythae.data.datasets import BaseDataset
from pythae.models import BetaTCVAE, BetaTCVAEConfig
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseEncoder
from pythae.trainers import BaseTrainer, BaseTrainerConfig
from torch import Tensor

from train.data.cache import CachedImages
from vae_models.config import ModelConfig
from vae_models.distributions import DiagonalGaussian
from vae_models.networks import Decoder, Encoder


class PythaeEncoder(BaseEncoder):
    """Our encoder with pythae's interface."""

    def __init__(self, config: ModelConfig) -> None:
        BaseEncoder.__init__(self)
        self.network = Encoder(config)

    def forward(self, x: Tensor) -> ModelOutput:
        """Encode images (B, 3, 64, 64) as embedding and log_covariance, both (B, D)."""
        posterior = self.network(x)
        assert isinstance(posterior, DiagonalGaussian)
        return ModelOutput(embedding=posterior.mean, log_covariance=posterior.logvar)


class PythaeDecoder(BaseDecoder):
    """Our decoder with pythae's interface."""

    def __init__(self, config: ModelConfig) -> None:
        BaseDecoder.__init__(self)
        self.network = Decoder(config)

    def forward(self, z: Tensor) -> ModelOutput:
        """Decode codes (B, D) as reconstruction (B, 3, 64, 64)."""
        return ModelOutput(reconstruction=torch.sigmoid(self.network(z)))


def build_epoch(
    images: CachedImages, folder: Path, width: int, batch_size: int, beta: float, learning_rate: float
) -> Callable[[int], object]:
    """Build a function that trains one epoch on a number of batches of `images`."""
    config = ModelConfig(width=width)
    settings = BetaTCVAEConfig(
        input_dim=(3, 64, 64), latent_dim=config.latent_dim, beta=beta, reconstruction_loss="mse", use_mss=False
    )
    model = BetaTCVAE(settings, PythaeEncoder(config), PythaeDecoder(config))
    floats = images.batch(slice(None)).contiguous()  # pythae needs all images as floats in memory

    def epoch(steps: int) -> None:
        part = floats[: steps * batch_size]
        training_config = BaseTrainerConfig(
            output_dir=str(folder / "pythae"),
            num_epochs=1,
            learning_rate=learning_rate,
            optimizer_cls="Adam",
            per_device_train_batch_size=batch_size,
            no_cuda=True,
        )
        BaseTrainer(model, BaseDataset(part, torch.zeros(len(part))), training_config=training_config).train()

    return epoch
