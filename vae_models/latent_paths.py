"""Ways from one code to another."""

from typing import Literal

import torch
from torch import Tensor

Way = Literal["linear", "spherical"]

NEARLY_STRAIGHT = 1e-4  # sine of an angle below which an arc cannot be told from its chord


def lerp(a: Tensor, b: Tensor, t: Tensor | float) -> Tensor:
    """The straight line a + t (b - a). (..., D)

    a, b: codes (..., D); t: from 0 to 1, one number or (..., 1). Exactly `a` at 0, `b` at 1, and `a` throughout where
    the two are equal.
    """
    return torch.lerp(a, b, t)


def slerp(a: Tensor, b: Tensor, t: Tensor | float) -> Tensor:
    """The great arc (Shoemake 1985) between the directions of two codes, its length going linearly. (..., D)

        ((1 - t) |a| + t |b|) (sin((1 - t) w) a / |a| + sin(t w) b / |b|) / sin w,    w the angle between a and b

    a, b: codes (..., D); t: from 0 to 1, one number or (..., 1). Exactly `a` at 0 and `b` at 1. Codes of one length
    keep it on the way, which the plain formula, meant for unit quaternions, gives for no others. Where there is no arc
    or no single one - parallel, opposite or zero codes - the way is the straight line.
    """
    length_a, length_b = a.norm(dim=-1, keepdim=True), b.norm(dim=-1, keepdim=True)
    zero = (length_a == 0) | (length_b == 0)
    # a length of 1 stands in wherever the straight line will be taken: where() does not shield from 0 / 0
    unit_a, unit_b = (code / length.where(~zero, 1) for code, length in ((a, length_a), (b, length_b)))
    # Kahan's angle: the arc cosine of a dot product loses half the digits near 0 and pi
    angle = 2 * torch.atan2((unit_a - unit_b).norm(dim=-1, keepdim=True), (unit_a + unit_b).norm(dim=-1, keepdim=True))
    straight = zero | (angle.sin() < NEARLY_STRAIGHT)
    sine = angle.sin().where(~straight, 1)
    length = lerp(length_a, length_b, t)
    part_a = ((1 - t) * angle).sin() / sine * (length / length_a.where(~zero, 1))
    part_b = (t * angle).sin() / sine * (length / length_b.where(~zero, 1))
    return lerp(a, b, t).where(straight, part_a * a + part_b * b)


def between(a: Tensor, b: Tensor, t: Tensor | float, way: Way) -> Tensor:
    """`lerp` or `slerp`, by name. Raises ValueError for another way."""
    if way == "linear":
        return lerp(a, b, t)
    if way == "spherical":
        return slerp(a, b, t)
    raise ValueError(f"way={way!r}: choose 'linear' or 'spherical'")
