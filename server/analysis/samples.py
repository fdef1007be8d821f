"""New faces: codes drawn from the prior, and their images."""

from dataclasses import dataclass
from typing import get_args

import torch
from torch import Tensor

from server.limits import HIGHEST_TEMPERATURE, LARGEST_SEED, MOST_FACES
from server.validation import require_choice, require_number, require_whole
from vae_models.autoencoder import draw_noise
from vae_models.catalogue import Prior
from vae_models.hub.pull import Pulled


@dataclass(frozen=True)
class Draw:
    """Seed and settings that determine the faces of each model.

    Raises:
        ValueError: one sentence, if a value is out of its range.
    """

    seed: int
    count: int = 12
    prior: Prior = "standard"
    temperature: float = 1.0

    def __post_init__(self) -> None:
        require_whole("The seed", self.seed, 0, LARGEST_SEED)
        require_whole("The number of faces", self.count, 1, MOST_FACES)
        require_choice("The prior", self.prior, get_args(Prior))
        require_number("The temperature", self.temperature, 0, HIGHEST_TEMPERATURE)


@torch.inference_mode()
def draw_codes(pulled: Pulled, draw: Draw) -> Tensor:
    """Return one model's codes (count, D): the noise of the seed, times the temperature."""
    generator = torch.Generator().manual_seed(draw.seed)
    noise = draw.temperature * draw_noise(draw.count, pulled.model.config.latent_dim, generator)
    return pulled.model.latents(noise, prior=draw.prior)


@torch.inference_mode()
def draw_faces(pulled: Pulled, draw: Draw) -> Tensor:
    """Return one model's faces (count, C, 64, 64) in [0, 1]: its codes, decoded."""
    return pulled.model.decode(draw_codes(pulled, draw))
