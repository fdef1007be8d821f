"""What a run shares with the one that `--resume` continues, and whether there is anything left to do."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from train.config import TrainConfig
from train.run import checkpoint
from vae_models.files.training_record import RECORD, TrainingRecord

MAY_CHANGE = {
    *("data", "val", "download", "output", "push_to", "cache", "data_note"),  # where it is, and what is said of it
    *("epochs", "steps"),  # but see `stamp`
    *("checkpoint_every", "resume", "track", "compile", "weights"),
}


def settings(config: TrainConfig) -> dict[str, Any]:
    """The settings that a run keeps to its end."""
    return {name: value for name, value in asdict(config).items() if name not in MAY_CHANGE}


def stamp(config: TrainConfig, *, processes: int, pictures: int, steps: int) -> dict[str, Any]:
    """Settings and what else decides every weight, as plain JSON. With a constant learning rate a run may be
    lengthened, and ends where one that was meant to be so long ends; the cosine of a longer run is another.
    """
    lasting = {} if config.schedule == "constant" else {f"length of the {config.schedule} schedule": steps}
    numbers = {"number of processes": processes, "number of training pictures": pictures}
    return json.loads(json.dumps({**settings(config), **numbers, **lasting}, default=str))


def is_done(config: TrainConfig, made_with: dict[str, Any], steps: int) -> bool:
    """Whether the folder holds the result of this very run.

    Raises ValueError where it is the result of another one, of a longer one, or of a shorter one that left no
    checkpoint to go on from.
    """
    folder = config.folder()
    record = _record(folder)
    if record is None:
        return False
    before = {**record.settings, "recipe": record.recipe, "data_note": record.data["note"]}
    checkpoint.require_same(before, {name: value for name, value in made_with.items() if name in before})
    require_ahead(folder, record.steps, steps)
    written = (before["weights"], before["data_note"])
    if record.steps == steps and written == (config.weights, config.data_note):
        return True
    if not checkpoint.found(folder / checkpoint.FOLDER):
        raise ValueError(
            f"{folder} holds a finished run of {record.steps} steps and no checkpoint to go on from: "
            "choose another --output"
        )
    return False


def _record(folder: Path) -> TrainingRecord | None:
    if not (folder / RECORD).exists():
        return None
    try:
        return TrainingRecord.read(folder)
    except ValueError:
        return None  # a power cut's: it is written anew


def require_ahead(folder: Path, done: int, steps: int) -> None:
    """Raise ValueError where a run has gone further than it is asked to go."""
    if done > steps:
        raise ValueError(f"{folder} has gone {done} steps already, more than {steps}: choose another --output")
