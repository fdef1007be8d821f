"""Loss and gradient in one process or four, for both estimators of the total correlation."""

import pytest
import torch

from tests.train.run.gloo import CASES, Case, Result, run_alone, run_together
from train.run import distributed
from vae_models.distributions import DiagonalGaussian

PROCESSES = 4
TOLERANCE = {torch.float64: 1e-5, torch.float32: 1e-4}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> list[dict[Case, Result]]:
    """Results of four processes, for every case."""
    return run_together(PROCESSES, tmp_path_factory.mktemp("processes"))


def flat(result: Result) -> torch.Tensor:
    return torch.cat([part.flatten() for part in result.gradient])


@pytest.mark.processes
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{str(case[1])[6:]}-{case[2]}")
def test_four_processes_have_the_loss_and_the_gradient_of_one(case: Case, parts: list[dict[Case, Result]]) -> None:
    """With respect to the codes, to the weights, and for the trainer's own step; BatchNorm's statistics are frozen."""
    one, four = run_alone(case), [part[case] for part in parts]
    loss = torch.stack([part.loss for part in four]).mean()
    assert ((loss - one.loss) / one.loss).abs() < TOLERANCE[case[1]]
    if case[0] == "codes":  # each process has its own rows; DistributedDataParallel averages weights
        rows = zip(*(part.gradient for part in four), strict=True)
        four = [Result(loss, [torch.cat(leaf) / PROCESSES for leaf in rows])]
    for part in four:
        assert (flat(part) - flat(one)).norm() / flat(one).norm() < TOLERANCE[case[1]]


def test_a_single_process_gathers_only_its_own_posterior() -> None:
    posterior = DiagonalGaussian(*torch.randn(2, 3, 4).unbind())
    assert distributed.all_gather_posteriors(posterior) == (posterior, 0)
