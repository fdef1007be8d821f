"""Check that `--resume` continues the same run, whether that run is already complete, and that no other run writes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from accelerate import Accelerator
from accelerate.utils import broadcast_object_list
from filelock import FileLock, Timeout

from train.config import TrainConfig
from train.errors import UserError, path_errors
from train.run import checkpoint
from vae_models.files.names import RECORD
from vae_models.files.training_record import TrainingRecord

LOCK = "lock"
RESUMABLE_CHANGES = {
    *("data", "val", "download", "output", "push_to", "cache", "data_note", "licence"),  # paths and descriptions
    *("epochs", "steps"),  # but see `run_fingerprint`
    *("checkpoint_every", "preview_every", "resume", "track", "compile", "weights"),
}


def check_folder(folder: Path, *, resume: bool) -> None:
    """Raise UserError if a run without `resume` would overwrite another one in `folder`, or if that is a file."""
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file: --output takes a folder")
    used = (folder / RECORD).exists() or checkpoint.list_checkpoints(folder / checkpoint.FOLDER)
    if used and not resume:
        raise UserError(f"{folder} holds another run: continue it with --resume, or choose another --output")


def lasting_settings(config: TrainConfig) -> dict[str, Any]:
    """Return the settings that may not change when a run is resumed."""
    return {name: value for name, value in config.settings().items() if name not in RESUMABLE_CHANGES}


def run_fingerprint(config: TrainConfig, *, processes: int, images: int, steps: int) -> dict[str, Any]:
    """Return everything that determines the final weights, as JSON.

    With a constant learning rate the number of steps may change: a lengthened run ends with the weights of a run that
    was that long from the start. A cosine depends on its length, and so do the betas of a dial.
    """
    length = {} if config.schedule == "constant" else {f"length of the {config.schedule} schedule": steps}
    if config.dial:
        length["length of the schedule of beta"] = steps
    numbers = {"number of processes": processes, "number of training pictures": images}
    return json.loads(json.dumps({**lasting_settings(config), **numbers, **length}, default=str))


def is_complete(config: TrainConfig, fingerprint: dict[str, Any], steps: int) -> bool:
    """Decide whether the folder already holds the result of this run.

    Raises UserError if it holds the result of a different run, of a longer one, or of a shorter one without checkpoints
    to continue from.
    """
    folder = config.run_dir()
    record = _read_record(folder)
    if record is None:
        return False
    before = {**record.settings, "recipe": record.recipe, "data_note": record.data["note"]}
    checkpoint.require_same(before, {name: value for name, value in fingerprint.items() if name in before})
    require_steps_left(folder, record.steps, steps)
    same_texts = before["data_note"] == config.data_note and config.licence in (None, record.data.get("licence"))
    if record.steps == steps and before["weights"] == config.weights and same_texts:
        return True
    if not checkpoint.list_checkpoints(folder / checkpoint.FOLDER):
        raise UserError(
            f"{folder} holds a finished run of {record.steps} steps and no checkpoint to continue from: "
            "choose another --output"
        )
    return False


def _read_record(folder: Path) -> TrainingRecord | None:
    if not (folder / RECORD).exists():
        return None
    try:
        return TrainingRecord.read(folder)
    except ValueError:
        return None  # damaged by a power cut: it is written again


def require_steps_left(folder: Path, done: int, steps: int) -> None:
    """Raise UserError if a run has already done more steps than it should have."""
    if done > steps:
        raise UserError(f"{folder} has already done {done} steps, more than {steps}: choose another --output")


def describe_start(folder: Path, done: int, steps: int) -> str:
    """Say where a run with `--resume` starts: after the `done` steps of its newest checkpoint, or at the first step."""
    if done == steps:
        return f"{folder} has done all {steps:,} steps: only its result is written again"
    if done:
        return f"{folder} continues after step {done:,} of {steps:,}"
    return f"there is nothing to resume in {folder}: training starts at the first step"


@contextmanager
def lock_run_folder(accelerator: Accelerator, folder: Path) -> Iterator[None]:
    """Create a run folder and lock it, so that no second process trains into it.

    The operating system releases the lock however this process ends, a kill included. Raises UserError, in every
    process of the run, if another run has the lock or the folder cannot be created.
    """
    checkpoints = folder / checkpoint.FOLDER
    lock = FileLock(checkpoints / LOCK)
    problem: list[str | None] = [None]
    if accelerator.is_main_process:
        try:
            with path_errors():
                checkpoints.mkdir(parents=True, exist_ok=True)
                lock.acquire(blocking=False)
        except UserError as error:
            problem = [str(error)]
        except Timeout:
            problem = [f"{folder} is being trained by another process: wait for it, or choose another --output"]
    broadcast_object_list(problem)
    if problem[0]:
        raise UserError(problem[0])
    try:
        yield
    finally:
        lock.release()
