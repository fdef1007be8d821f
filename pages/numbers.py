"""The numbers of a model's code: which are in use, what each contains, and the range that it is moved through."""

from dataclasses import dataclass

from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Pulled
from vae_models.latent_paths import traversal_ranges

IN_USE = 0.01  # variance of the mean code over faces (Burda et al. 2016, "active units")


@dataclass(frozen=True)  # a tuple has an `index` of its own
class Number:
    """One number of a model's code."""

    index: int
    strength: float | None  # mean KL in nats; of a point code the mean squared change of a pixel; None: not recorded
    in_use: bool
    low: float  # of the range that it is moved through
    high: float


def count_in_use(record: TrainingRecord) -> int:
    """Count the numbers whose mean varies over faces by more than 0.01."""
    return sum(std**2 > IN_USE for std in record.latents.get("std", ()))


def list_numbers(pulled: Pulled) -> tuple[Number, ...]:
    """List the numbers of a model's code, the strongest first; by index if no strength is recorded.

    A number is in use if its mean varies over faces by more than 0.01. The rule is the same for every model and every
    part of the page. Where nothing is recorded, all numbers count as in use.

    Raises:
        ValueError: if the record does not fit the model.
    """
    size, recorded = pulled.model.config.latent_dim, pulled.record.latents
    strengths = recorded.get("kl") or recorded.get("pixel_change")
    spreads = recorded.get("std")
    for name, values in (("strength", strengths), ("std", spreads)):
        if values is not None and len(values) != size:
            raise ValueError(f"The record of {pulled.name} has {len(values)} values of {name}; its codes have {size}")
    ranges = traversal_ranges(pulled.model).tolist()
    numbers = [
        Number(
            index,
            None if strengths is None else strengths[index],
            spreads is None or spreads[index] ** 2 > IN_USE,
            *ranges[index],
        )
        for index in range(size)
    ]
    return tuple(sorted(numbers, key=lambda number: -(number.strength or 0.0)))
