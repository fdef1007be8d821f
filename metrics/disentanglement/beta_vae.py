"""The beta-VAE score: the report's linear classifier."""

import torch
from sklearn.linear_model import LogisticRegression
from torch import Generator, Tensor

from metrics.disentanglement.grid import Grid

CHUNK = 2**11  # points at a time
STEPS = 1000


def beta_vae_score(grid: Grid, *, samples: int, train: int, held_out: int, generator: Generator) -> float:
    """Measure how well a linear classifier guesses which factor two images share (Higgins et al. 2017, section 3).

    A point is the mean of |z - z'| over `samples` pairs of images, of standardised codes; the two images of each pair
    agree in one factor, the same for all pairs. The classifier is a multinomial logistic regression.

    Args:
        grid: codes of all combinations of factor values.
        samples: pairs per point.
        train: number of points that the classifier learns from.
        held_out: number of other points that it is scored on.
        generator: of the points.

    Returns:
        Accuracy; 1/F is chance.
    """
    differences, fixed = _draw_points(grid, train, samples, generator)
    classifier = LogisticRegression(max_iter=STEPS).fit(differences.numpy(), fixed.numpy())
    differences, fixed = _draw_points(grid, held_out, samples, generator)
    return float(classifier.score(differences.numpy(), fixed.numpy()))


def _draw_points(grid: Grid, points: int, samples: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Draw mean absolute differences (P, D), and the index of the shared factor (P,)."""
    differences, shared = [], []
    for start in range(0, points, CHUNK):
        fixed, codes = grid.draw_fixed(min(CHUNK, points - start), samples, 2, generator)
        differences.append((codes[:, :, 0] - codes[:, :, 1]).abs().mean(dim=1))
        shared.append(fixed)
    return torch.cat(differences), torch.cat(shared)
