"""What a checkpoint's folder holds: Accelerate's files, and state.json that says what they must be."""

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple, Self

from vae_models.files import atomic

STATE = "state.json"


class DamagedError(Exception):
    """A checkpoint that cannot be used; the message says what is wrong with it."""


class State(NamedTuple):
    """What the trainer itself keeps of a run, beside weights, optimiser and generators."""

    step: int = 0  # steps done
    made_with: dict[str, Any] = {}  # noqa: RUF012  what a run that goes on from here must have, too; plain JSON
    rows: list[list[float]] = []  # noqa: RUF012  terms of the steps that metrics.jsonl has no line of yet
    tracking: str = ""  # the run's name where it is tracked

    def write(self, place: Path) -> None:
        """Put the folder's files on the disk, then state.json with the size and the SHA-256 of each."""
        files = sorted(file for file in place.iterdir() if file.name != STATE)
        for file in files:
            atomic.sync(file)
        facts = {**self._asdict(), "files": {file.name: [file.stat().st_size, _digest(file)] for file in files}}
        (place / STATE).write_text(json.dumps(facts))
        atomic.sync(place / STATE)

    @classmethod
    def read(cls, place: Path) -> Self:
        """state.json, once every file is known to be what was written. Raises DamagedError where one is not."""
        facts = _facts(place / STATE)
        for name, (size, digest) in facts["files"].items():
            file = place / name
            if not file.is_file():
                raise DamagedError(f"{name} is missing")
            if file.stat().st_size != size or _digest(file) != digest:
                raise DamagedError(f"{name} is not what was written")
        return cls(*(facts[field] for field in cls._fields))


def _facts(file: Path) -> dict[str, Any]:
    try:
        facts = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise DamagedError(f"{file.name} cannot be read: {error}") from None
    if not isinstance(facts, dict) or not {*State._fields, "files"} <= facts.keys():
        raise DamagedError(f"{file.name} lacks what this version writes")
    return facts


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
