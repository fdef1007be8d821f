"""Training on a GPU: images a second, and the share of a step in which the GPU does nothing.

    python -m benchmarks.gpu

The trainer's own step with the pictures on the GPU, plain and with --compile. The report's schedule is 30 epochs of
CelebA's 202,599 pictures; the aim is two minutes a model on one H200. Without a GPU it says so and ends.
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

from benchmarks.whole_loop import drawn_faces, prepared, seconds
from train import loop
from train.config import Recipe, TrainConfig

SCHEDULE = 30 * 202_599  # images


@dataclass(frozen=True)
class Options:
    """What is measured."""

    recipe: Recipe = "beta-tcvae"
    width: int = 64
    batch_size: int = 128
    mixed_precision: Literal["no", "bf16"] = "bf16"
    rounds: int = 5
    steps: int = 200
    """Steps of a measurement."""
    profiled: int = 20
    """Steps whose kernels are recorded."""


def main(options: Options) -> None:
    """Measure and print."""
    if not torch.cuda.is_available():
        print("no GPU")
        return
    with tempfile.TemporaryDirectory() as name:
        faces = drawn_faces(Path(name))
        config = partial(TrainConfig, options.recipe, Path(name), width=options.width, batch_size=options.batch_size)
        settings = partial(config, mixed_precision=options.mixed_precision, flips=True)
        print(
            f"torch {torch.__version__}, {torch.cuda.get_device_name()}, {options.recipe}, width {options.width}, "
            f"batch {options.batch_size}, {options.mixed_precision}, {options.rounds} rounds"
        )
        for how, run in (
            ("plain", prepared(settings(), faces)),
            ("--compile", prepared(settings(compile=True), faces)),
        ):
            run.model.train()
            _report(how, run, options)


def _report(how: str, run: loop.Run, options: Options) -> None:
    def some(steps: int) -> None:
        for step in range(steps):
            loop._step(run, step)
        torch.cuda.synchronize()

    some(20)  # warm: kernels are chosen and compiled, graphs recorded
    step = statistics.median(seconds(partial(some, options.steps)) for _ in range(options.rounds)) / options.steps
    with profile(activities=[ProfilerActivity.CUDA]) as recorded:
        some(options.profiled)
    busy = busy_seconds(recorded) / options.profiled
    speed = options.batch_size / step
    print(
        f"{how:<10} {speed:8,.0f} images/s   {1e3 * step:6.2f} ms a step   outside kernels {1 - busy / step:4.0%}   "
        f"the report's schedule in {SCHEDULE / speed / 60:.1f} minutes"
    )


def busy_seconds(recorded: profile) -> float:
    """How long at least one kernel or copy ran."""
    events = [event for event in recorded.events() or () if event.device_type.name == "CUDA"]
    spans = sorted((event.time_range.start, event.time_range.end) for event in events if not event.is_user_annotation)
    total, reached = 0.0, 0.0
    for start, end in spans:
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total * 1e-6


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
