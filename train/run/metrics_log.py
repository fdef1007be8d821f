"""metrics.jsonl: the loss and its terms as they went, one line for every twenty steps."""

import json
import math
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import torch
from accelerate import Accelerator
from torch import Tensor

from vae_models.files.atomic import atomic_write, sync

METRICS = "metrics.jsonl"
LOG_EVERY = 20  # steps
TERMS = ("loss", "distortion", "kl", "tc")


class NotFinite(NamedTuple):
    """The first step that went wrong."""

    step: int
    term: str
    value: float


class MetricsFile:
    """Means over the steps since the last line, and over all processes. The terms of every step stay on their device
    until they are asked for; every process asks at the same steps.
    """

    def __init__(
        self, accelerator: Accelerator, folder: Path, first: int = 0, rows: list[list[float]] | None = None
    ) -> None:
        """A run that starts after step `first`, with the terms of steps before that have no line yet."""
        self._accelerator = accelerator
        self._path = folder / METRICS if accelerator.is_main_process else None
        self._rows = list(rows or [])  # of the steps after self._line
        self._line = first - len(self._rows)
        self._pending: list[Tensor] = []
        if self._path:  # a resumed run writes the steps after its checkpoint anew
            kept = [line for line in read(folder) if line["step"] <= self._line]
            text = "".join(json.dumps(line) + "\n" for line in kept)
            atomic_write(self._path, lambda partial: partial.write_text(text))

    def add(self, terms: dict[str, Tensor]) -> None:
        """Take the scalars of one step."""
        # a copy: what a replayed CUDA graph returns is overwritten by the next step
        self._pending.append(torch.stack([terms[name] for name in TERMS]).float())

    def rows(self) -> list[list[float]]:
        """The terms of every step since the last line, of which the host may ask for the first time."""
        if self._pending:
            rows = self._accelerator.reduce(torch.stack(self._pending), reduction="mean")
            self._rows += rows.tolist()
            self._pending.clear()
        return self._rows

    def not_finite(self) -> NotFinite | None:
        """The first step since the last line of which a term is not finite, and which; of loss and term, the term."""
        for step, row in enumerate(self.rows(), self._line + 1):
            values = dict(zip(TERMS, row, strict=True))
            wrong = [name for name in (*TERMS[1:], TERMS[0]) if not math.isfinite(values[name])]
            if wrong:
                return NotFinite(step, wrong[0], values[wrong[0]])
        return None

    def flush(self, step: int) -> dict[str, float]:
        """Write the means of what was added as the line of `step`, and return them."""
        line = {name: fmean(column) for name, column in zip(TERMS, zip(*self.rows(), strict=True), strict=True)}
        self._rows, self._line = [], step
        if self._path:
            with self._path.open("a") as file:
                file.write(json.dumps({"step": step, **line}) + "\n")
        return line

    def sync(self) -> None:
        """Wait until the disk holds all lines."""
        if self._path:
            sync(self._path)


def read(folder: Path) -> list[dict[str, float]]:
    """The lines of a run; none where it has not begun. What a power cut left of the last ones ends them."""
    path, lines = folder / METRICS, []
    if not path.exists():
        return []
    for line in path.read_bytes().splitlines(keepends=True):
        if not (line.startswith(b"{") and line.endswith(b"}\n")):
            break
        lines.append(json.loads(line))
    return lines
