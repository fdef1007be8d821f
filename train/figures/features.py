"""Fig. 1: one feature in every model, by the dimension that tells it best in the model's latents.json."""

from typing import NamedTuple

import torch
from torch import Tensor

from vae_models.hub.pull import Pulled
from vae_models.traversal import ends, traverse


class Cell(NamedTuple):
    """A feature in a model."""

    dimension: int
    start: float  # of the range that is traversed, where the feature is least
    end: float
    auroc: float  # on faces not used to choose the dimension
    granted: bool  # whether the dimension is named after the feature
    pictures: Tensor  # (steps, 3, 64, 64) in [0, 1]


@torch.inference_mode()
def cell(pulled: Pulled, face: Tensor, feature: str, steps: int) -> Cell | None:
    """A face (1, 3, 64, 64) along the dimension that tells the feature best, however badly; None where the model's
    latents.json says nothing of it.
    """
    best = pulled.names.best.get(feature)
    if best is None:
        return None
    low, high = ends(pulled.model)[best.index].tolist()
    start, end = (low, high) if best.grows else (high, low)
    granted = any(_word(name.attribute) == feature for name in pulled.names.dimensions)
    pictures = traverse(pulled.model, pulled.model.encode(face).mean[0], best.index, start, end, steps)
    return Cell(best.index, start, end, best.auroc, granted, pictures)


def _word(attribute: str) -> str:
    return attribute.replace("_", " ").lower()
