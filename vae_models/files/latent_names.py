"""latents.json: what a model's latent dimensions are called, and the directions in which attributes lie.

    {"dimensions": [{"index": 4, "name": "smile +", "attribute": "Smiling", "auroc": 0.8, "interval": [0.79, 0.81]}],
     "directions": {"smile": {"direction": [D numbers], "per_logit": 0.7, "auroc": 0.9, "interval": [0.89, 0.91]}},
     "best": {"smile": {"index": 4, "grows": true, "auroc": 0.8}},
     "leakage": {"smile": {"smile": 1.0, "young": 0.2}},
     "facts": [{"index": 0, "kl": 1.3, "spread": 0.9, "attribute": "Young", ...}, ...]}

It stands beside the weights of a model with D latent dimensions. All parts may be empty, and those from "best" on may
be left out; a dimension has one name at most, in which "+" says that the attribute grows with the code, "-" that it
fades. "leakage" is what a step along a direction moves: of each attribute with a direction, the score of its probe, in
standard deviations of that score over the faces, by one standard deviation of the codes along the direction.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from vae_models.files import latent_facts
from vae_models.files.latent_facts import Fact

NAMES = "latents.json"


@dataclass(frozen=True)  # a tuple has an `index` of its own
class Name:
    """What a dimension is called, and how well it alone tells the attribute."""

    index: int
    name: str
    attribute: str  # of the labelled faces
    auroc: float
    interval: tuple[float, float]  # confidence interval of the AUROC


class Direction(NamedTuple):
    """Where an attribute grows, and how well the codes along it tell the attribute."""

    direction: tuple[float, ...]  # (D,)
    per_logit: float  # times `direction` is the step that raises the attribute's logit by one
    auroc: float
    interval: tuple[float, float]  # confidence interval of the AUROC


@dataclass(frozen=True)
class Best:
    """The dimension that tells an attribute best of all, however badly; only what tells it well has a name."""

    index: int
    grows: bool  # the attribute, with the code
    auroc: float


@dataclass(frozen=True)
class LatentNames:
    """The names of a model's dimensions, and its directions by attribute."""

    dimensions: tuple[Name, ...] = ()
    directions: dict[str, Direction] = field(default_factory=dict)
    best: dict[str, Best] = field(default_factory=dict)  # by attribute
    leakage: dict[str, dict[str, float]] = field(default_factory=dict)  # by attribute that is moved, then by the other
    facts: tuple[Fact, ...] = ()  # of every dimension

    def write(self, folder: Path) -> None:
        """Write latents.json into `folder`."""
        facts = {
            "dimensions": [asdict(name) for name in self.dimensions],
            "directions": {attribute: found._asdict() for attribute, found in self.directions.items()},
            "best": {attribute: asdict(found) for attribute, found in self.best.items()},
            "leakage": self.leakage,
            "facts": [asdict(fact) for fact in self.facts],
        }
        (folder / NAMES).write_text(json.dumps(facts, indent=1, allow_nan=False) + "\n")

    @classmethod
    def read(cls, folder: Path, latent_dim: int) -> Self:
        """Read latents.json from the folder of a model with that many dimensions; without the file there is no name.

        Raises ValueError for a file that says anything else than the format does.
        """
        file = folder / NAMES
        if not file.is_file():
            return cls()
        try:
            facts = json.loads(file.read_text())
            names = tuple(_name(entry, latent_dim) for entry in facts["dimensions"])
            directions = {attribute: _direction(e, latent_dim) for attribute, e in facts["directions"].items()}
            best = {attribute: _best(e, latent_dim) for attribute, e in facts.get("best", {}).items()}
            leakage = _leakage(facts.get("leakage", {}), directions)
            about = latent_facts.read(facts.get("facts", []), latent_dim)
            _require(len({name.index for name in names}) == len(names), "a dimension has two names")
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{file} does not name {latent_dim} latent dimensions: {error}") from None
        return cls(names, directions, best, leakage, about)


def _name(entry: dict[str, Any], latent_dim: int) -> Name:
    name = Name(**{**entry, "interval": tuple(entry["interval"])})
    _require(type(name.index) is int and 0 <= name.index < latent_dim, f"there is no dimension {name.index!r}")
    for text in (name.name, name.attribute):
        _require(isinstance(text, str) and bool(text.strip()), f"{text!r} is no name")
    _require_score(name.auroc, name.interval)
    return name


def _direction(entry: dict[str, Any], latent_dim: int) -> Direction:
    found = Direction(**{**entry, "direction": tuple(entry["direction"]), "interval": tuple(entry["interval"])})
    _require(_numbers(found.direction, latent_dim), f"a direction is {latent_dim} finite numbers")
    _require(_numbers([found.per_logit], 1), f"per_logit={found.per_logit!r} is no finite number")
    _require_score(found.auroc, found.interval)
    return found


def _best(entry: dict[str, Any], latent_dim: int) -> Best:
    found = Best(**entry)
    _require(type(found.index) is int and 0 <= found.index < latent_dim, f"there is no dimension {found.index!r}")
    _require(type(found.grows) is bool, f"grows={found.grows!r} is neither true nor false")
    _require_score(found.auroc, (0, 1))
    return found


def _leakage(entries: dict[str, dict[str, float]], directions: dict[str, Direction]) -> dict[str, dict[str, float]]:
    rows: list[dict[str, Any]] = [entries, *entries.values()] if entries else []
    for row in rows:
        _require(row.keys() == directions.keys(), "leakage is between the attributes that have a direction")
    _require(all(_numbers(list(row.values()), len(row)) for row in entries.values()), "leakage is finite numbers")
    return entries


def _require_score(auroc: float, interval: tuple[float, float]) -> None:
    fits = _numbers([auroc, *interval], 3) and 0 <= interval[0] <= auroc <= interval[1] <= 1
    _require(fits, f"auroc={auroc!r} with interval={list(interval)!r} is no score from 0 to 1 inside its interval")


def _numbers(values: Sequence[object], count: int) -> bool:
    """Whether these are so many finite numbers."""
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v)]
    return len(numbers) == len(values) == count


def _require(fits: bool, otherwise: str) -> None:
    if not fits:
        raise ValueError(otherwise)
