"""One face by the models of a family, from the smallest beta to the largest (report, Fig. 3), or by a dial."""

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

import torch
from torch import Tensor

from server.analysis.scoring import Reconstructed, reconstruct
from server.workers import run_each
from vae_models.hub.pull import Pulled, PulledDial

Family = Literal["beta-vae", "beta-tcvae"]
SAMPLES = 3  # of each model


class Compared(NamedTuple):
    """One beta of a family or a dial."""

    beta: float
    reconstructed: Reconstructed
    samples: Tensor  # (SAMPLES, 3, 64, 64) in [0, 1]


def families(models: Sequence[Pulled]) -> list[Family]:
    """Return the families with a model of their own among `models`; the VAE belongs to all."""
    return [family for family in get_args(Family) if any(pulled.record.family == family for pulled in models)]


def sort_family(models: Sequence[Pulled], family: Family) -> list[tuple[float, Pulled]]:
    """Return the models of a family, with ascending beta; a VAE is beta = 1 of both families."""
    found = [
        (beta, pulled)
        for pulled in models
        if pulled.record.family in ("vae", family) and (beta := pulled.record.beta) is not None
    ]
    return sorted(found, key=lambda one: one[0])


def compare(models: Sequence[Pulled], family: Family, face: Tensor, seed: int) -> list[Compared]:
    """Reconstruct a face (1, 3, 64, 64) at every beta of a family, and sample each model with the noise of `seed`."""
    return run_each(lambda one: _compare_one(*one, face, seed), sort_family(models, family))


def compare_dial(pulled: PulledDial, betas: Sequence[float], face: Tensor, seed: int) -> list[Compared]:
    """Reconstruct a face (1, 3, 64, 64) by a dial at these betas, and sample each with the noise of `seed`."""
    return run_each(lambda beta: _compare_one(beta, pulled.at(beta), face, seed), betas)


@torch.inference_mode()
def _compare_one(beta: float, pulled: Pulled, face: Tensor, seed: int) -> Compared:
    samples = pulled.model.sample(SAMPLES, generator=torch.Generator().manual_seed(seed))
    return Compared(beta, reconstruct(pulled, face, face), samples)
