"""Speed of reading batches from the image cache.

    python -m benchmarks.fetch

Reads random rows of a uint8 file that the system keeps in memory, on one thread: as bytes, and as the floats that the
model takes. The goal is 100,000 images/s per core.
"""

import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import tyro

from benchmarks.whole_loop import IMAGES, time_call, write_random_images
from train.data.device import to_gpu
from vae_models.machine import keep_freed_memory


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    batch_size: int = 128
    rounds: int = 5
    batches: int = 100
    """Batches per measurement."""


def main(options: Options) -> None:
    """Measure and print the table."""
    torch.set_num_threads(1)
    keep_freed_memory()
    generator = np.random.default_rng(0)
    orders = [generator.permutation(IMAGES)[: options.batch_size] for _ in range(options.batches)]
    with tempfile.TemporaryDirectory() as name:
        images = write_random_images(Path(name))
        in_memory = to_gpu(images, torch.device("cpu"))
        readers: dict[str, Callable[[], object]] = {
            "bytes from the file": lambda: [np.array(images.pixels[rows]) for rows in orders],
            "floats from the file": lambda: [images.batch(rows) for rows in orders],
            "floats from the device's memory": lambda: [in_memory.batch(rows, "cpu") for rows in orders],
        }
        rounds = [{name: time_call(call) for name, call in readers.items()} for _ in range(1 + options.rounds)][1:]
    print(f"torch {torch.__version__}, 1 thread, batch {options.batch_size} of {IMAGES}, {options.rounds} rounds")
    for name in readers:
        speed = options.batch_size * options.batches / statistics.median(one[name] for one in rounds)
        print(f"{name:<32} {speed:9,.0f} images/s")


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
