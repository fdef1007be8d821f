"""latents.json: names of a model's latent dimensions, and directions of attributes in its latent space.

```json
{"dimensions": [{"index": 4, "name": "smile +", "attribute": "Smiling", "auroc": 0.8, "interval": [0.79, 0.81]}],
 "directions": {"smile": {"direction": [D numbers], "per_logit": 0.7, "auroc": 0.9, "interval": [0.89, 0.91]}},
 "best": {"smile": {"index": 4, "grows": true, "auroc": 0.8}},
 "leakage": {"smile": {"smile": 1.0, "young": 0.2}},
 "facts": [{"index": 0, "kl": 1.3, "spread": 0.9, "attribute": "Young", ...}, ...],
 "acceptance": {"candidates": [{"attribute": "Smiling", "index": 4, "auroc_bound": 0.77, ...}], "people": 907, ...},
 "effects": {"pictures": 907, "changes": {"smile": {"young": [0.12, 0.10, 0.14], ...}, ...}, ...}}
```

The file lies next to the weights of a model with D latent dimensions. All parts may be empty, and those from "best" on
may be missing. A dimension has at most one name; its "+" says that the attribute becomes more likely as the code
increases, its "-" less likely; `grows` says the same as true and false.

The file's "leakage" is called crosstalk here, because the `leakage` of training.json measures something else. Crosstalk
is the side effect of a step along an attribute's direction on the other attributes: by how many standard deviations
(over the faces) the score of each linear probe moves, for a step of one standard deviation of the codes.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from vae_models.files.atomic import atomic_write
from vae_models.files.names import LATENTS

OPTIONAL = ("acceptance", "effects")  # parts that earlier versions did not write


@dataclass(frozen=True)  # no NamedTuple: a tuple has an `index` of its own
class Name:
    """Name of a dimension that predicts an attribute well by itself."""

    index: int
    name: str
    attribute: str  # of the labelled faces
    auroc: float
    interval: tuple[float, float]  # 95 % confidence interval of the AUROC


class Direction(NamedTuple):
    """Direction in which an attribute becomes more likely."""

    direction: tuple[float, ...]  # (D,)
    per_logit: float  # times `direction` is the step that raises the attribute's logit by one
    auroc: float  # of the attribute, by the codes' position along the direction
    interval: tuple[float, float]  # 95 % confidence interval of the AUROC


@dataclass(frozen=True)
class Best:
    """Dimension that predicts an attribute best, however badly. Only good ones have a name."""

    index: int
    grows: bool  # whether the attribute becomes more likely as the code increases
    auroc: float


@dataclass(frozen=True)
class Fact:
    """Statistics of one dimension, with a name or without."""

    index: int
    kl: float | None  # nats, mean over the validation images; None for a point code
    spread: float  # standard deviation of the mean codes of the validation images
    attribute: str  # attribute that the dimension predicts best, however badly
    grows: bool  # whether the attribute becomes more likely as the code increases
    auroc: float
    interval: tuple[float, float]  # 95 % confidence interval of the AUROC


@dataclass(frozen=True)
class Candidate:
    """Attribute that was tried as a name of a dimension, and its lower bounds on the validation images.

    The bounds hold for all candidates of the model together with 95 % confidence.
    """

    attribute: str
    index: int
    auroc: float
    auroc_bound: float
    gap: float  # AUROC minus that of the dimension that predicts the attribute second best
    gap_bound: float
    accepted: bool


@dataclass(frozen=True)
class Acceptance:
    """Rule by which names were accepted, and everything that was tried."""

    candidates: tuple[Candidate, ...]
    people: int | None  # in the validation images; None if unknown, then the bounds are over pictures and too high
    pictures: int


@dataclass(frozen=True)
class Effects:
    """Change of the pictures' attributes along each direction, measured by linear probes on the edited pictures.

    `changes[direction][attribute]` is half the difference of the probe's score between a step forward and a step back,
    in standard deviations of that score over real pictures, and its 95 % interval.
    """

    pictures: int
    people: int | None  # None if unknown, then the intervals are over pictures and too narrow
    probe_auroc: dict[str, float]  # by attribute, on real validation pictures
    changes: dict[str, dict[str, tuple[float, float, float]]]


@dataclass(frozen=True)
class LatentNames:
    """Contents of latents.json."""

    dimensions: tuple[Name, ...] = ()
    directions: dict[str, Direction] = field(default_factory=dict)
    best: dict[str, Best] = field(default_factory=dict)  # by attribute
    crosstalk: dict[str, dict[str, float]] = field(default_factory=dict)  # [attribute of the step][of the probe]
    facts: tuple[Fact, ...] = ()  # of all dimensions, or empty
    acceptance: Acceptance | None = None
    effects: Effects | None = None

    def write(self, folder: Path) -> None:
        """Write latents.json into `folder`.

        Raises:
            ValueError: if a number is NaN or infinite.
        """
        content = {
            "dimensions": [asdict(name) for name in self.dimensions],
            "directions": {attribute: direction._asdict() for attribute, direction in self.directions.items()},
            "best": {attribute: asdict(best) for attribute, best in self.best.items()},
            "leakage": self.crosstalk,
            "facts": [asdict(fact) for fact in self.facts],
        }
        content |= {name: asdict(part) for name in OPTIONAL if (part := getattr(self, name)) is not None}
        text = json.dumps(content, indent=1, allow_nan=False) + "\n"
        atomic_write(folder / LATENTS, lambda file: file.write_text(text, encoding="utf-8"))

    @classmethod
    def read(cls, folder: Path, latent_dim: int) -> Self:
        """Read latents.json from the folder of a model with `latent_dim` dimensions. Without the file all is empty.

        Raises:
            ValueError: if the file has another format, or is of a model with other dimensions.
        """
        file = folder / LATENTS
        if not file.is_file():
            return cls()
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            names = tuple(_read_name(entry, latent_dim) for entry in content["dimensions"])
            directions = {attribute: _read_direction(e, latent_dim) for attribute, e in content["directions"].items()}
            best = {attribute: _read_best(e, latent_dim) for attribute, e in content.get("best", {}).items()}
            crosstalk = _read_crosstalk(content.get("leakage", {}), directions)
            facts = _read_facts(content.get("facts", []), latent_dim)
            acceptance = _read_acceptance(content.get("acceptance"), latent_dim)
            effects = _read_effects(content.get("effects"), directions)
            _require(len({name.index for name in names}) == len(names), "a dimension has two names")
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{file} does not name {latent_dim} latent dimensions: {error}") from None
        return cls(names, directions, best, crosstalk, facts, acceptance, effects)


def _read_name(entry: dict[str, Any], latent_dim: int) -> Name:
    name = Name(**{**entry, "interval": tuple(entry["interval"])})
    _require_index(name.index, latent_dim)
    for text in (name.name, name.attribute):
        _require(isinstance(text, str) and bool(text.strip()), f"{text!r} is no name")
    _require_score(name.auroc, name.interval)
    return name


def _read_direction(entry: dict[str, Any], latent_dim: int) -> Direction:
    vectors = {"direction": tuple(entry["direction"]), "interval": tuple(entry["interval"])}
    direction = Direction(**{**entry, **vectors})
    _require(_are_finite(direction.direction, latent_dim), f"a direction is {latent_dim} finite numbers")
    _require(_are_finite([direction.per_logit], 1), f"per_logit={direction.per_logit!r} is no finite number")
    _require_score(direction.auroc, direction.interval)
    return direction


def _read_best(entry: dict[str, Any], latent_dim: int) -> Best:
    best = Best(**entry)
    _require_index(best.index, latent_dim)
    _require(type(best.grows) is bool, f"grows={best.grows!r} is neither true nor false")
    _require_score(best.auroc, (0, 1))
    return best


def _read_crosstalk(
    entries: dict[str, dict[str, float]], directions: dict[str, Direction]
) -> dict[str, dict[str, float]]:
    rows: list[dict[str, Any]] = [entries, *entries.values()] if entries else []
    for row in rows:
        _require(row.keys() == directions.keys(), "leakage is between the attributes that have a direction")
    _require(all(_are_finite(list(row.values()), len(row)) for row in entries.values()), "leakage is finite numbers")
    return entries


def _read_facts(entries: list[dict[str, Any]], latent_dim: int) -> tuple[Fact, ...]:
    facts = tuple(Fact(**{**entry, "interval": tuple(entry["interval"])}) for entry in entries)
    _require(not facts or [fact.index for fact in facts] == list(range(latent_dim)), "facts are of all dimensions")
    for fact in facts:
        numbers = [fact.auroc, fact.spread, *fact.interval, *([] if fact.kl is None else [fact.kl])]
        _require(_are_finite(numbers, len(numbers)), f"dimension {fact.index} has a value that is no finite number")
        _require(0 <= fact.auroc <= 1, f"dimension {fact.index}: auroc={fact.auroc} is no score from 0 to 1")
    return facts


def _read_acceptance(entry: dict[str, Any] | None, latent_dim: int) -> Acceptance | None:
    if entry is None:
        return None
    acceptance = Acceptance(**{**entry, "candidates": tuple(Candidate(**one) for one in entry["candidates"])})
    for one in acceptance.candidates:
        _require_index(one.index, latent_dim)
        _require(isinstance(one.attribute, str) and type(one.accepted) is bool, f"{one} is no candidate")
        _require(_are_finite([one.auroc, one.auroc_bound, one.gap, one.gap_bound], 4), f"{one} has no bounds")
    return acceptance


def _read_effects(entry: dict[str, Any] | None, directions: dict[str, Direction]) -> Effects | None:
    if entry is None:
        return None
    changes = {
        direction: {attribute: tuple(change) for attribute, change in row.items()}
        for direction, row in entry["changes"].items()
    }
    effects = Effects(**{**entry, "changes": changes})
    _require(changes.keys() <= directions.keys(), "effects are of directions")
    for row in changes.values():
        _require(row.keys() == effects.probe_auroc.keys(), "effects are on the attributes that have a probe")
        _require(all(_are_finite(change, 3) for change in row.values()), "an effect is a number and its interval")
    return effects


def _require_index(index: object, latent_dim: int) -> None:
    _require(type(index) is int and 0 <= index < latent_dim, f"there is no dimension {index!r}")


def _require_score(auroc: float, interval: tuple[float, float]) -> None:
    fits = _are_finite([auroc, *interval], 3) and 0 <= interval[0] <= auroc <= interval[1] <= 1
    _require(fits, f"auroc={auroc!r} with interval={list(interval)!r} is no score from 0 to 1 inside its interval")


def _are_finite(values: Sequence[object], count: int) -> bool:
    """Tell whether the values are `count` finite numbers."""
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v)]
    return len(numbers) == len(values) == count


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)
