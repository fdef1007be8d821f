"""Speed of a training step compared with the machine's limit, and of the training loop compared with the step.

    python -m benchmarks.train_step --width 64 --batch-size 128

Every round measures, one after the other: a square float32 matrix product (the limit), the bare training step on a
batch in memory, the total correlation of its codes alone, and the trainer's loop from image cache to weights. The time
of the loop is the difference between a long and a short run, which excludes the set-up. All numbers are medians over
the rounds. Run nothing else at the same time.
"""

import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
import tyro
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.whole_loop import IMAGES, build_loop, time_call, time_step, write_random_images
from train.config import TrainConfig
from vae_models import Autoencoder, ModelConfig
from vae_models.distributions import DiagonalGaussian
from vae_models.machine import keep_freed_memory
from vae_models.objectives.objective import VAE
from vae_models.objectives.total_correlation import total_correlation


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    width: int = 64
    batch_size: int = 128
    rounds: int = 5
    steps: int = 6
    """Steps per measurement."""
    matrix: int = 4096
    """Rows and columns of the matrices."""
    keep_memory: bool = True
    """Keep freed memory, as the trainer does. --no-keep-memory uses the C library's defaults."""


class Round(NamedTuple):
    """Seconds of one round."""

    product: float  # one matrix product
    step: float
    correlation: float  # forward and backward
    loop: float  # one step of the loop


def build_step(options: Options) -> tuple[Callable[[], object], float]:
    """Build a training step on one batch; return it and its floating-point operations per image."""
    torch.manual_seed(0)
    model = Autoencoder(ModelConfig(width=options.width)).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    x = torch.rand(options.batch_size, 3, 64, 64).to(memory_format=torch.channels_last)

    def step() -> None:
        loss = VAE(VAE.terms(x, model(x)))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    with FlopCounterMode(display=False) as counter:
        step()
    return step, counter.get_total_flops() / options.batch_size


def build_correlation(options: Options) -> Callable[[], object]:
    """Build a function that estimates the total correlation of a batch of codes with its gradient."""
    mean, logvar = torch.randn(2, options.batch_size, 32).unbind()
    mean.requires_grad_()
    logvar.requires_grad_()

    def estimate() -> None:
        posterior = DiagonalGaussian(mean, logvar)
        total_correlation(posterior.sample(), posterior, dataset_size=IMAGES, estimator="mws").backward()

    return estimate


def main(options: Options) -> None:
    """Measure and print the table."""
    if options.keep_memory:
        keep_freed_memory()
    step, operations = build_step(options)
    estimate = build_correlation(options)
    a, b = torch.rand(2, options.matrix, options.matrix).unbind()
    rounds = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = TrainConfig("vae", folder, output=folder, width=options.width, batch_size=options.batch_size)
        run = build_loop(config, write_random_images(folder))
        run(1)  # warm-up
        time_call(step, 2)
        for _ in range(options.rounds):
            product = time_call(lambda: a @ b, 3)
            bare = time_call(step, options.steps)
            tc = time_call(estimate, 10)
            rounds.append(Round(product, bare, tc, time_step(run, options.steps)))

    def median(value: Callable[[Round], float]) -> float:
        return statistics.median(value(one) for one in rounds)

    limit = median(lambda r: 2 * options.matrix**3 / r.product)
    share = median(lambda r: operations * options.batch_size / r.step / (2 * options.matrix**3 / r.product))
    print(
        f"torch {torch.__version__}, {torch.get_num_threads()} threads, "
        f"width {options.width}, batch {options.batch_size}"
    )
    print(f"matrix product        {limit / 1e9:8.0f} GFLOP/s")
    print(f"forward and backward  {operations / 1e6:8.0f} MFLOP per image")
    print(f"bare step             {median(lambda r: options.batch_size / r.step):8.0f} images/s")
    print(f"complete loop         {median(lambda r: options.batch_size / r.loop):8.0f} images/s")
    print(f"step / limit          {share:8.2f}")
    print(f"loop / step           {median(lambda r: r.step / r.loop):8.2f}")
    print(f"TC term / step        {median(lambda r: r.correlation / r.step):8.1%}")


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
