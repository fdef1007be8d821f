"""Checks of what callers send: JSON may have any type, whatever the type hints of an endpoint say."""

from collections.abc import Sequence
from reprlib import repr as abridge  # `repr` writes out all of a long list, and fails for a deep one

import torch
from torch import Tensor

from server.limits import LARGEST_NUMBER
from vae_models import ModelConfig
from vae_models.hub.pull import Pulled

COLOURS = 3  # channels of a photograph
MOST_SHOWN = 40  # characters of a wrong value in a sentence
NO_COLOUR = (
    "These models see one channel: they were trained on drawings, and a photograph would tell them nothing. "
    "Sample shows what they draw, Models what they score."
)


class ArgumentError(ValueError):
    """Argument that cannot be used. The message is one sentence for the caller who sent it."""


def require_whole(name: str, value: object, low: int, high: int) -> int:
    """Return a whole number from `low` to `high`. Raises ArgumentError, one sentence, for anything else."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ArgumentError(f"{name} must be a whole number from {low} to {high}, not {_show(value)}.")
    return value


def require_number(name: str, value: object, low: float, high: float) -> float:
    """Return a number from `low` to `high`. Raises ArgumentError, one sentence, for anything else."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise ArgumentError(f"{name} must be a number from {low:g} to {high:g}, not {_show(value)}.")
    return float(value)


def require_choice(name: str, value: object, options: Sequence[str]) -> str:
    """Return one of `options`. Raises ArgumentError, one sentence, for anything else."""
    if value not in options:
        raise ArgumentError(f"{name} must be one of {', '.join(options)}, not {_show(value)}.")
    return str(value)


def require_codes(value: object, dimensions: int, most: int) -> Tensor:
    """Return the codes (N, dimensions), N at most `most`, of a list of codes or of one code.

    Raises:
        ArgumentError: if it is anything else than lists of finite numbers.
    """
    rows = [value] if isinstance(value, list) and value and not isinstance(value[0], list) else value
    if not isinstance(rows, list) or not 1 <= len(rows) <= most or not all(_is_code(row, dimensions) for row in rows):
        raise ArgumentError(f"Codes must be a list of 1 to {most} codes, each a list of {dimensions} finite numbers.")
    return torch.tensor(rows, dtype=torch.float32)


def require_code(value: object, dimensions: int) -> Tensor:
    """Return the code (dimensions,) of a list of numbers. Raises ArgumentError, one sentence, for anything else."""
    if not _is_code(value, dimensions):
        raise ArgumentError(f"The code must be a list of {dimensions} finite numbers, not {_show(value)}.")
    return torch.tensor(value, dtype=torch.float32)


def require_square(value: object) -> tuple[float, float, float]:
    """Return x and y of a square's middle and its side, in pixels. Raises ArgumentError for anything else."""
    if not isinstance(value, list) or not _is_code(value, 3):
        raise ArgumentError(f"The square must be a list of 3 finite numbers, x, y and side, not {_show(value)}.")
    x, y, side = value
    return float(x), float(y), float(side)


def require_model(models: Sequence[Pulled], name: object) -> Pulled:
    """Return the model of that name. Raises ArgumentError, one sentence, if there is none."""
    named = {pulled.name: pulled for pulled in models}
    return named[require_choice("The model", name, list(named))]


def require_colour(models: Sequence[Pulled]) -> tuple[Pulled, ...]:
    """Return the models of three channels: no other can be given a photograph.

    Raises:
        ArgumentError: if there are none.
    """
    found = tuple(pulled for pulled in models if pulled.model.config.channels == COLOURS)
    if not found:
        raise ArgumentError(NO_COLOUR)
    return found


def require_channels(config: ModelConfig) -> None:
    """Raise ArgumentError, one sentence, unless a network of this shape can be given a photograph."""
    if config.channels != COLOURS:
        raise ArgumentError(NO_COLOUR)


def _is_code(row: object, dimensions: int) -> bool:
    return (
        isinstance(row, list)
        and len(row) == dimensions
        and all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) <= LARGEST_NUMBER for v in row)
    )


def _show(value: object) -> str:
    text = abridge(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
