"""The beta-VAE score: the report's linear classifier."""

import torch
from sklearn.linear_model import LogisticRegression
from torch import Generator, Tensor

from metrics.disentanglement.grid import Grid

CHUNK = 2**11  # points at a time
STEPS = 1000


def beta_vae_score(grid: Grid, *, samples: int, train: int, held_out: int, generator: Generator) -> float:
    """Accuracy of a linear classifier that guesses which factor two pictures share (Higgins et al. 2017, section 3).

    A point: `samples` pairs of pictures, the two of a pair agreeing in one factor, the same for all pairs; the mean of
    |z - z'| over the pairs, of standardised codes. Multinomial logistic regression learns from `train` points and is
    scored on `held_out` others. 1/F is chance.
    """
    differences, fixed = _points(grid, train, samples, generator)
    classifier = LogisticRegression(max_iter=STEPS).fit(differences.numpy(), fixed.numpy())
    differences, fixed = _points(grid, held_out, samples, generator)
    return float(classifier.score(differences.numpy(), fixed.numpy()))


def _points(grid: Grid, points: int, samples: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Mean absolute differences (P, D), and the factor that was shared (P,)."""
    differences, shared = [], []
    for start in range(0, points, CHUNK):
        fixed, codes = grid.draw_fixed(min(CHUNK, points - start), samples, 2, generator)
        differences.append((codes[:, :, 0] - codes[:, :, 1]).abs().mean(dim=1))
        shared.append(fixed)
    return torch.cat(differences), torch.cat(shared)
