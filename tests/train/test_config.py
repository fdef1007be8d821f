from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from train.cli import RECIPES
from train.config import TrainConfig
from train.data.options import DataOptions
from train.errors import UserError
from vae_models import catalogue

CONFIG = TrainConfig(recipe="vae", data=Path("faces"), batch_size=8, learning_rate=1e-3)


def test_epochs_are_counted_in_full_batches_and_steps_override_them() -> None:
    assert CONFIG.total_steps(83) == 30 * 10
    assert replace(CONFIG, steps=7).total_steps(83) == 7
    with pytest.raises(UserError, match="--batch-size 5 or less"):
        CONFIG.total_steps(5)


@pytest.mark.parametrize("name", catalogue.RECIPES)
def test_recipes_have_the_reports_settings(name: str) -> None:
    recipe = RECIPES[name]
    assert (recipe.recipe, recipe.latent_dim, recipe.width) == (name, 32, 64)
    assert (recipe.learning_rate, recipe.schedule, recipe.warmup_steps) == (1e-4, "constant", 0)
    assert (recipe.batch_size, recipe.epochs, recipe.steps, recipe.tc_estimator) == (128, 30, None, "mws")


def test_each_recipe_has_the_reports_objective() -> None:
    def weights(recipe: str, **options: Any) -> tuple[float, float, bool]:
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
        ({"recipe": "gan"}, "choose one of ae, vae"),
        ({"beta": 2.0}, "no beta"),
        ({"steps": 0}, "steps"),
        ({"batch_size": 0}, "batch_size"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"warmup_steps": -1}, "warmup_steps"),
        ({"recipe": "beta-vae", "beta": -1.0}, "beta"),
        ({"recipe": "beta-vae", "beta": float("inf")}, "finite"),
        ({"recipe": "beta-tcvae", "beta": 0.5}, "negative"),
        ({"distortion_weight": 0.0}, "distortion_weight"),
        ({"distortion_weight": float("nan")}, "distortion_weight"),
        ({"width": 3}, "width"),
        ({"latent_dim": 0}, "latent_dim"),
    ],
)
def test_settings_that_no_run_can_have_are_refused(wrong: dict[str, Any], reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        replace(CONFIG, **wrong)


def test_settings_are_flat_with_the_data_options_among_them() -> None:
    options = DataOptions(crop="centre", column="face", cache=Path("cache"))
    settings = replace(CONFIG, options=options).settings()
    assert (settings["crop"], settings["column"], settings["align"]) == ("centre", "face", False)
    assert (settings["split"], settings["cache"], settings["width"]) == ("train", Path("cache"), 64)
    assert "options" not in settings
    assert replace(CONFIG, options=DataOptions(split="test")).settings()["split"] == "test"
