"""Time and memory of the total correlation term, against a direct implementation of its definition.

    python -m benchmarks.correlation

Measures value and gradient for D = 32, in float32. Times are medians over rounds in which both implementations take
turns. Memory is the increase of the peak of a separate process during one estimate. Run nothing else at the same time.
"""

import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
import tyro
from torch import Tensor

from benchmarks.naive_correlation import naive_total_correlation
from benchmarks.whole_loop import time_call
from vae_models.catalogue import Estimator
from vae_models.distributions import DiagonalGaussian
from vae_models.machine import keep_freed_memory
from vae_models.objectives.total_correlation import GlobalPosterior, total_correlation

DIM, N = 32, 37_533
IMPLEMENTATIONS = {"ours": total_correlation, "naive": naive_total_correlation}


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    batches: tuple[int, ...] = (128, 512, 2048)
    estimator: Estimator = "mws"
    rounds: int = 5
    memory_of: Literal["ours", "naive"] | None = None
    """Internal: measure the memory of one implementation. The benchmark starts itself with this option."""


def build_estimate(name: str, batch: int, estimator: Estimator) -> Callable[[], Tensor]:
    """Build a function that computes the total correlation of a batch and returns its gradient by the means."""
    torch.manual_seed(0)
    mean, logvar = torch.randn(batch, DIM), 0.5 * torch.randn(batch, DIM) - 1
    mean.requires_grad_()
    logvar.requires_grad_()

    def estimate() -> Tensor:
        posterior = DiagonalGaussian(mean, logvar)
        value = IMPLEMENTATIONS[name](
            posterior.sample(), GlobalPosterior(posterior), dataset_size=N, estimator=estimator
        )
        return torch.autograd.grad(value, (mean, logvar))[0]

    return estimate


def peak_memory() -> float:
    """Return the peak memory of this process in megabytes (Linux only)."""
    # not getrusage: it would also count the peak of the parent
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def measure_memory(name: Literal["ours", "naive"], batch: int, estimator: Estimator) -> float:
    """Return the megabytes that one estimate adds to the peak of a new process."""
    command = [sys.executable, "-m", "benchmarks.correlation", "--memory-of", name, "--estimator", estimator]
    done = subprocess.run([*command, "--batches", str(batch)], capture_output=True, encoding="utf-8", check=True)
    return float(done.stdout)


def main(options: Options) -> None:
    """Measure and print the table."""
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {options.estimator}, {options.rounds} rounds")
    print(" batch    ours   naive   ours / naive      ours     naive")
    keep_freed_memory()
    for batch in options.batches:
        calls = {name: build_estimate(name, batch, options.estimator) for name in IMPLEMENTATIONS}
        for call in calls.values():
            call()
        times = max(1, 2**21 // batch**2)
        rounds = [{name: time_call(call, times) for name, call in calls.items()} for _ in range(options.rounds)]
        ours, naive = (1e3 * statistics.median(one[name] for one in rounds) for name in ("ours", "naive"))
        ratio = statistics.median(one["ours"] / one["naive"] for one in rounds)
        ours_peak, naive_peak = (measure_memory(name, batch, options.estimator) for name in ("ours", "naive"))
        print(f"{batch:6} {ours:7.1f} {naive:7.1f} ms {ratio:10.2f} {ours_peak:10.0f} {naive_peak:9.0f} MB")


def print_memory(options: Options, name: str) -> None:
    """Print by how many megabytes one estimate raises the peak of this process."""
    build_estimate(name, 8, options.estimator)()
    before = peak_memory()
    build_estimate(name, options.batches[0], options.estimator)()
    print(peak_memory() - before)


if __name__ == "__main__":
    chosen = tyro.cli(Options, description=__doc__)
    if chosen.memory_of:
        print_memory(chosen, chosen.memory_of)
    else:
        main(chosen)
