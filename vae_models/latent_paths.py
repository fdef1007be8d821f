"""Paths through the latent space: interpolations between two codes, and traversals of one dimension."""

from typing import Literal

import torch
from torch import Tensor

from vae_models.autoencoder import Autoencoder

Interpolation = Literal["linear", "spherical"]

NEARLY_STRAIGHT = 1e-4  # sine of an angle below which an arc equals its chord up to rounding
REACH = 3.0  # standard deviations from the mean to either end of a traversal
MIN_STD = 1e-3  # below this standard deviation the codes of all images are taken for one number


def lerp(a: Tensor, b: Tensor, t: Tensor | float) -> Tensor:
    """Interpolate along the straight line a + t (b - a).

    Args:
        a: codes (..., D).
        b: codes (..., D).
        t: position from 0 to 1, one number or (..., 1).

    Returns:
        Codes (..., D): exactly `a` at t = 0, `b` at t = 1, and `a` throughout if the two are equal.
    """
    return torch.lerp(a, b, t)


def slerp(a: Tensor, b: Tensor, t: Tensor | float) -> Tensor:
    """Interpolate directions along the great arc (Shoemake 1985) and lengths linearly.

        ((1 - t) |a| + t |b|) (sin((1 - t) w) a / |a| + sin(t w) b / |b|) / sin w,    w the angle between a and b

    Codes of equal length keep their length along the path; the original formula, meant for unit quaternions, guarantees
    that for unit length only. Parallel, opposite and zero codes have no unique arc: their path is the straight line.

    Args:
        a: codes (..., D).
        b: codes (..., D).
        t: position from 0 to 1, one number or (..., 1).

    Returns:
        Codes (..., D): exactly `a` at t = 0 and `b` at t = 1.
    """
    length_a, length_b = a.norm(dim=-1, keepdim=True), b.norm(dim=-1, keepdim=True)
    zero = (length_a == 0) | (length_b == 0)
    # where() does not shield from 0 / 0: use a length of 1 wherever the straight line will be taken
    unit_a, unit_b = (code / length.where(~zero, 1) for code, length in ((a, length_a), (b, length_b)))
    # Kahan's angle: the arc cosine of a dot product loses half the digits near 0 and pi
    angle = 2 * torch.atan2((unit_a - unit_b).norm(dim=-1, keepdim=True), (unit_a + unit_b).norm(dim=-1, keepdim=True))
    straight = zero | (angle.sin() < NEARLY_STRAIGHT)
    sine = angle.sin().where(~straight, 1)
    length = lerp(length_a, length_b, t)
    part_a = ((1 - t) * angle).sin() / sine * (length / length_a.where(~zero, 1))
    part_b = (t * angle).sin() / sine * (length / length_b.where(~zero, 1))
    return lerp(a, b, t).where(straight, part_a * a + part_b * b)


def interpolate(a: Tensor, b: Tensor, t: Tensor | float, interpolation: Interpolation) -> Tensor:
    """Interpolate by `lerp` or `slerp`, chosen by name.

    Raises:
        ValueError: if the name is neither "linear" nor "spherical".
    """
    if interpolation == "linear":
        return lerp(a, b, t)
    if interpolation == "spherical":
        return slerp(a, b, t)
    raise ValueError(f"interpolation={interpolation!r}: choose 'linear' or 'spherical'")


def traversal_ranges(model: Autoencoder) -> Tensor:
    """Return lowest and highest value of a traversal of each dimension: mean -+ 3 standard deviations of q(z_j).

    The moments are those of the aggregated posterior, which the weights hold as the fitted prior
    (`Autoencoder.fit_prior`). A dimension of point codes that never changes counts as having a deviation of 1.

    Returns:
        (D, 2), in the units of the codes.
    """
    std = model.prior_scale.norm(dim=1)
    reach = REACH * torch.where(std >= MIN_STD, std, 1.0)
    return torch.stack([model.prior_mean - reach, model.prior_mean + reach], dim=1)


@torch.inference_mode()
def traverse(model: Autoencoder, code: Tensor, dimension: int, start: float, end: float, steps: int) -> Tensor:
    """Decode a code with one dimension set to evenly spaced values and the others unchanged (report, Fig. 1).

    Args:
        model: decoder of the codes.
        code: (D,).
        dimension: index of the dimension that changes.
        start: its first value.
        end: its last value.
        steps: number of values.

    Returns:
        Images (steps, C, 64, 64) in [0, 1].
    """
    z = code.repeat(steps, 1)
    z[:, dimension] = torch.linspace(start, end, steps)
    return model.decode(z)
