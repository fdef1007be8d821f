"""Checkpoints: a folder each, written aside and renamed, so that there is never half a one."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from accelerate import Accelerator

KEPT = 2
STATE = "state.json"


def save(accelerator: Accelerator, folder: Path, step: int, settings: dict[str, Any]) -> None:
    """Save weights, optimiser, generators and `step` as the newest checkpoint of `folder`; every process calls it."""
    place = folder / f"step-{step:08d}"
    partial = folder / f".{place.name}.partial"
    # not safetensors: they refuse the strides of channels-last weights
    accelerator.save_state(str(partial), safe_serialization=False)
    accelerator.wait_for_everyone()
    if accelerator.is_main_process:
        (partial / STATE).write_text(json.dumps({"step": step, "settings": settings}))
        shutil.rmtree(place, ignore_errors=True)
        partial.rename(place)
        for old in found(folder)[:-KEPT]:
            shutil.rmtree(old)
    accelerator.wait_for_everyone()


def found(folder: Path) -> list[Path]:
    """The checkpoints of `folder`, oldest first."""
    return sorted(place for place in folder.glob("step-*") if (place / STATE).is_file())


def load(accelerator: Accelerator, folder: Path, settings: dict[str, Any]) -> int:
    """Load the newest checkpoint that can be read and return its step; 0 where there is none.

    Raises ValueError where the checkpoint was made with other settings, and where none of several can be read.
    """
    places = found(folder)
    for place in reversed(places):
        try:
            state = json.loads((place / STATE).read_text())
            _require_same(state["settings"], settings)
            accelerator.load_state(str(place))
        except (OSError, RuntimeError, EOFError, KeyError, json.JSONDecodeError) as error:
            print(f"checkpoint {place.name} cannot be read ({error}): trying an older one", file=sys.stderr)
        else:
            return state["step"]
    if places:
        raise ValueError(f"no checkpoint in {folder} can be read: remove the folder to start afresh")
    return 0


def _require_same(before: dict[str, Any], now: dict[str, Any]) -> None:
    for name, value in now.items():
        if before.get(name, value) != value:  # a checkpoint may be older than a setting
            raise ValueError(
                f"the checkpoint was made with {name}={before.get(name)}, this run has {name}={value}: "
                "resume with the same settings, or choose another --output"
            )
