"""One process or four: the same loss and the same gradient, for both estimators of the total correlation."""

import pytest
import torch

from tests.train.run.gloo import CASES, Case, Found, alone, together
from train.run import distributed
from vae_models.distributions import DiagonalGaussian

PROCESSES = 4
TOLERANCE = {torch.float64: 1e-5, torch.float32: 1e-4}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> list[dict[Case, Found]]:
    """What each of four processes finds, of every case."""
    return together(PROCESSES, tmp_path_factory.mktemp("processes"))


def flat(found: Found) -> torch.Tensor:
    return torch.cat([part.flatten() for part in found.gradient])


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{str(case[1])[6:]}-{case[2]}")
def test_four_processes_have_the_loss_and_the_gradient_of_one(case: Case, parts: list[dict[Case, Found]]) -> None:
    """By the codes, by the weights, and as the trainer's own step moves the weights; BatchNorm's statistics frozen."""
    one, four = alone(case), [part[case] for part in parts]
    loss = torch.stack([part.loss for part in four]).mean()
    assert ((loss - one.loss) / one.loss).abs() < TOLERANCE[case[1]]
    if case[0] == "codes":  # each has the gradient by its own; DistributedDataParallel would average the weights'
        rows = zip(*(part.gradient for part in four), strict=True)
        four = [Found(loss, [torch.cat(leaf) / PROCESSES for leaf in rows])]
    for part in four:
        assert (flat(part) - flat(one)).norm() / flat(one).norm() < TOLERANCE[case[1]]


def test_alone_a_process_gathers_its_own() -> None:
    posterior = DiagonalGaussian(*torch.randn(2, 3, 4).unbind())
    assert distributed.of_all_processes(posterior) == (posterior, 0)
