from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from train.config import TrainConfig
from train.run.schedule import batch_rows, learning_rate

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
