"""Whether codes near each other are pictures near each other, and codes between faces are faces.

The report's two wishes of a latent space, continuity and completeness (section II-B), as numbers.
"""

import torch
from torch import Tensor

from metrics.attributes import ranks
from metrics.estimate import NORMAL_95, Measure

CHUNK = 512  # rows of the matrix of distances at a time
NEAREST = 4  # candidates that are measured exactly


def nearest_distance(x: Tensor, faces: Tensor, leave_out: Tensor | None = None) -> Tensor:
    """Euclidean distance of every picture to the nearest of `faces`, of which a few may be left out.

    x: (N, ...), faces: (M, ...) of one shape a row, leave_out: (N, K) rows of `faces` that do not count for a picture
    -> (N,) float64. In pixels the nearest face favours blur: the mean face is nearer to most faces than they are to
    each other, so it is read beside the Laplacian energy. Raises ValueError where none is left.
    """
    rows, others = x.flatten(1), faces.flatten(1)
    left = len(others) - (0 if leave_out is None else leave_out.shape[1])
    if left < 1:
        raise ValueError(f"of {len(others)} faces none is left to be the nearest")
    lengths, found = others.square().sum(dim=1), []
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        order = lengths - 2 * part @ others.T  # squared distance but for what all of a row share
        if leave_out is not None:
            order.scatter_(1, leave_out[start : start + CHUNK], torch.inf)
        near = order.topk(min(NEAREST, left), dim=1, largest=False).indices
        # by matrix products a small distance is lost in rounding: the first few are measured again
        found.append((others[near] - part[:, None]).double().square().sum(dim=2).amin(dim=1).sqrt())
    return torch.cat(found)


def step_ratio(paths: Tensor) -> Tensor:
    """The largest step between consecutive pictures over the mean step: 1 where a path goes evenly, as many as there
    are steps where all of it happens in one.

    paths: (N, T, ...), T at least 2 pictures a path -> (N,) float64; nan of a path on which nothing changes. Raises
    ValueError for paths without a step.
    """
    if paths.shape[1] < 2:
        raise ValueError("a path of one picture has no step")
    steps = paths.flatten(2).diff(dim=1).square().sum(dim=2, dtype=torch.float64).sqrt()
    return steps.amax(dim=1) / steps.mean(dim=1)


def distance_agreement(codes: tuple[Tensor, Tensor], pictures: tuple[Tensor, Tensor]) -> Measure:
    """Spearman's rank correlation of the distance between two codes with that between their pictures, over N pairs.

    codes: two of (N, D), pictures: two of (N, ...), N at least 4; the pairs share no picture, so they are independent.
    1: the nearer the faces, the nearer their codes. The interval is Bonett and Wright's (2000): normal in arctanh, of
    variance (1 + r^2 / 2) / (N - 3). nan where all distances are the same. Raises ValueError for fewer pairs.
    """
    n = len(codes[0])
    if n < 4:
        raise ValueError(f"{n} pairs are too few for a correlation with an interval: it takes four")
    distances = [(a.double() - b.double()).flatten(1).norm(dim=1) for a, b in (codes, pictures)]
    r = torch.corrcoef(ranks(torch.stack(distances, dim=1)).T)[0, 1].clamp(-1, 1)
    reach = NORMAL_95 * ((1 + r**2 / 2) / (n - 3)).sqrt()
    low, high = (torch.tanh(torch.atanh(r) + step).item() for step in (-reach, reach))
    return Measure(r.item(), (low, high))
