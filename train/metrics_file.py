"""metrics.jsonl: the loss and its terms as they went, one line for every twenty steps."""

import json
from pathlib import Path

import torch
from torch import Tensor

METRICS = "metrics.jsonl"
LOG_EVERY = 20  # steps


class MetricsFile:
    """Means over the steps since the last line. Values stay on their device until a line is due."""

    def __init__(self, folder: Path, first: int, *, write: bool) -> None:
        self._path = folder / METRICS if write else None
        self._pending: list[dict[str, Tensor]] = []
        if self._path:  # a resumed run writes the steps after its checkpoint anew
            kept = [line for line in read(folder) if line["step"] <= first]
            self._path.write_text("".join(json.dumps(line) + "\n" for line in kept))

    def add(self, values: dict[str, Tensor]) -> None:
        """Take the scalars of one step."""
        self._pending.append(values)

    def flush(self, step: int) -> dict[str, float]:
        """Write the means of what was added and return them. Raises FloatingPointError as `require_finite` does."""
        averages = {name: torch.stack([values[name] for values in self._pending]).mean() for name in self._pending[0]}
        self._pending.clear()
        self.require_finite(averages, step)
        line = {name: value.item() for name, value in averages.items()}
        if self._path:
            with self._path.open("a") as file:
                file.write(json.dumps({"step": step, **line}) + "\n")
        return line

    @staticmethod
    def require_finite(values: dict[str, Tensor], step: int) -> None:
        """Raise FloatingPointError naming the term that is not finite."""
        for name, value in values.items():
            if not torch.isfinite(value):
                raise FloatingPointError(
                    f"{name} is {value.item()} at step {step}: lower --learning-rate, or --resume from the checkpoint"
                )


def read(folder: Path) -> list[dict[str, float]]:
    """The lines of a run; none where it has not begun."""
    path = folder / METRICS
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
