"""Face autoencoders and the objectives that make them differ."""

from vae_models.autoencoder import Autoencoder
from vae_models.config import ModelConfig
from vae_models.objectives.objective import Objective

__all__ = ["Autoencoder", "ModelConfig", "Objective"]
