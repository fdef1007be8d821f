"""Our trainer against pythae's: beta-TCVAE with its own trainer, the same networks, pictures, batch and estimator.

    pip install --no-deps --target peers -r benchmarks/requirements.txt
    PYTHONPATH=peers python -m benchmarks.peers --width 64

Each trainer lives in a process of its own and is asked in turn, round by round: float32, minibatch weighted sampling,
Adam, the same threads. A third process is pythae's with freed memory kept (`vae_models/memory.py`), to show what else
differs. Times are those of a long run less those of a short one. Nothing else should run meanwhile.
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

from benchmarks.whole_loop import drawn_faces, seconds, seconds_a_step, whole_loop
from train.config import TrainConfig
from vae_models.machine import keep_freed_memory

Who = Literal["ours", "pythae", "pythae, memory kept"]
WHO: tuple[Who, ...] = ("ours", "pythae", "pythae, memory kept")
BETA, LEARNING_RATE = 20.0, 1e-4


@dataclass(frozen=True)
class Options:
    """What is measured."""

    width: int = 64
    batch_size: int = 128
    rounds: int = 5
    steps: int = 6
    """Steps of a measurement."""
    worker: Who | None = None
    """For the processes that this one starts."""


def ours(options: Options, folder: Path) -> Callable[[int], object]:
    """Our trainer's loop over so many steps."""
    config = TrainConfig(
        recipe="beta-tcvae",
        data=folder,
        output=folder,
        width=options.width,
        batch_size=options.batch_size,
        beta=BETA,
        learning_rate=LEARNING_RATE,
    )
    keep_freed_memory()  # as train() does
    return whole_loop(config, drawn_faces(folder, (1 + options.steps) * options.batch_size))


def theirs(options: Options, folder: Path) -> Callable[[int], object]:
    """Their trainer over an epoch of so many batches."""
    from benchmarks.pythae_trainer import training  # not installed for anything else

    faces = drawn_faces(folder, (1 + options.steps) * options.batch_size)
    return training(faces, folder, options.width, options.batch_size, BETA, LEARNING_RATE)


def answer(options: Options) -> None:
    """A worker: prints the seconds of a step for every line it reads."""
    if options.worker == "pythae, memory kept":
        keep_freed_memory()
    with tempfile.TemporaryDirectory() as name:
        run = (ours if options.worker == "ours" else theirs)(options, Path(name))
        seconds(lambda: run(2))  # warm
        for _ in sys.stdin:
            print(f"step {seconds_a_step(run, options.steps)}", flush=True)


def asked(worker: subprocess.Popen[str]) -> float:
    """The seconds of a step, as a worker finds now."""
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write("\n")
    worker.stdin.flush()
    for line in worker.stdout:  # a trainer may print as it goes
        if line.startswith("step "):
            return float(line.split()[1])
    raise OSError("a worker ended: run it alone with --worker to see why")


def main(options: Options) -> None:
    """Ask the workers in turn and print."""
    command = [sys.executable, "-m", "benchmarks.peers", "--width", str(options.width)]
    command += ["--batch-size", str(options.batch_size), "--steps", str(options.steps)]
    with ExitStack() as stack:
        workers = {
            who: stack.enter_context(
                subprocess.Popen(
                    [*command, "--worker", who],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                )
            )
            for who in WHO
        }
        for who in WHO:
            asked(workers[who])
        rounds = [{who: asked(workers[who]) for who in WHO} for _ in range(options.rounds)]
        for worker in workers.values():
            assert worker.stdin
            worker.stdin.close()
    print(
        f"torch {torch.__version__}, {torch.get_num_threads()} threads, pythae {version('pythae')}, "
        f"width {options.width}, batch {options.batch_size}, float32, mws, {options.rounds} rounds"
    )
    for who in WHO:
        speed = statistics.median(options.batch_size / one[who] for one in rounds)
        ratio = statistics.median(one[who] / one["ours"] for one in rounds)
        print(f"{who:<22} {speed:6.0f} images/s   ours / theirs {ratio:5.2f}")


if __name__ == "__main__":
    chosen = tyro.cli(Options, description=__doc__)
    if chosen.worker:
        answer(chosen)
    else:
        main(chosen)
