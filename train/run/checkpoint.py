"""Checkpoints: a folder each, written aside and renamed, so that there is never half a one."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import gather_object

from train.run.checkpoint_files import DamagedError, State
from vae_models.files import atomic

FOLDER = "checkpoints"  # in the result folder
KEPT = 2


def save(accelerator: Accelerator, folder: Path, state: State) -> None:
    """Save weights, optimiser, generators and `state` as the newest checkpoint of `folder`; every process calls it.

    Raises OSError where it cannot be written: the ones before stand, and nothing is left of this one.
    """
    place = folder / f"step-{state.step:08d}"
    partial = folder / f".{place.name}.partial"

    def finish() -> None:
        state.write(partial)
        _put(partial, place)
        _forget(folder, [*_surplus(folder, state.step), *_lost(folder, state.step)])

    if accelerator.is_main_process:
        _sweep(folder)
    accelerator.wait_for_everyone()
    # not safetensors: they refuse the strides of channels-last weights
    _together(accelerator, partial, lambda: accelerator.save_state(str(partial), safe_serialization=False))
    _together(accelerator, partial, finish if accelerator.is_main_process else lambda: None)


def _together(accelerator: Accelerator, partial: Path, act: Callable[[], object]) -> None:
    """Have every process act; where one cannot, all raise the same."""
    problem = None
    try:
        act()
    except OSError as error:
        problem = error.strerror or str(error)
    except RuntimeError:  # what torch's writer makes of a full disk; its words are about its own source
        problem = f"the disk has {shutil.disk_usage(partial.parent).free / 1e6:.1f} MB left"
    problems = [found for found in gather_object([problem]) if found]
    if problems:
        if accelerator.is_main_process:
            shutil.rmtree(partial, ignore_errors=True)
        raise OSError(
            f"no checkpoint can be written to {partial.parent} ({problems[0]}): make room there, "
            f"then {advice(partial.parent)}"
        )


def advice(folder: Path) -> str:
    """How a run that stopped for a reason of its own goes on."""
    places = found(folder)
    if not places:
        return "start again: no checkpoint was saved yet"
    return f"the same command with --resume goes on from {places[-1]}"


def _put(partial: Path, place: Path) -> None:
    atomic.sync_folder(partial)
    if place.exists():  # one that could not be read
        place.rename(partial.with_name(f".{place.name}.old"))
    partial.rename(place)
    atomic.sync_folder(place.parent)


def _surplus(folder: Path, step: int) -> list[Path]:
    """Of the checkpoints up to `step`, those before the last two."""
    return [place for place in found(folder) if _step(place) <= step][:-KEPT]


def _lost(folder: Path, step: int) -> list[Path]:
    """Checkpoints after `step`: they could not be read, and tell of no run."""
    return [place for place in found(folder) if _step(place) > step]


def _forget(folder: Path, places: list[Path]) -> None:
    for old in places:
        # a kill while it goes leaves no half of it under its name
        old.rename(old.with_name(f".{old.name}.old"))
    _sweep(folder)


def _sweep(folder: Path) -> None:
    for left in folder.glob(".step-*"):
        shutil.rmtree(left)


def found(folder: Path) -> list[Path]:
    """The checkpoints of `folder`, oldest first."""
    places = (place for place in folder.glob("step-*") if place.name.removeprefix("step-").isdecimal())
    return sorted(places, key=_step)


def _step(place: Path) -> int:
    return int(place.name.removeprefix("step-"))


def load(accelerator: Accelerator, folder: Path, made_with: dict[str, Any]) -> State:
    """Load the newest checkpoint that can be read and return its state; the first step's where there is none.

    Raises ValueError where the checkpoint was made with other settings, and where none of several can be read.
    """
    places = found(folder)
    for place in reversed(places):
        try:
            state = State.read(place)
        except DamagedError as damage:
            if accelerator.is_main_process:
                print(f"checkpoint {place.name} is passed over ({damage}): trying the one before", file=sys.stderr)
            continue
        require_same(state.made_with, made_with)
        _load(accelerator, place)
        if accelerator.is_main_process:  # a kill may have left them, and the last step is saved no second time
            _forget(folder, _surplus(folder, state.step))
        return state
    if places:
        raise ValueError(f"no checkpoint in {folder} can be read: start afresh in another --output, or remove {folder}")
    return State()


def _load(accelerator: Accelerator, place: Path) -> None:
    try:
        accelerator.load_state(str(place))
    except torch.OutOfMemoryError:
        raise
    except (KeyError, RuntimeError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"{place} was written by another version, which has to finish it ({reason})") from error


def require_same(before: dict[str, Any], now: dict[str, Any]) -> None:
    """Raise ValueError naming the first setting that a run to be continued does not share with what it was."""
    for name, value in now.items():
        if before.get(name, value) != value:  # a checkpoint may be older than a setting
            raise ValueError(
                f"{name} was {before.get(name)} and is now {value}: "
                "resume with the same settings, or choose another --output"
            )
