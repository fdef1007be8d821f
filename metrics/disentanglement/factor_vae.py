"""The FactorVAE score."""

import torch
from torch import Generator, Tensor

from metrics.disentanglement.grid import Grid

CHUNK = 2**11  # points at a time


def factor_vae_score(grid: Grid, *, samples: int, train: int, held_out: int, generator: Generator) -> float:
    """Accuracy of guessing which factor was fixed from the dimension that varied least (Kim and Mnih 2018, section 4).

    A point: `samples` pictures that agree in one factor; of their codes, over the standard deviation in the whole data
    set, the dimension with the least variance. From `train` points each dimension learns the factor that it stood for
    most often (the majority vote, optimal here); the score is that vote's accuracy on `held_out` others. 1/F is
    chance. Dimensions that never change are left out: their variance is always least. With none left, the guess is one
    factor for all.
    """
    alive = grid.codes.std(dim=0, correction=0) > 0
    if not alive.any():
        return 1 / len(grid.sizes)
    live = Grid(grid.codes[:, alive], grid.sizes)
    least, fixed = _points(live, train, samples, generator)
    kinds, dimensions = len(grid.sizes), live.codes.shape[1]
    votes = (least * kinds + fixed).bincount(minlength=dimensions * kinds).view(dimensions, kinds).argmax(dim=1)
    least, fixed = _points(live, held_out, samples, generator)
    return (votes[least] == fixed).double().mean().item()


def _points(grid: Grid, points: int, samples: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """The dimension that varies least, and the factor that was fixed: (P,) each."""
    least, agreed = [], []
    for start in range(0, points, CHUNK):
        fixed, codes = grid.draw_fixed(min(CHUNK, points - start), 1, samples, generator)
        least.append(codes[:, 0].var(dim=1).argmin(dim=1))
        agreed.append(fixed)
    return torch.cat(least), torch.cat(agreed)
