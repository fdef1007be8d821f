"""Copies of finished models, with the command that evaluates them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from train.commands.evaluate import EvaluateConfig
from train.data.options import DataOptions


@pytest.fixture
def evaluation(
    finished: Callable[[str], Path], faces_folder: Path, faces_cache: Path, tmp_path: Path
) -> Callable[[str], EvaluateConfig]:
    """Return a function that copies a recipe's model; the result evaluates it on its own validation images."""

    def copy(recipe: str) -> EvaluateConfig:
        folder = shutil.copytree(finished(recipe), tmp_path / recipe)
        return EvaluateConfig(folder, faces_folder, options=DataOptions(cache=faces_cache))

    return copy


@pytest.fixture
def ae(evaluation: Callable[[str], EvaluateConfig]) -> EvaluateConfig:
    return evaluation("ae")


@pytest.fixture
def vae(evaluation: Callable[[str], EvaluateConfig]) -> EvaluateConfig:
    return evaluation("vae")


@pytest.fixture(params=["ae", "vae"])
def either(request: pytest.FixtureRequest, evaluation: Callable[[str], EvaluateConfig]) -> EvaluateConfig:
    return evaluation(request.param)
