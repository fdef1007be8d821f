from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from train.config import TrainConfig
from train.recipes import RECIPES
from train.run.schedule import batch_rows, learning_rate

CONFIG = TrainConfig(recipe="vae", data=Path("faces"), batch_size=8, learning_rate=1e-3)


def test_an_epoch_shows_every_picture_once_but_for_the_unfilled_batch() -> None:
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


def test_warm_up_rises_linearly_and_the_cosine_falls_to_nothing() -> None:
    config = replace(CONFIG, warmup_steps=10, schedule="cosine")
    rates = [learning_rate(config, step, 110) for step in range(110)]
    assert rates[:10] == pytest.approx([1e-4 * (i + 1) for i in range(10)])
    assert rates[10] == pytest.approx(1e-3)
    assert rates[60] == pytest.approx(0.5e-3)
    assert all(a > b for a, b in pairwise(rates[10:]))
    assert 0 < rates[-1] < 1e-6


def test_thirty_epochs_are_counted_in_whole_batches_and_steps_override_them() -> None:
    assert CONFIG.total_steps(83) == 30 * 10
    assert replace(CONFIG, steps=7).total_steps(83) == 7
    with pytest.raises(ValueError, match="--batch-size 5 or less"):
        CONFIG.total_steps(5)


@pytest.mark.parametrize("name", ["ae", "vae", "beta-vae", "beta-tcvae"])
def test_recipes_have_the_reports_settings(name: str) -> None:
    recipe = RECIPES[name]
    assert (recipe.recipe, recipe.latent_dim, recipe.width) == (name, 32, 64)
    assert (recipe.learning_rate, recipe.schedule, recipe.warmup_steps) == (1e-4, "constant", 0)
    assert (recipe.batch_size, recipe.epochs, recipe.steps, recipe.tc_estimator) == (128, 30, None, "mws")


def test_each_recipe_has_the_reports_objective() -> None:
    def weights(recipe: str, **options: object) -> tuple[float, float, bool]:
        config = replace(CONFIG, recipe=recipe, **options)
        return config.objective().kl, config.objective().tc, config.network().stochastic

    assert weights("ae") == (0, 0, False)
    assert weights("vae") == (1, 0, True)
    assert weights("beta-vae") == (5, 0, True)
    assert weights("beta-vae", beta=2.0) == (2, 0, True)
    assert weights("beta-tcvae") == (1, 19, True)
    assert weights("beta-tcvae", beta=50.0) == (1, 49, True)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"beta": 2.0}, "no beta"),
        ({"steps": 0}, "steps"),
        ({"batch_size": 0}, "batch_size"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"warmup_steps": -1}, "warmup_steps"),
        ({"recipe": "beta-tcvae", "beta": 0.5}, "negative"),
        ({"width": 3}, "width"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(CONFIG, **wrong)
