"""Training speed of our trainer and pythae's: beta-TCVAE with the same networks, images, batch and estimator.

    pip install --no-deps --target peers -r benchmarks/requirements.txt
    PYTHONPATH=peers python -m benchmarks.peers --width 64

Each trainer runs in its own process, and they take turns in every round: float32, minibatch weighted sampling, Adam,
the same number of threads. A third process runs pythae's trainer with freed memory kept (`vae_models/machine.py`), to
separate that effect from the others. The time of a step is the difference between a long and a short run. Run nothing
else at the same time.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import torch
import tyro

from benchmarks.whole_loop import build_loop, time_call, time_step, write_random_images
from train.config import TrainConfig
from vae_models.machine import keep_freed_memory

Trainer = Literal["ours", "pythae", "pythae, memory kept"]
TRAINERS: tuple[Trainer, ...] = ("ours", "pythae", "pythae, memory kept")
BETA, LEARNING_RATE = 20.0, 1e-4


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    width: int = 64
    batch_size: int = 128
    rounds: int = 5
    steps: int = 6
    """Steps per measurement."""
    worker: Trainer | None = None
    """Internal: run one trainer. The benchmark starts itself with this option."""


def build_ours(options: Options, folder: Path) -> Callable[[int], object]:
    """Build a function that runs our trainer for a number of steps."""
    config = TrainConfig(
        recipe="beta-tcvae",
        data=folder,
        output=folder,
        width=options.width,
        batch_size=options.batch_size,
        beta=BETA,
        learning_rate=LEARNING_RATE,
    )
    keep_freed_memory()  # as the trainer does
    return build_loop(config, write_random_images(folder, (1 + options.steps) * options.batch_size))


def build_theirs(options: Options, folder: Path) -> Callable[[int], object]:
    """Build a function that runs pythae's trainer for an epoch of a number of batches."""
    from benchmarks.pythae_trainer import build_epoch  # late: only this benchmark needs pythae

    images = write_random_images(folder, (1 + options.steps) * options.batch_size)
    return build_epoch(images, folder, options.width, options.batch_size, BETA, LEARNING_RATE)


def run_worker(options: Options) -> None:
    """Print the seconds of a step for every line on standard input."""
    if options.worker == "pythae, memory kept":
        keep_freed_memory()
    with tempfile.TemporaryDirectory() as name:
        run = (build_ours if options.worker == "ours" else build_theirs)(options, Path(name))
        time_call(lambda: run(2))  # warm-up
        for _ in sys.stdin:
            print(f"step {time_step(run, options.steps)}", flush=True)


def ask(worker: subprocess.Popen[str]) -> float:
    """Let a worker measure the seconds of a step.

    Raises OSError if the worker has ended.
    """
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write("\n")
    worker.stdin.flush()
    for line in worker.stdout:  # a trainer may print, too
        if line.startswith("step "):
            return float(line.split()[1])
    raise OSError("a worker ended: run it alone with --worker to see the error")


def main(options: Options) -> None:
    """Let the workers take turns and print the table."""
    command = [sys.executable, "-m", "benchmarks.peers", "--width", str(options.width)]
    command += ["--batch-size", str(options.batch_size), "--steps", str(options.steps)]
    with ExitStack() as stack:
        workers = {
            name: stack.enter_context(
                subprocess.Popen(
                    [*command, "--worker", name],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    encoding="utf-8",
                )
            )
            for name in TRAINERS
        }
        for name in TRAINERS:
            ask(workers[name])
        rounds = [{name: ask(workers[name]) for name in TRAINERS} for _ in range(options.rounds)]
        for worker in workers.values():
            assert worker.stdin
            worker.stdin.close()
    print(
        f"torch {torch.__version__}, {torch.get_num_threads()} threads, pythae {version('pythae')}, "
        f"width {options.width}, batch {options.batch_size}, float32, mws, {options.rounds} rounds"
    )
    for name in TRAINERS:
        speed = statistics.median(options.batch_size / one[name] for one in rounds)
        ratio = statistics.median(one[name] / one["ours"] for one in rounds)
        print(f"{name:<22} {speed:6.0f} images/s   ours / theirs {ratio:5.2f}")


if __name__ == "__main__":
    chosen = tyro.cli(Options, description=__doc__)
    if chosen.worker:
        run_worker(chosen)
    else:
        main(chosen)
