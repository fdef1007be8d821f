"""The chunked computation compared with the definition, which `test_objective` compares with brute force."""

import math
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor

from benchmarks.naive_correlation import naive_total_correlation
from vae_models.catalogue import Estimator
from vae_models.distributions import DiagonalGaussian
from vae_models.objectives import log_density_ratio
from vae_models.objectives.total_correlation import GlobalPosterior, stratified_log_weights, total_correlation

ROOT = Path(__file__).parents[3]
N = 1000
BOTH: list[Estimator] = ["mws", "mss"]

Case = tuple[Tensor, GlobalPosterior]  # codes, and the posteriors they were drawn from


def draw_case(
    batch: int, dim: int, rows: slice = slice(None), dtype: torch.dtype = torch.float64, far: float = 0
) -> Case:
    """Draw codes of some rows of a batch of posteriors. Codes, means and log-variances are leaves."""
    generator = torch.Generator().manual_seed(0)
    mean, logvar, noise = torch.randn(3, batch, dim, generator=generator, dtype=torch.float64)
    mean, logvar = mean + far, 2 * logvar - 2
    z = (mean + (0.5 * logvar).exp() * noise)[rows]
    z, mean, logvar = (leaf.to(dtype).requires_grad_() for leaf in (z, mean, logvar))
    return z, GlobalPosterior(DiagonalGaussian(mean, logvar), rows.start or 0)


def value_and_gradient(estimate: Tensor, case: Case) -> list[Tensor]:
    return [estimate.detach(), *torch.autograd.grad(estimate, (case[0], *case[1].posterior))]


@pytest.mark.parametrize("estimator", BOTH)
@pytest.mark.parametrize("chunk", [1, 4 * 21 * 3, 10**9])  # rows at a time: one, four, all
@pytest.mark.parametrize("rows", [slice(0, 21), slice(0, 10), slice(11, 21)])
def test_value_and_gradient_equal_the_definition(
    monkeypatch: pytest.MonkeyPatch, estimator: Estimator, chunk: int, rows: slice
) -> None:
    monkeypatch.setitem(log_density_ratio.CHUNK, "cpu", chunk)
    case = draw_case(21, 3, rows)
    ours = value_and_gradient(total_correlation(*case, dataset_size=N, estimator=estimator), case)
    naive = value_and_gradient(naive_total_correlation(*case, dataset_size=N, estimator=estimator), case)
    for a, b in zip(ours, naive, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("estimator", BOTH)
def test_gradient_equals_finite_differences(estimator: Estimator) -> None:
    z, (posterior, first) = draw_case(6, 3, slice(2, 5))

    def estimate(z: Tensor, mean: Tensor, logvar: Tensor) -> Tensor:
        whole = GlobalPosterior(DiagonalGaussian(mean, logvar), first)
        return total_correlation(z, whole, dataset_size=N, estimator=estimator)

    assert torch.autograd.gradcheck(estimate, (z, *posterior))


@pytest.mark.parametrize("estimator", BOTH)
def test_the_mean_over_processes_equals_the_batch(estimator: Estimator) -> None:
    batch = draw_case(12, 4)
    expected = value_and_gradient(total_correlation(*batch, dataset_size=N, estimator=estimator), batch)
    z, (posterior, _) = batch
    parts = [
        total_correlation(z[first : first + 3], GlobalPosterior(posterior, first), dataset_size=N, estimator=estimator)
        for first in range(0, 12, 3)
    ]
    mean = value_and_gradient(torch.stack(parts).mean(), batch)
    for a, b in zip(mean, expected, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("estimator", BOTH)
def test_codes_far_from_zero_lose_no_digits(estimator: Estimator) -> None:
    """z^2 - 2 z mean + mean^2 in float32 would: at 300 the three terms are 90,000, their sum about 1."""
    single = draw_case(64, 8, dtype=torch.float32, far=300)
    double: Case = (
        single[0].detach().double().requires_grad_(),
        GlobalPosterior(DiagonalGaussian(*(part.detach().double().requires_grad_() for part in single[1].posterior))),
    )
    ours = value_and_gradient(total_correlation(*single, dataset_size=N, estimator=estimator), single)
    exact = value_and_gradient(naive_total_correlation(*double, dataset_size=N, estimator=estimator), double)
    for a, b in zip(ours, exact, strict=True):
        assert (a.double() - b).norm() < 1e-5 * b.norm()


@pytest.mark.parametrize("far", [1e3, 1e6])
def test_a_code_that_no_posterior_explains_still_has_a_gradient(far: float) -> None:
    z, posterior = draw_case(8, 4, dtype=torch.float32)
    with torch.no_grad():
        z[3] += far
    estimate = total_correlation(z, posterior, dataset_size=N, estimator="mws")
    assert all(torch.isfinite(part).all() for part in value_and_gradient(estimate, (z, posterior)))


@pytest.mark.parametrize("estimator", BOTH)
def test_estimates_are_float32_under_autocast_and_for_bfloat16(estimator: Estimator) -> None:
    case = draw_case(16, 4, dtype=torch.float32)
    expected = value_and_gradient(total_correlation(*case, dataset_size=N, estimator=estimator), case)
    with torch.autocast("cpu", torch.bfloat16):
        autocast = value_and_gradient(total_correlation(*case, dataset_size=N, estimator=estimator), case)
    assert all(torch.equal(a, b) for a, b in zip(autocast, expected, strict=True))
    half = draw_case(16, 4, dtype=torch.bfloat16)
    assert total_correlation(*half, dataset_size=N, estimator=estimator).dtype == torch.float32


def test_weights_of_selected_rows_equal_those_rows() -> None:
    weights = stratified_log_weights(7, N)
    assert torch.equal(stratified_log_weights(7, N, rows=range(4, 7)), weights[4:])


@pytest.mark.parametrize("first", [-1, 4])
def test_codes_outside_the_global_posterior_are_refused(first: int) -> None:
    z, (posterior, _) = draw_case(6, 2, slice(0, 3))
    with pytest.raises(ValueError, match="not among 6 posteriors"):
        total_correlation(z, GlobalPosterior(posterior, first), dataset_size=N, estimator="mss")


STATUS = Path("/proc/self/status")
PROGRAM = """
import sys
import torch
from vae_models.distributions import DiagonalGaussian
from vae_models.objectives.total_correlation import total_correlation
def peak():  # of this process alone: getrusage would count its parent too
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) // 1024
def estimate(batch):
    q = DiagonalGaussian(torch.randn(batch, 32, requires_grad=True), torch.zeros(batch, 32))
    total_correlation(q.sample(), q, dataset_size=100_000, estimator=sys.argv[1]).backward()
estimate(8)
before = peak()
estimate(2048)
print(peak() - before)
"""


@pytest.mark.processes
@pytest.mark.skipif(not STATUS.exists(), reason="only Linux reports the peak memory of a process")
@pytest.mark.parametrize("estimator", BOTH)
def test_a_large_batch_needs_little_memory(estimator: Estimator) -> None:
    program = [sys.executable, "-c", PROGRAM, estimator]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) < math.prod((2048, 2048, 32, 4)) / 2**20 / 8  # 64 MB
