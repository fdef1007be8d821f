"""Continuity and completeness of a latent space, the report's two wishes (section II-B), as numbers.

Are codes near each other images near each other, and are codes between faces faces?
"""

import torch
from torch import Tensor

from metrics.attributes import ranks
from metrics.estimate import NORMAL_95, Measure

CHUNK = 512  # rows of the distance matrix at a time
NEAREST = 4  # candidates whose distance is computed exactly


def nearest_distance(x: Tensor, faces: Tensor, leave_out: Tensor | None = None) -> Tensor:
    """Compute the Euclidean distance of every image to the nearest of `faces`.

    In pixels the nearest face favours blur: the mean face is nearer to most faces than they are to each other. Read it
    next to `diversity.laplacian_energy`.

    Args:
        x: images (N, ...).
        faces: images (M, ...) of the same shape.
        leave_out: (N, K) rows of `faces` that do not count for an image, such as its own.

    Returns:
        (N,) float64; NaN if a face has a NaN or infinite value.

    Raises:
        ValueError: if no face is left.
    """
    rows, others = x.flatten(1), faces.flatten(1)
    left = len(others) - (0 if leave_out is None else leave_out.shape[1])
    if left < 1:
        raise ValueError(f"of {len(others)} faces none is left to be the nearest")
    if not others.isfinite().all():  # the search for candidates would pass over them
        return torch.full((len(rows),), torch.nan, dtype=torch.float64, device=rows.device)
    lengths, distances = others.square().sum(dim=1), []
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        order = lengths - 2 * part @ others.T  # squared distance, up to a constant of the row
        if leave_out is not None:
            order.scatter_(1, leave_out[start : start + CHUNK], torch.inf)
        near = order.topk(min(NEAREST, left), dim=1, largest=False).indices
        # matrix products lose small distances in rounding: compute those of the first few again
        distances.append((others[near] - part[:, None]).double().square().sum(dim=2).amin(dim=1).sqrt())
    return torch.cat(distances)


def step_ratio(paths: Tensor) -> Tensor:
    """Compute largest step / mean step along paths of images.

    1 for an even path, T - 1 if the whole change happens in one step.

    Args:
        paths: (N, T, ...), T images each, at least 2.

    Returns:
        (N,) float64; NaN for a path on which nothing changes, or with a NaN or infinite value.

    Raises:
        ValueError: if the paths have a single image.
    """
    if paths.shape[1] < 2:
        raise ValueError("a path of one picture has no step")
    steps = paths.flatten(2).diff(dim=1).square().sum(dim=2, dtype=torch.float64).sqrt()
    return steps.amax(dim=1) / steps.mean(dim=1)


def distance_agreement(codes: tuple[Tensor, Tensor], pictures: tuple[Tensor, Tensor]) -> Measure:
    """Compute Spearman's rank correlation between distances of codes and distances of their images, over N pairs.

    1 means: the nearer the faces, the nearer their codes. The interval is that of Bonett and Wright (2000): normal in
    arctanh, with variance (1 + r^2 / 2) / (N - 3).

    Args:
        codes: first and second codes of the pairs, (N, D) each.
        pictures: first and second images, (N, ...) each. No image is in two pairs, so the pairs are independent.

    Returns:
        The correlation; NaN if all distances are equal, or a value is NaN or infinite.

    Raises:
        ValueError: if there are fewer than four pairs.
    """
    n = len(codes[0])
    if n < 4:
        raise ValueError(f"{n} pairs are too few for a correlation with an interval: it takes four")
    distances = [(a.double() - b.double()).flatten(1).norm(dim=1) for a, b in (codes, pictures)]
    r = torch.corrcoef(ranks(torch.stack(distances, dim=1)).T)[0, 1].clamp(-1, 1)
    reach = NORMAL_95 * ((1 + r**2 / 2) / (n - 3)).sqrt()
    low, high = (torch.tanh(torch.atanh(r) + step).item() for step in (-reach, reach))
    return Measure(r.item(), (low, high))
