"""pythae's BetaTCVAE around our networks, trained by its own trainer."""

from collections.abc import Callable
from pathlib import Path

import torch
from pythae.data.datasets import BaseDataset
from pythae.models import BetaTCVAE, BetaTCVAEConfig
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseEncoder
from pythae.trainers import BaseTrainer, BaseTrainerConfig
from torch import Tensor

from train.data.cache import Faces
from vae_models.config import ModelConfig
from vae_models.distributions import DiagonalGaussian
from vae_models.networks import Decoder, Encoder


class TheirEncoder(BaseEncoder):
    """Our encoder, answering in their words."""

    def __init__(self, config: ModelConfig) -> None:
        BaseEncoder.__init__(self)
        self.network = Encoder(config)

    def forward(self, x: Tensor) -> ModelOutput:
        """(B, 3, 64, 64) -> embedding and log_covariance, both (B, D)."""
        posterior = self.network(x)
        assert isinstance(posterior, DiagonalGaussian)
        return ModelOutput(embedding=posterior.mean, log_covariance=posterior.logvar)


class TheirDecoder(BaseDecoder):
    """Our decoder, answering in their words."""

    def __init__(self, config: ModelConfig) -> None:
        BaseDecoder.__init__(self)
        self.network = Decoder(config)

    def forward(self, z: Tensor) -> ModelOutput:
        """(B, D) -> reconstruction (B, 3, 64, 64)."""
        return ModelOutput(reconstruction=torch.sigmoid(self.network(z)))


def training(
    faces: Faces, folder: Path, width: int, batch_size: int, beta: float, learning_rate: float
) -> Callable[[int], object]:
    """One epoch of their trainer over the first so many batches of `faces`."""
    config = ModelConfig(width=width)
    settings = BetaTCVAEConfig(
        input_dim=(3, 64, 64), latent_dim=config.latent_dim, beta=beta, reconstruction_loss="mse", use_mss=False
    )
    model = BetaTCVAE(settings, TheirEncoder(config), TheirDecoder(config))
    pictures = faces.batch(slice(None)).contiguous()  # as they ask for them: floats in memory

    def epoch(steps: int) -> None:
        some = pictures[: steps * batch_size]
        how = BaseTrainerConfig(
            output_dir=str(folder / "pythae"),
            num_epochs=1,
            learning_rate=learning_rate,
            optimizer_cls="Adam",
            per_device_train_batch_size=batch_size,
            no_cuda=True,
        )
        BaseTrainer(model, BaseDataset(some, torch.zeros(len(some))), training_config=how).train()

    return epoch
