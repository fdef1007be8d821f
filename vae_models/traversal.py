"""Traversals: a code with one dimension moved and all others left as they are, decoded (report, Fig. 1)."""

import torch
from torch import Tensor

from vae_models.autoencoder import Autoencoder

REACH = 3.0  # standard deviations from the mean to either end
STILL = 1e-3  # a standard deviation below is none: the codes of all faces are one number


def ends(model: Autoencoder) -> Tensor:
    """From where to where each dimension is traversed: (D, 2), low and high, mean -+ 3 standard deviations of the
    aggregated posterior q(z_j), which the weights hold as the fitted prior (`Autoencoder.fit_prior`).

    Point codes that never change have no deviation: theirs is taken for 1.
    """
    std = model.prior_scale.norm(dim=1)
    reach = REACH * torch.where(std >= STILL, std, 1.0)
    return torch.stack([model.prior_mean - reach, model.prior_mean + reach], dim=1)


@torch.inference_mode()
def traverse(model: Autoencoder, code: Tensor, dimension: int, start: float, end: float, steps: int) -> Tensor:
    """A code (D,) with one dimension set to `steps` values, evenly from `start` to `end`, and all others left as they
    are, decoded. (steps, 3, 64, 64) in [0, 1]
    """
    z = code.repeat(steps, 1)
    z[:, dimension] = torch.linspace(start, end, steps)
    return model.decode(z)
