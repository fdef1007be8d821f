"""Conditions of a step: its loss, and of a dial the beta of each image, an input of the network."""

from typing import NamedTuple

import torch
from torch import Tensor

from train.config import TrainConfig
from train.run.schedule import batch_betas, step_beta
from vae_models.objectives.objective import Objective, PictureWeights, at_beta


class Conditions(NamedTuple):
    """Loss of a step, and inputs of the network besides the images: none for a model with one beta."""

    objective: Objective
    weights: PictureWeights | None = None
    inputs: tuple[Tensor, ...] = ()  # (B / processes,) each


def draw_conditions(config: TrainConfig, step: int, steps: int, rows: slice, device: torch.device) -> Conditions:
    """Draw the conditions of the global batch of a step, and return those of this process's rows."""
    objective, dial = config.objective(), config.dial
    if dial is None:
        return Conditions(objective)
    if dial.term == "tc":  # it is estimated from a whole batch, so all of it has one beta
        value = step_beta(dial, config, step, steps)
        beta = torch.full((len(range(*rows.indices(config.batch_size))),), value, device=device)
        weights = PictureWeights(beta.pow(-dial.balance))
        return Conditions(at_beta(objective, "tc", value), weights, (beta,))
    beta = torch.from_numpy(batch_betas(dial, config, step, steps)[rows]).to(device)
    return Conditions(objective, PictureWeights(beta.pow(-dial.balance), kl=beta), (beta,))
