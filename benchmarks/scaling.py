"""Duration of a training step by batch size, with one process and with two.

    python -m benchmarks.scaling --width 16

Times the trainer's step of a beta-TCVAE on random images. The processes share the cores: one uses as many threads as
there are cores, two use half of them each. Both take turns in every round, each time in new processes. Run nothing else
at the same time.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
import torch.distributed as dist
import tyro

from benchmarks.whole_loop import prepare_run, time_call, write_random_images
from train import loop
from train.config import TrainConfig
from vae_models.machine import available_cores, keep_freed_memory


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    width: int = 16
    batches: tuple[int, ...] = (32, 128, 512, 2048)
    processes: tuple[int, ...] = (1, 2)
    rounds: int = 3
    pictures: int = 4096
    """Images per measurement."""
    worker: bool = False
    """Internal: train in this process. The benchmark starts itself with this option."""


def run_worker(options: Options) -> None:
    """Train as one process of several; the first prints the seconds of a step for every batch size."""
    keep_freed_memory()
    times = {}
    with tempfile.TemporaryDirectory() as name:
        images = write_random_images(Path(name), options.pictures)
        for batch in options.batches:
            config = TrainConfig("beta-tcvae", Path(name), width=options.width, batch_size=batch, steps=1)
            run = prepare_run(config, images)
            run.model.train()
            loop.train_step(run, 0)  # warm-up
            run.accelerator.wait_for_everyone()
            times[batch] = time_call(partial(loop.train_step, run, 0), options.pictures // batch)
    if run.accelerator.is_main_process:
        print("seconds " + json.dumps(times), flush=True)
    if dist.is_initialized():
        dist.destroy_process_group()


def measure(options: Options, processes: int) -> dict[int, float]:
    """Return the seconds of a step by batch size with a number of processes.

    Raises OSError if a process fails.
    """
    with socket.socket() as any_port:
        any_port.bind(("localhost", 0))
        variables = {"MASTER_ADDR": "localhost", "MASTER_PORT": str(any_port.getsockname()[1])}
    variables |= {"WORLD_SIZE": str(processes), "OMP_NUM_THREADS": str(max(1, available_cores() // processes))}
    command = [sys.executable, "-m", "benchmarks.scaling", "--worker", "--width", str(options.width)]
    command += ["--pictures", str(options.pictures), "--batches", *map(str, options.batches)]
    running = []
    for rank in range(processes):
        ranks = {"RANK": str(rank), "LOCAL_RANK": str(rank)} if processes > 1 else {}
        running.append(
            subprocess.Popen(
                command,
                env={**os.environ, **variables, **ranks},
                encoding="utf-8",
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        )
    answers = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise OSError("a process failed: run it alone with --worker to see the error")
    line = next(line for line in answers[0].splitlines() if line.startswith("seconds "))
    return {int(batch): value for batch, value in json.loads(line.removeprefix("seconds ")).items()}


def main(options: Options) -> None:
    """Let one and several processes take turns and print the table."""
    rounds = [{count: measure(options, count) for count in options.processes} for _ in range(options.rounds)]
    cores = available_cores()
    print(f"torch {torch.__version__}, {cores} cores, width {options.width}, beta-tcvae, {options.rounds} rounds")
    print(
        " batch  " + "  ".join(f"{count} process{'es' if count > 1 else ''}".rjust(28) for count in options.processes)
    )
    for batch in options.batches:
        columns = []
        for count in options.processes:
            step = statistics.median(one[count][batch] for one in rounds)
            columns.append(f"{1e3 * step:8.0f} ms {batch / step:9.0f} images/s")
        print(f"{batch:6}  " + "  ".join(columns))


if __name__ == "__main__":
    chosen = tyro.cli(Options, description=__doc__)
    if chosen.worker:
        run_worker(chosen)
    else:
        main(chosen)
