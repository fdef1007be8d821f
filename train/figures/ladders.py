"""Fig. 2 and Fig. 3 as tensors: samples of one noise, and a face along the betas of a family."""

from typing import NamedTuple

import torch
from torch import Generator, Tensor

from train.figures.selection import family
from vae_models.catalogue import Prior
from vae_models.distributions import Dirac
from vae_models.hub.pull import Pulled
from vae_models.objectives.objective import squared_error


@torch.inference_mode()
def samples(pulled: Pulled, prior: Prior, count: int, seed: int) -> Tensor:
    """Pictures of the noise of `seed`, the same for every model. (count, 3, 64, 64) in [0, 1]"""
    return pulled.model.sample(count, generator=Generator().manual_seed(seed), prior=prior)


class Step(NamedTuple):
    """A face at one beta."""

    beta: float
    picture: Tensor  # (3, 64, 64) in [0, 1], from the mean code
    squared_error: float  # of this face
    kl: float  # nats


@torch.inference_mode()
def ladder(models: tuple[Pulled, ...], recipe: str, face: Tensor) -> list[Step]:
    """A face (1, 3, 64, 64) reconstructed by every model of a recipe's family, beta increasing."""
    steps = []
    for pulled in family(models, recipe):
        posterior, beta = pulled.model.encode(face), pulled.record.beta
        if beta is None or isinstance(posterior, Dirac):
            raise ValueError(f"{pulled.name} says that it is a {pulled.record.recipe}, but its codes are points")
        picture = pulled.model.decode(posterior.mean)
        error, kl = squared_error(face, picture), posterior.kl().sum()
        steps.append(Step(beta, picture[0], error.item(), kl.item()))
    return steps
