"""Share of drawing in a training step on sprites: CPU time of one thread.

    OMP_NUM_THREADS=1 python -m benchmarks.sprites

Draws batches of random sprites, as floats in memory, and trains on them at the width of the family `sprites`. The goal
is 5 % of a step.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import tyro
from torch import Tensor

from train.data.factors import sprites
from train.family.presets import FAMILIES
from vae_models import Autoencoder
from vae_models.machine import keep_freed_memory

GOAL = 0.05


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    recipe: str = "beta-tcvae"
    """Of the family `sprites`."""
    rounds: int = 9


def build_step(recipe: str, images: int) -> Callable[[Tensor], object]:
    """Build a training step of a model of the family, in its precision."""
    config = FAMILIES["sprites"][recipe]
    model = Autoencoder(config.network(1)).train().to(memory_format=torch.channels_last)
    optimizer, objective = torch.optim.Adam(model.parameters(), lr=config.learning_rate), config.objective()

    def step(x: Tensor) -> None:
        with torch.autocast("cpu", torch.bfloat16):
            out = model(x)
        objective(objective.terms(x, out, dataset_size=images)).backward()
        optimizer.step()
        optimizer.zero_grad()

    return step


def main(options: Options) -> None:
    """Measure and print the shares."""
    torch.set_num_threads(1)
    keep_freed_memory()
    torch.manual_seed(0)
    images, generator = sprites.load("train"), np.random.default_rng(0)
    batch_size = FAMILIES["sprites"][options.recipe].batch_size
    step = build_step(options.recipe, len(images))
    times: list[tuple[float, float]] = []
    for _ in range(1 + options.rounds):
        rows = generator.permutation(len(images))[:batch_size]
        start = time.process_time()
        x = images.batch(rows)
        drawn = time.process_time()
        step(x)
        times.append((drawn - start, time.process_time() - drawn))
    drawing, training = (1e3 * statistics.median(column) for column in zip(*times[1:], strict=True))
    print(f"torch {torch.__version__}, 1 thread, batch {batch_size}: drawing {drawing:.2f} ms, step {training:.1f} ms")
    print(f"drawing / whole step: {drawing / (drawing + training):.2%}, goal at most {GOAL:.0%}")


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
