import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from train.config import TrainConfig
from train.run.schedule import (
    MOST_PREVIEWS,
    batch_betas,
    batch_rows,
    learning_rate,
    preview_due,
    set_learning_rate,
    step_beta,
)
from vae_models.catalogue import DIALS

CONFIG = TrainConfig(recipe="vae", data=Path("faces"), batch_size=8, learning_rate=1e-3)


def test_an_epoch_shows_every_image_of_its_full_batches_once() -> None:
    first = np.concatenate([batch_rows(CONFIG, step, 83) for step in range(10)])
    second = np.concatenate([batch_rows(CONFIG, step, 83) for step in range(10, 20)])
    assert len(set(first)) == len(first) == 80
    assert len(set(second)) == 80
    assert first.tolist() != second.tolist()


def test_the_order_depends_on_the_seed_alone() -> None:
    assert batch_rows(CONFIG, 7, 83).tolist() == batch_rows(CONFIG, 7, 83).tolist()
    assert batch_rows(CONFIG, 7, 83).tolist() != batch_rows(replace(CONFIG, seed=1), 7, 83).tolist()


def test_the_reports_rate_is_constant() -> None:
    assert {learning_rate(CONFIG, step, 100) for step in range(100)} == {1e-3}


def test_warm_up_rises_linearly_and_the_cosine_falls_to_zero() -> None:
    config = replace(CONFIG, warmup_steps=10, schedule="cosine")
    rates = [learning_rate(config, step, 110) for step in range(110)]
    assert rates[:10] == pytest.approx([1e-4 * (i + 1) for i in range(10)])
    assert rates[10] == pytest.approx(1e-3)
    assert rates[60] == pytest.approx(0.5e-3)
    assert all(a > b for a, b in pairwise(rates[10:]))
    assert 0 < rates[-1] < 1e-6


@pytest.mark.parametrize("period", [1, 7])
@pytest.mark.parametrize("steps", [1, 12, 50, 51, 99, 350, 351, 700, 2513, 47_000])
def test_at_most_fifty_previews_are_spread_evenly_to_the_last_step(steps: int, period: int) -> None:
    due = [done for done in range(1, steps + 1) if preview_due(done, steps, period)]
    periods = math.ceil(steps / period)
    assert due[-1] == steps
    assert len(due) == min(periods, MOST_PREVIEWS)
    assert all(done % period == 0 for done in due[:-1])
    gaps = {b - a for a, b in pairwise([0, *(math.ceil(done / period) for done in due)])}
    assert gaps <= {periods // len(due), math.ceil(periods / len(due))}


DIAL = DIALS["beta-dial"]
STEPS = 1000


def betas(step: int, seed: int = 0) -> NDArray[np.float32]:
    return batch_betas(DIAL, replace(CONFIG, batch_size=128, seed=seed), step, STEPS)


def test_every_picture_is_at_beta_one_until_the_dial_opens() -> None:
    assert all((betas(step) == 1).all() for step in range(0, 300, 13))
    assert betas(310).max() > 1


def test_the_highest_beta_rises_evenly_in_its_logarithm() -> None:
    tops = [np.log(betas(step).max()) for step in range(STEPS)]
    assert all(a <= b + 1e-6 for a, b in pairwise(tops))
    assert tops[449] == pytest.approx(np.log(50) / 2, rel=0.01)
    assert tops[600] == tops[-1] == pytest.approx(np.log(50))


def test_an_open_dial_has_its_shares_and_covers_the_rest_evenly() -> None:
    drawn = np.sort(betas(700))
    assert (drawn == 1).sum() == round(0.45 * 128)
    assert (drawn >= 49.999).sum() == round(0.1 * 128)
    gaps = np.diff(np.log(drawn[58:-13]))  # one beta in each stratum
    assert gaps == pytest.approx(np.log(50) / (128 - 58), rel=1e-3)


def test_betas_depend_on_seed_and_step_alone() -> None:
    assert betas(700).tolist() == betas(700).tolist()
    assert betas(700).tolist() != betas(701).tolist()
    assert betas(700).tolist() != betas(700, seed=1).tolist()


TC_DIAL = DIALS["beta-tc-dial"]


def step_betas(steps: range, seed: int = 0) -> NDArray[np.float64]:
    return np.array([step_beta(TC_DIAL, replace(CONFIG, seed=seed), step, 10_000) for step in steps])


def test_every_step_is_at_beta_one_until_the_dial_opens() -> None:
    assert (step_betas(range(2999)) == 1).all()
    assert step_betas(range(3000, 3100)).max() > 1


def test_steps_have_the_shares_and_cover_the_rest_evenly() -> None:
    drawn = np.sort(step_betas(range(7000, 9000)))
    assert (drawn == 1).mean() == pytest.approx(0.45, abs=0.002)
    assert (drawn >= 49.999).mean() == pytest.approx(0.1, abs=0.002)
    between = np.log(drawn[(drawn > 1) & (drawn < 49.999)])
    assert np.diff(between).max() < 4 * np.log(50) / 2000 / 0.55


def test_ten_successive_steps_cover_the_dial() -> None:
    for start in range(7000, 7100):
        drawn = step_betas(range(start, start + 10))
        assert 3 <= (drawn == 1).sum() <= 6
        assert (drawn > 7).sum() >= 1


def test_the_beta_of_a_step_depends_on_seed_and_step_alone() -> None:
    assert step_betas(range(7000, 7050)).tolist() == step_betas(range(7000, 7050)).tolist()
    assert step_betas(range(7000, 7050)).tolist() != step_betas(range(7000, 7050), seed=1).tolist()


def test_weights_have_their_own_factor_of_the_learning_rate() -> None:
    weights = [torch.nn.Parameter(torch.zeros(1)) for _ in range(3)]
    groups: list[dict[str, Any]] = [
        {"params": [weights[0]]},
        {"params": [weights[1]], "rate_factor": 4.0},
        {"params": [weights[2]], "rate_factor": 1.0},
    ]
    optimizer = torch.optim.SGD(groups)
    set_learning_rate(optimizer, 0.5)
    assert [group["lr"] for group in optimizer.param_groups] == [0.5, 2.0, 0.5]
