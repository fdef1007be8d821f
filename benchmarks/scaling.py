"""How a step's cost grows with the batch, and what a second process brings.

    python -m benchmarks.scaling --width 16

beta-TCVAE, the trainer's own step on pictures of noise. The cores are shared out: one process computes with as many
threads as there are cores, two with half of them each. Both take turns, round by round, each time in fresh processes.
Nothing else should run meanwhile.
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

from benchmarks.whole_loop import drawn_faces, prepared, seconds
from train import loop
from train.config import TrainConfig
from vae_models.machine import keep_freed_memory


@dataclass(frozen=True)
class Options:
    """What is measured."""

    width: int = 16
    batches: tuple[int, ...] = (32, 128, 512, 2048)
    processes: tuple[int, ...] = (1, 2)
    rounds: int = 3
    pictures: int = 4096
    """A batch size's measurement takes that many."""
    worker: bool = False
    """For the processes that this one starts."""


def answer(options: Options) -> None:
    """A process of several: the first prints the seconds of a step for every batch size."""
    keep_freed_memory()
    found = {}
    with tempfile.TemporaryDirectory() as name:
        faces = drawn_faces(Path(name), options.pictures)
        for batch in options.batches:
            config = TrainConfig("beta-tcvae", Path(name), width=options.width, batch_size=batch, steps=1)
            run = prepared(config, faces)
            run.model.train()
            loop._step(run, 0)  # warm
            run.accelerator.wait_for_everyone()
            found[batch] = seconds(partial(loop._step, run, 0), options.pictures // batch)
    if run.accelerator.is_main_process:
        print("seconds " + json.dumps(found), flush=True)
    if dist.is_initialized():
        dist.destroy_process_group()


def asked(options: Options, processes: int) -> dict[int, float]:
    """Seconds of a step by batch size, with so many processes."""
    with socket.socket() as any_port:
        any_port.bind(("localhost", 0))
        told = {"MASTER_ADDR": "localhost", "MASTER_PORT": str(any_port.getsockname()[1])}
    told |= {"WORLD_SIZE": str(processes), "OMP_NUM_THREADS": str(max(1, len(os.sched_getaffinity(0)) // processes))}
    command = [sys.executable, "-m", "benchmarks.scaling", "--worker", "--width", str(options.width)]
    command += ["--pictures", str(options.pictures), "--batches", *map(str, options.batches)]
    running = []
    for rank in range(processes):
        ranks = {"RANK": str(rank), "LOCAL_RANK": str(rank)} if processes > 1 else {}
        running.append(
            subprocess.Popen(
                command,
                env={**os.environ, **told, **ranks},
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        )
    answers = [process.communicate()[0] for process in running]
    if any(process.returncode for process in running):
        raise OSError("a process ended: run it alone with --worker to see why")
    line = next(line for line in answers[0].splitlines() if line.startswith("seconds "))
    return {int(batch): value for batch, value in json.loads(line.removeprefix("seconds ")).items()}


def main(options: Options) -> None:
    """Ask in turn and print."""
    rounds = [{count: asked(options, count) for count in options.processes} for _ in range(options.rounds)]
    cores = len(os.sched_getaffinity(0))
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
        answer(chosen)
    else:
        main(chosen)
