"""How fast batches come out of the cache.

    python -m benchmarks.fetch

Random rows of a file of uint8 pictures that the system keeps in memory, on one thread: as bytes, and as the floats that
the model takes. The goal is 100,000 images/s a core.
"""

import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import tyro

from benchmarks.whole_loop import PICTURES, drawn_faces, seconds
from train.data.device import copied
from vae_models.machine import keep_freed_memory


@dataclass(frozen=True)
class Options:
    """What is measured."""

    batch_size: int = 128
    rounds: int = 5
    batches: int = 100
    """Batches of a measurement."""


def main(options: Options) -> None:
    """Measure and print."""
    torch.set_num_threads(1)
    keep_freed_memory()
    generator = np.random.default_rng(0)
    orders = [generator.permutation(PICTURES)[: options.batch_size] for _ in range(options.batches)]
    with tempfile.TemporaryDirectory() as name:
        faces = drawn_faces(Path(name))
        held = copied(faces, torch.device("cpu"))
        fetched: dict[str, Callable[[], object]] = {
            "bytes, from the file": lambda: [np.array(faces.pixels[rows]) for rows in orders],
            "floats, from the file": lambda: [faces.batch(rows) for rows in orders],
            "floats, as a device holds them": lambda: [held.batch(rows, "cpu") for rows in orders],
        }
        rounds = [{how: seconds(call) for how, call in fetched.items()} for _ in range(1 + options.rounds)][1:]
    print(f"torch {torch.__version__}, 1 thread, batch {options.batch_size} of {PICTURES}, {options.rounds} rounds")
    for how in fetched:
        speed = options.batch_size * options.batches / statistics.median(one[how] for one in rounds)
        print(f"{how:<32} {speed:9,.0f} images/s")


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
