"""Checkpoints: one folder each, written under a temporary name and renamed, so that none is ever half written."""

import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, Self

import torch
from accelerate import Accelerator
from accelerate.utils import gather_object

from train.errors import UserError
from vae_models.files import atomic

FOLDER = "checkpoints"  # in the result folder
KEPT = 2
STATE = "state.json"
KEYS = {"step": "step", "fingerprint": "made_with", "rows": "rows", "tracking": "tracking"}  # in state.json


class DamagedError(Exception):
    """Checkpoint that cannot be used; the message says what is wrong with it."""


class TrainerState(NamedTuple):
    """Trainer state saved next to the weights, optimizer and RNG states."""

    step: int = 0  # steps done
    fingerprint: dict[str, Any] = {}  # noqa: RUF012  what determines the final weights, as plain JSON
    rows: list[list[float]] = []  # noqa: RUF012  terms of the steps that are not in metrics.jsonl yet
    tracking: str = ""  # name of the run in a tracker

    def write(self, folder: Path) -> None:
        """Sync the files of `folder`, then write state.json with the size and the SHA-256 of each."""
        files = sorted(file for file in folder.iterdir() if file.name != STATE)
        for file in files:
            atomic.sync(file)
        state = {KEYS[field]: value for field, value in self._asdict().items()}
        digests = {file.name: [file.stat().st_size, _digest(file)] for file in files}
        (folder / STATE).write_text(json.dumps({**state, "files": digests}), encoding="utf-8")
        atomic.sync(folder / STATE)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read state.json and verify the files that it lists. Raises DamagedError if one is missing or differs."""
        state = _read_json(folder / STATE)
        for name, (size, digest) in state["files"].items():
            file = folder / name
            if not file.is_file():
                raise DamagedError(f"{name} is missing")
            if file.stat().st_size != size or _digest(file) != digest:
                raise DamagedError(f"{name} differs from what was written")
        return cls(**{field: state[key] for field, key in KEYS.items()})


def _read_json(file: Path) -> dict[str, Any]:
    try:
        state = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise DamagedError(f"{file.name} cannot be read: {error}") from None
    if not isinstance(state, dict) or not {*KEYS.values(), "files"} <= state.keys():
        raise DamagedError(f"{file.name} lacks entries that this version writes")
    return state


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def save(accelerator: Accelerator, folder: Path, state: TrainerState) -> None:
    """Save weights, optimizer, generators and `state` as the newest checkpoint of `folder`; every process calls this.

    Raises UserError if it cannot be written; earlier checkpoints stay and nothing of the new one is left.
    """
    path = folder / f"step-{state.step:08d}"
    partial = folder / f".{path.name}.partial"

    def finish() -> None:
        state.write(partial)
        _commit(partial, path)
        _remove(folder, [*_expired(folder, state.step), *_unreadable_newer(folder, state.step)])

    if accelerator.is_main_process:
        _remove_partial(folder)
    accelerator.wait_for_everyone()
    # not safetensors: they refuse the strides of channels-last weights
    _on_all_processes(accelerator, partial, lambda: accelerator.save_state(str(partial), safe_serialization=False))
    _on_all_processes(accelerator, partial, finish if accelerator.is_main_process else lambda: None)


def _on_all_processes(accelerator: Accelerator, partial: Path, act: Callable[[], object]) -> None:
    """Run `act` on every process; if it fails on any, raise the same UserError on all."""
    problem = None
    try:
        act()
    except OSError as error:
        problem = error.strerror or str(error)
    except RuntimeError:  # from torch's writer if the disk is full; its message names a line of its own source
        problem = f"the disk has {shutil.disk_usage(partial.parent).free / 1e6:.1f} MB left"
    problems = [text for text in gather_object([problem]) if text]
    if problems:
        if accelerator.is_main_process:
            shutil.rmtree(partial, ignore_errors=True)
        raise UserError(
            f"no checkpoint can be written to {partial.parent} ({problems[0]}): make room there, "
            f"then {resume_hint(partial.parent)}"
        )


def resume_hint(folder: Path) -> str:
    """Say how to resume from the checkpoints of `folder`, as the end of a sentence."""
    checkpoints = list_checkpoints(folder)
    if not checkpoints:
        return "start again: no checkpoint was saved yet"
    return f"run the same command with --resume to continue from {checkpoints[-1]}"


def _commit(partial: Path, path: Path) -> None:
    """Sync a complete checkpoint and give it its name."""
    atomic.sync_folder(partial)
    if path.exists():  # one that could not be read
        path.rename(partial.with_name(f".{path.name}.old"))
    partial.rename(path)
    atomic.sync_folder(path.parent)


def _expired(folder: Path, step: int) -> list[Path]:
    """List the checkpoints up to `step`, except the last two."""
    return [path for path in list_checkpoints(folder) if _step(path) <= step][:-KEPT]


def _unreadable_newer(folder: Path, step: int) -> list[Path]:
    """List the checkpoints after `step`: the run resumed from an earlier one because these could not be read."""
    return [path for path in list_checkpoints(folder) if _step(path) > step]


def _remove(folder: Path, checkpoints: list[Path]) -> None:
    for path in checkpoints:
        # renamed first: a kill in the middle then leaves no half checkpoint under its name
        path.rename(path.with_name(f".{path.name}.old"))
    _remove_partial(folder)


def _remove_partial(folder: Path) -> None:
    """Remove what a killed process left."""
    for path in folder.glob(".step-*"):
        shutil.rmtree(path)


def list_checkpoints(folder: Path) -> list[Path]:
    """List the checkpoints of `folder`, oldest first."""
    paths = (path for path in folder.glob("step-*") if path.name.removeprefix("step-").isdecimal())
    return sorted(paths, key=_step)


def _step(path: Path) -> int:
    return int(path.name.removeprefix("step-"))


def load(accelerator: Accelerator, folder: Path, fingerprint: dict[str, Any]) -> TrainerState:
    """Load the newest readable checkpoint and return its state; the initial state if there is no checkpoint.

    Raises UserError if the checkpoint has another fingerprint, or if there are checkpoints but none is readable.
    """
    checkpoints = list_checkpoints(folder)
    for path in reversed(checkpoints):
        try:
            state = TrainerState.read(path)
        except DamagedError as damage:
            if accelerator.is_main_process:
                print(f"checkpoint {path.name} is skipped ({damage}): trying the one before", file=sys.stderr)
            continue
        require_same(state.fingerprint, fingerprint)
        _load(accelerator, path)
        if accelerator.is_main_process:  # a kill may have left them, and the last step is not saved again
            _remove(folder, _expired(folder, state.step))
        return state
    if checkpoints:
        raise UserError(f"no checkpoint in {folder} can be read: choose another --output, or remove {folder}")
    return TrainerState()


def _load(accelerator: Accelerator, path: Path) -> None:
    try:
        accelerator.load_state(str(path))
    except torch.OutOfMemoryError:
        raise
    except (KeyError, RuntimeError) as error:
        reason = str(error).partition("\n")[0]
        raise UserError(f"{path} is from another version: finish the run with that version ({reason})") from error


def require_same(before: dict[str, Any], now: dict[str, Any]) -> None:
    """Raise UserError naming the first setting in which a resumed run differs from before."""
    for name, value in now.items():
        if before.get(name, value) != value:  # a checkpoint may be older than a setting
            raise UserError(
                f"{name} was {before.get(name)} and is now {value}: "
                "resume with the same settings, or choose another --output"
            )
