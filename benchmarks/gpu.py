"""Training speed on a GPU, and the share of a step in which the GPU is idle.

    python -m benchmarks.gpu

Times the trainer's step with the images in the GPU's memory, without and with --compile. The report trains 30 epochs
of CelebA's 202,599 images; the goal is two minutes per model on one H200. Without a GPU it prints a message and ends.
"""

import statistics
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import torch
import tyro
from torch.profiler import ProfilerActivity, profile

from benchmarks.whole_loop import prepare_run, time_call, write_random_images
from train import loop
from train.config import TrainConfig

SCHEDULE = 30 * 202_599  # images in the report's training


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    recipe: str = "beta-tcvae"
    width: int = 64
    batch_size: int = 128
    mixed_precision: Literal["no", "bf16"] = "bf16"
    rounds: int = 5
    steps: int = 200
    """Steps per measurement."""
    profiled: int = 20
    """Steps that are profiled."""


def main(options: Options) -> None:
    """Measure and print the table."""
    if not torch.cuda.is_available():
        print("This machine has no CUDA GPU.")
        return
    with tempfile.TemporaryDirectory() as name:
        images = write_random_images(Path(name))
        config = partial(TrainConfig, options.recipe, Path(name), width=options.width, batch_size=options.batch_size)
        settings = partial(config, mixed_precision=options.mixed_precision, flips=True)
        print(
            f"torch {torch.__version__}, {torch.cuda.get_device_name()}, {options.recipe}, width {options.width}, "
            f"batch {options.batch_size}, {options.mixed_precision}, {options.rounds} rounds"
        )
        for title, run in (
            ("plain", prepare_run(settings(), images)),
            ("--compile", prepare_run(settings(compile=True), images)),
        ):
            run.model.train()
            _print_speed(title, run, options)


def _print_speed(title: str, run: loop.Run, options: Options) -> None:
    def train(steps: int) -> None:
        for step in range(steps):
            loop.train_step(run, step)
        torch.cuda.synchronize()

    train(20)  # warm-up: selects and compiles kernels, records graphs
    step = statistics.median(time_call(partial(train, options.steps)) for _ in range(options.rounds)) / options.steps
    with profile(activities=[ProfilerActivity.CUDA]) as trace:
        train(options.profiled)
    busy = busy_seconds(trace) / options.profiled
    speed = options.batch_size / step
    print(
        f"{title:<10} {speed:8,.0f} images/s   {1e3 * step:6.2f} ms per step   GPU idle {1 - busy / step:4.0%}   "
        f"the report's 30 epochs in {SCHEDULE / speed / 60:.1f} minutes"
    )


def busy_seconds(trace: profile) -> float:
    """Return the time during which at least one kernel or copy ran."""
    events = [event for event in trace.events() or () if event.device_type.name == "CUDA"]
    spans = sorted((event.time_range.start, event.time_range.end) for event in events if not event.is_user_annotation)
    total, reached = 0.0, 0.0
    for start, end in spans:
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total * 1e-6


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
