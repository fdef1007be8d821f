"""What the total correlation's term costs: in one pass over rows, and as its definition reads.

    python -m benchmarks.correlation

Value and gradient at D = 32, in float32. Times are medians of rounds in which both take turns; memory is what the peak
of a process of its own grows by, while it estimates once. Nothing else should run meanwhile.
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
from benchmarks.whole_loop import seconds
from vae_models.catalogue import Estimator
from vae_models.distributions import DiagonalGaussian
from vae_models.machine import keep_freed_memory
from vae_models.objectives.total_correlation import Columns, total_correlation

DIM, N = 32, 37_533
FORMS = {"ours": total_correlation, "naive": naive_total_correlation}


@dataclass(frozen=True)
class Options:
    """What is measured."""

    batches: tuple[int, ...] = (128, 512, 2048)
    estimator: Estimator = "mws"
    rounds: int = 5
    memory_of: Literal["ours", "naive"] | None = None
    """For the processes that this one starts."""


def estimate(form: str, batch: int, estimator: Estimator) -> Callable[[], Tensor]:
    """Value and gradient of a batch's total correlation; returns the gradient by the means."""
    torch.manual_seed(0)
    mean, logvar = torch.randn(batch, DIM), 0.5 * torch.randn(batch, DIM) - 1
    mean.requires_grad_()
    logvar.requires_grad_()

    def once() -> Tensor:
        posterior = DiagonalGaussian(mean, logvar)
        value = FORMS[form](posterior.sample(), Columns(posterior), dataset_size=N, estimator=estimator)
        return torch.autograd.grad(value, (mean, logvar))[0]

    return once


def peak() -> float:
    """The most memory that this process has had, in megabytes, on Linux: getrusage would count its parent's as well."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def grown(form: Literal["ours", "naive"], batch: int, estimator: Estimator) -> float:
    """Megabytes that one estimate adds to a process."""
    command = [sys.executable, "-m", "benchmarks.correlation", "--memory-of", form, "--estimator", estimator]
    done = subprocess.run([*command, "--batches", str(batch)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main(options: Options) -> None:
    """Measure and print."""
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {options.estimator}, {options.rounds} rounds")
    print(" batch    ours   naive   ours / naive      ours     naive")
    keep_freed_memory()
    for batch in options.batches:
        calls = {form: estimate(form, batch, options.estimator) for form in FORMS}
        for call in calls.values():
            call()
        times = max(1, 2**21 // batch**2)
        rounds = [{form: seconds(call, times) for form, call in calls.items()} for _ in range(options.rounds)]
        ours, naive = (1e3 * statistics.median(one[form] for one in rounds) for form in ("ours", "naive"))
        ratio = statistics.median(one["ours"] / one["naive"] for one in rounds)
        ours_peak, naive_peak = (grown(form, batch, options.estimator) for form in ("ours", "naive"))
        print(f"{batch:6} {ours:7.1f} {naive:7.1f} ms {ratio:10.2f} {ours_peak:10.0f} {naive_peak:9.0f} MB")


def memory(options: Options, form: str) -> None:
    """A worker: prints by how much one estimate raises its peak."""
    estimate(form, 8, options.estimator)()
    before = peak()
    estimate(form, options.batches[0], options.estimator)()
    print(peak() - before)


if __name__ == "__main__":
    chosen = tyro.cli(Options, description=__doc__)
    if chosen.memory_of:
        memory(chosen, chosen.memory_of)
    else:
        main(chosen)
