"""How near the training step comes to the machine's limit, and the loop to the step.

    python -m benchmarks.train_step --width 64 --batch-size 128

In every round, one after the other: a square float32 matrix product (the limit), the bare training step on a batch
that is there already, the total correlation of its codes alone, and the trainer's own loop from cache to weights. The
loop's time is that of a long run less that of a short one, which leaves out what happens once. Medians over the
rounds. Nothing else should run meanwhile.
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

from benchmarks.whole_loop import PICTURES, drawn_faces, seconds, seconds_a_step, whole_loop
from train.config import TrainConfig
from vae_models import Autoencoder, ModelConfig
from vae_models.distributions import DiagonalGaussian
from vae_models.machine import keep_freed_memory
from vae_models.objectives.objective import VAE
from vae_models.objectives.total_correlation import total_correlation


@dataclass(frozen=True)
class Options:
    """What is measured."""

    width: int = 64
    batch_size: int = 128
    rounds: int = 5
    steps: int = 6
    """Steps of a measurement."""
    matrix: int = 4096
    """Rows and columns of the matrices."""
    keep_memory: bool = True
    """As the trainer does; --no-keep-memory shows what the C library's defaults cost."""


class Round(NamedTuple):
    """Seconds of one round."""

    product: float  # one matrix product
    step: float
    correlation: float  # forward and backward
    loop: float  # one step of the loop


def bare_step(options: Options) -> tuple[Callable[[], object], float]:
    """A training step on one batch, and its floating-point operations an image."""
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


def correlation(options: Options) -> Callable[[], object]:
    """The total correlation of a batch of codes, with its gradient."""
    mean, logvar = torch.randn(2, options.batch_size, 32).unbind()
    mean.requires_grad_()
    logvar.requires_grad_()

    def estimate() -> None:
        posterior = DiagonalGaussian(mean, logvar)
        total_correlation(posterior.sample(), posterior, dataset_size=PICTURES, estimator="mws").backward()

    return estimate


def main(options: Options) -> None:
    """Measure and print."""
    if options.keep_memory:
        keep_freed_memory()
    step, operations = bare_step(options)
    estimate = correlation(options)
    a, b = torch.rand(2, options.matrix, options.matrix).unbind()
    rounds = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = TrainConfig("vae", folder, output=folder, width=options.width, batch_size=options.batch_size)
        run = whole_loop(config, drawn_faces(folder))
        run(1)  # warm
        seconds(step, 2)
        for _ in range(options.rounds):
            product = seconds(lambda: a @ b, 3)
            bare = seconds(step, options.steps)
            tc = seconds(estimate, 10)
            rounds.append(Round(product, bare, tc, seconds_a_step(run, options.steps)))

    def median(of: Callable[[Round], float]) -> float:
        return statistics.median(of(one) for one in rounds)

    limit = median(lambda r: 2 * options.matrix**3 / r.product)
    share = median(lambda r: operations * options.batch_size / r.step / (2 * options.matrix**3 / r.product))
    print(
        f"torch {torch.__version__}, {torch.get_num_threads()} threads, "
        f"width {options.width}, batch {options.batch_size}"
    )
    print(f"matrix product        {limit / 1e9:8.0f} GFLOP/s")
    print(f"an image, both ways   {operations / 1e6:8.0f} MFLOP")
    print(f"bare step             {median(lambda r: options.batch_size / r.step):8.0f} images/s")
    print(f"whole loop            {median(lambda r: options.batch_size / r.loop):8.0f} images/s")
    print(f"step / limit          {share:8.2f}")
    print(f"loop / step           {median(lambda r: r.step / r.loop):8.2f}")
    print(f"TC term / step        {median(lambda r: r.correlation / r.step):8.1%}")


if __name__ == "__main__":
    main(tyro.cli(Options))
