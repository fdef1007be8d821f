"""Conditions of a step: of a dial, the beta of each image, an input of the network and a weight of the loss."""

from typing import NamedTuple

import torch
from torch import Tensor

from train.config import TrainConfig
from train.run.schedule import batch_betas
from vae_models.objectives.objective import PictureWeights


class Conditions(NamedTuple):
    """Inputs of the network besides the images, and weights of the loss; none for a model with one beta."""

    inputs: tuple[Tensor, ...] = ()  # (B / processes,) each
    weights: PictureWeights | None = None


def draw_conditions(config: TrainConfig, step: int, steps: int, rows: slice, device: torch.device) -> Conditions:
    """Draw the conditions of the global batch of a step, and return those of this process's rows."""
    if config.dial is None:
        return Conditions()
    beta = torch.from_numpy(batch_betas(config.dial, config, step, steps)[rows]).to(device)
    return Conditions((beta,), PictureWeights(kl=beta, loss=beta.pow(-config.dial.balance)))
