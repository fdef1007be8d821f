"""Progress of a run: a bar on the terminal, and `--track`, which also shows metrics and samples in a tracker."""

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from accelerate import Accelerator
from PIL.Image import Image
from tqdm import tqdm

from train.config import Tracker, TrainConfig
from train.errors import require_package

PROJECT = "vae-faces"


def check_tracker(tracker: Tracker | None) -> None:
    """Raise UserError if the package of the tracker is not installed."""
    if tracker is not None:
        require_package(tracker, command=f"--track {tracker}", pip=tracker)


def new_run_name(config: TrainConfig) -> str:
    """Make up a unique name for a tracked run, without the seeded generators, which train."""
    return f"{config.recipe}-{uuid.uuid4().hex[:8]}"


@contextmanager
def tracked_run(
    accelerator: Accelerator, config: TrainConfig, name: str, first: int, settings: dict[str, Any]
) -> Iterator[None]:
    """Start the run `name` in the tracker, or continue it after step `first`; do nothing without a tracker."""
    project = "tensorboard" if config.track == "tensorboard" else PROJECT  # TensorBoard's is a folder of the result
    accelerator.init_trackers(project, init_kwargs=_arguments(config, name, first, settings))
    if config.track == "tensorboard" and not first:
        accelerator.log({"settings": json.dumps(settings)}, step=0)
    try:
        yield
    finally:
        for tracker in accelerator.trackers:
            tracker.finish()
        accelerator.trackers.clear()


def _arguments(config: TrainConfig, name: str, first: int, settings: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        # hides the steps after the checkpoint that a killed run had already logged
        "tensorboard": {"purge_step": first + 1} if first else {},
        "trackio": {"name": name, "resume": "allow", "config": settings},
        "wandb": {
            "id": name,
            "name": name,
            "resume": "allow",
            "config": settings,
            "dir": str(config.run_dir()),
            "mode": os.environ.get("WANDB_MODE", "offline"),
        },
    }


def progress_bar(config: TrainConfig, accelerator: Accelerator, first: int, steps: int) -> tqdm:
    """Create a progress bar of images, images/s and the time left; only the main process shows it."""
    return tqdm(
        total=steps * config.batch_size,
        initial=first * config.batch_size,
        desc=config.recipe,
        unit=" images",
        unit_scale=True,
        disable=not accelerator.is_main_process,
    )


def report_metrics(accelerator: Accelerator, progress: tqdm, line: dict[str, float], step: int) -> None:
    """Show a line of metrics.jsonl next to the progress bar, and log it to the tracker together with the images/s."""
    progress.set_postfix(line)
    bar = progress.format_dict
    rate = bar["rate"]
    if rate is None and bar["elapsed"]:  # in the first tenth of a second; a bar that is not shown has no time
        rate = (bar["n"] - bar["initial"]) / bar["elapsed"]
    accelerator.log({**line, **({"images_per_second": rate} if rate else {})}, step=step)


def log_samples(accelerator: Accelerator, picture: Image, step: int) -> None:
    """Log the sample grid of a step to the tracker.

    Reconstructions are never logged: they show images of the data set, and trackers may be shared.
    """
    for tracker in accelerator.trackers:
        if tracker.name == "tensorboard":
            tracker.log_images({"samples": np.asarray(picture)[None]}, step=step, dataformats="NHWC")
        elif tracker.name == "trackio":
            import trackio  # Accelerate's tracker for it has no images

            tracker.log({"samples": trackio.Image(picture)}, step=step)
        else:
            tracker.log_images({"samples": [picture]}, step=step)
