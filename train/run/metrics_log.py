"""metrics.jsonl: the loss and its terms, one line every twenty steps; and the check that all numbers are finite."""

import json
import math
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from train.errors import UserError
from train.run import checkpoint
from vae_models.files.atomic import atomic_write, sync

METRICS = "metrics.jsonl"
LOG_EVERY = 20  # steps
TERMS = ("loss", "distortion", "kl", "tc")


class NotFinite(NamedTuple):
    """First NaN or infinity of a run."""

    step: int
    term: str
    value: float


class MetricsFile:
    """Writer of metrics.jsonl, with means over the steps since the last line and over all processes.

    The terms of each step stay on their device until the host asks for them; every process asks at the same steps.
    """

    def __init__(
        self, accelerator: Accelerator, folder: Path, first: int = 0, rows: list[list[float]] | None = None
    ) -> None:
        """Continue after step `first`; `rows` are the terms of steps up to it that have no line yet."""
        self._accelerator = accelerator
        self._path = folder / METRICS if accelerator.is_main_process else None
        self._rows = list(rows or [])  # of the steps after self._line
        self._line = first - len(self._rows)
        self._pending: list[Tensor] = []
        if self._path:  # the steps after the checkpoint are repeated and written again
            kept = [line for line in read(folder) if line["step"] <= self._line]
            text = "".join(json.dumps(line) + "\n" for line in kept)
            atomic_write(self._path, lambda partial: partial.write_text(text, encoding="utf-8"))

    def add(self, terms: dict[str, Tensor]) -> None:
        """Add the scalars of one step."""
        # a copy: the next replay of a CUDA graph overwrites its outputs
        self._pending.append(torch.stack([terms[name] for name in TERMS]).float())

    def rows(self) -> list[list[float]]:
        """Return the terms of each step since the last line. Waits for the device."""
        if self._pending:
            rows = self._accelerator.reduce(torch.stack(self._pending), reduction="mean")
            self._rows += rows.tolist()
            self._pending.clear()
        return self._rows

    def first_not_finite(self) -> NotFinite | None:
        """Return the first step since the last line with a term that is not finite; a term is named before the loss."""
        for step, row in enumerate(self.rows(), self._line + 1):
            values = dict(zip(TERMS, row, strict=True))
            wrong = [name for name in (*TERMS[1:], TERMS[0]) if not math.isfinite(values[name])]
            if wrong:
                return NotFinite(step, wrong[0], values[wrong[0]])
        return None

    def flush(self, step: int) -> dict[str, float]:
        """Write the means since the last line as the line of `step`, and return them."""
        line = {name: fmean(column) for name, column in zip(TERMS, zip(*self.rows(), strict=True), strict=True)}
        self._rows, self._line = [], step
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"step": step, **line}) + "\n")
        return line

    def sync(self) -> None:
        """Wait until all lines are on the disk."""
        if self._path:
            sync(self._path)


def read(folder: Path) -> list[dict[str, float]]:
    """Read the lines of a run: none if there is no file, and none after a line that a power cut damaged."""
    path, lines = folder / METRICS, []
    if not path.exists():
        return []
    for line in path.read_bytes().splitlines(keepends=True):
        if not (line.startswith(b"{") and line.endswith(b"}\n")):
            break
        lines.append(json.loads(line))
    return lines


def require_finite(
    metrics: MetricsFile, model: nn.Module, optimizer: torch.optim.Optimizer, checkpoints: Path, step: int
) -> None:
    """Raise UserError if the loss, a weight or an optimizer state is NaN or infinite.

    The message names the first step with such a number and the newest of the `checkpoints` to resume from.
    """
    wrong = metrics.first_not_finite()
    if wrong is None and not all_finite([*model.state_dict().values(), *_optimizer_tensors(optimizer)]):
        wrong = NotFinite(step, "a weight", math.nan)
    if wrong:
        raise UserError(
            f"{wrong.term} is {wrong.value} at step {wrong.step}: {checkpoint.resume_hint(checkpoints)}; "
            "if that fails again, start in another --output with a lower --learning-rate"
        )


def _optimizer_tensors(optimizer: torch.optim.Optimizer) -> list[Tensor]:
    values = [value for entry in optimizer.state.values() for value in entry.values()]
    return [value for value in values if isinstance(value, Tensor)]


def all_finite(tensors: list[Tensor]) -> bool:
    """Decide whether no number in the tensors is NaN or infinite."""
    floating = [value for value in tensors if value.is_floating_point()]
    # the largest magnitude: a sum of squares can overflow although all numbers are finite
    return bool(torch.nn.utils.get_total_norm(floating, norm_type=math.inf).isfinite())
