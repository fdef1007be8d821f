"""What latents.json says of every dimension, named or not."""

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)  # a tuple has an `index` of its own
class Fact:
    """Of one dimension."""

    index: int
    kl: float | None  # nats, mean over the validation faces; None for a point code
    spread: float  # standard deviation of the mean codes of the validation faces
    attribute: str  # that it tells best, however badly
    grows: bool  # the attribute, with the code
    auroc: float
    interval: tuple[float, float]  # 95 % confidence interval of the AUROC


def read(entries: list[dict[str, Any]], latent_dim: int) -> tuple[Fact, ...]:
    """The facts of a file: none, or one for each dimension, in order. Raises ValueError for anything else."""
    facts = tuple(Fact(**{**entry, "interval": tuple(entry["interval"])}) for entry in entries)
    if facts and [fact.index for fact in facts] != list(range(latent_dim)):
        raise ValueError(f"facts are of {latent_dim} dimensions, in order")
    for fact in facts:
        numbers = [fact.auroc, fact.spread, *fact.interval, *([] if fact.kl is None else [fact.kl])]
        if not all(math.isfinite(number) for number in numbers) or not 0 <= fact.auroc <= 1:
            raise ValueError(f"dimension {fact.index} has a number that is none, or no score from 0 to 1")
    return facts
