"""What a script or a visitor asks for, held against what there is: one sentence where it does not fit."""

from collections.abc import Sequence
from reprlib import repr as abridge  # `repr` writes out all of a long list, and fails for a deep one

import torch
from torch import Tensor

LARGEST = 1e6  # of a code's numbers: a decoder's float32 is still finite there


def whole(name: str, value: object, low: int, high: int) -> int:
    """A whole number from `low` to `high`. Raises ValueError."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, not {_shown(value)}.")
    return value


def number(name: str, value: object, low: float, high: float) -> float:
    """A number from `low` to `high`. Raises ValueError."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{name} must be a number from {low:g} to {high:g}, not {_shown(value)}.")
    return float(value)


def choice(name: str, value: object, options: Sequence[str]) -> str:
    """One of `options`. Raises ValueError."""
    if value not in options:
        raise ValueError(f"{name} must be one of {', '.join(options)}, not {_shown(value)}.")
    return str(value)


def codes(value: object, dimensions: int, most: int) -> Tensor:
    """A list of codes, each a list of numbers, or one code -> (N, dimensions), N at most `most`. Raises ValueError."""
    rows = [value] if isinstance(value, list) and value and not isinstance(value[0], list) else value
    if not isinstance(rows, list) or not 1 <= len(rows) <= most or not all(_fits(row, dimensions) for row in rows):
        raise ValueError(f"Codes must be a list of 1 to {most} codes, each a list of {dimensions} finite numbers.")
    return torch.tensor(rows, dtype=torch.float32)


def code(value: object, dimensions: int) -> Tensor:
    """One code, a list of numbers -> (dimensions,). Raises ValueError."""
    if not _fits(value, dimensions):
        raise ValueError(f"The code must be a list of {dimensions} finite numbers, not {_shown(value)}.")
    return torch.tensor(value, dtype=torch.float32)


def _fits(row: object, dimensions: int) -> bool:
    return (
        isinstance(row, list)
        and len(row) == dimensions
        and all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) <= LARGEST for v in row)
    )


def _shown(value: object) -> str:
    text = abridge(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
