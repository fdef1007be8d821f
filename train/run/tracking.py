"""`--track`: what metrics.jsonl and samples/ hold, shown by a tracker of Accelerate's, on this machine."""

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import numpy as np
from accelerate import Accelerator
from PIL.Image import Image

from train.config import Tracker, TrainConfig

PROJECT = "vae-faces"


def require_package(tracker: Tracker | None) -> None:
    """Raise ValueError where what `--track` names is not installed."""
    if tracker is not None and find_spec(tracker) is None:
        raise ValueError(f"--track {tracker} needs a package that is not installed: pip install {tracker}")


def new_name(config: TrainConfig) -> str:
    """A name for a tracked run that no other has; not from the seeded generators, which train."""
    return f"{config.recipe}-{uuid.uuid4().hex[:8]}"


@contextmanager
def started(
    accelerator: Accelerator, config: TrainConfig, name: str, first: int, settings: dict[str, Any]
) -> Iterator[Accelerator]:
    """The tracked run `name`, begun or continued after step `first`; nothing where none is asked for."""
    project = "tensorboard" if config.track == "tensorboard" else PROJECT  # there, a folder in the result folder
    accelerator.init_trackers(project, init_kwargs=_arguments(config, name, first, settings))
    if config.track == "tensorboard" and not first:
        accelerator.log({"settings": json.dumps(settings)}, step=0)
    try:
        yield accelerator
    finally:
        for tracker in accelerator.trackers:
            tracker.finish()
        accelerator.trackers.clear()


def _arguments(config: TrainConfig, name: str, first: int, settings: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        # what a killed run has shown of steps after its checkpoint is hidden
        "tensorboard": {"purge_step": first + 1} if first else {},
        "trackio": {"name": name, "resume": "allow", "config": settings},
        "wandb": {
            "id": name,
            "name": name,
            "resume": "allow",
            "config": settings,
            "dir": str(config.folder()),
            "mode": os.environ.get("WANDB_MODE", "offline"),
        },
    }


def log_picture(accelerator: Accelerator, picture: Image, step: int) -> None:
    """Show the samples of a step. Reconstructions show a data set's faces, and trackers may be shared: they stay."""
    for tracker in accelerator.trackers:
        if tracker.name == "tensorboard":
            tracker.log_images({"samples": np.asarray(picture)[None]}, step=step, dataformats="NHWC")
        elif tracker.name == "trackio":
            import trackio  # Accelerate's tracker for it knows no pictures

            tracker.log({"samples": trackio.Image(picture)}, step=step)
        else:
            tracker.log_images({"samples": [picture]}, step=step)
