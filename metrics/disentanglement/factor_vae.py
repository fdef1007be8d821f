"""The FactorVAE score."""

import torch
from torch import Generator, Tensor

from metrics.disentanglement.grid import Grid
from metrics.finite import require_finite

CHUNK = 2**11  # points at a time


def factor_vae_score(grid: Grid, *, samples: int, train: int, held_out: int, generator: Generator) -> float:
    """Measure how well the dimension of least variance gives away the fixed factor (Kim and Mnih 2018, section 4).

    A point: `samples` images that agree in one factor; the dimension whose codes, divided by the standard deviation in
    the whole data set, vary least. Each dimension predicts the factor that was fixed most often when it varied least:
    a majority vote, which is optimal here. Dimensions that never change are left out, because their variance is always
    least; if none is left, the guess is one factor for all points.

    Args:
        grid: codes of all combinations of factor values.
        samples: images per point.
        train: number of points that vote.
        held_out: number of other points that the vote is scored on.
        generator: of the points.

    Returns:
        Accuracy; 1/F is chance.

    Raises:
        ValueError: if a code is NaN or infinite.
    """
    require_finite("codes", grid.codes)
    alive = grid.codes.std(dim=0, correction=0) > 0
    if not alive.any():
        return 1 / len(grid.sizes)
    live = Grid(grid.codes[:, alive], grid.sizes)
    least, fixed = _draw_points(live, train, samples, generator)
    kinds, dimensions = len(grid.sizes), live.codes.shape[1]
    votes = (least * kinds + fixed).bincount(minlength=dimensions * kinds).view(dimensions, kinds).argmax(dim=1)
    least, fixed = _draw_points(live, held_out, samples, generator)
    return (votes[least] == fixed).double().mean().item()


def _draw_points(grid: Grid, points: int, samples: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Draw the index of the dimension of least variance, and of the fixed factor. (P,) each."""
    least, factors = [], []
    for start in range(0, points, CHUNK):
        fixed, codes = grid.draw_fixed(min(CHUNK, points - start), 1, samples, generator)
        least.append(codes[:, 0].var(dim=1).argmin(dim=1))
        factors.append(fixed)
    return torch.cat(least), torch.cat(factors)
