"""Runs that take a second."""

import csv
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import jinja2
import pytest
from accelerate.state import AcceleratorState

from train import loop
from train.config import TrainConfig
from train.data.options import DataOptions
from train.run import finalize

WRITE = finalize.write  # before any test replaces it


@pytest.fixture(autouse=True)
def _fresh_accelerate() -> Iterator[None]:
    yield
    AcceleratorState._reset_state(reset_partial_state=True)


@pytest.fixture(scope="session", autouse=True)
def _compile_once() -> Iterator[None]:
    """Compile the template of model cards once: huggingface_hub compiles it for every card."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2, "Template", cache(jinja2.Template))
        yield


def small_config(faces_folder: Path, faces_cache: Path, folder: Path) -> TrainConfig:
    """Configure twelve steps of a tiny network, in `folder`/run."""
    return TrainConfig(
        recipe="vae",
        data=faces_folder,
        output=folder / "run",
        options=DataOptions(cache=faces_cache),
        width=4,
        latent_dim=4,
        batch_size=8,
        steps=12,
        learning_rate=1e-3,
        flips=True,
        checkpoint_every=5,
    )


@pytest.fixture
def config(faces_folder: Path, faces_cache: Path, tmp_path: Path) -> TrainConfig:
    """Configure twelve steps of a tiny network."""
    return small_config(faces_folder, faces_cache, tmp_path)


@pytest.fixture(scope="session")
def finished(faces_folder: Path, faces_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Train each recipe once, and return the folder of the finished run. Tests only read it."""
    folder = tmp_path_factory.mktemp("finished")

    @cache
    def train(recipe: str) -> Path:
        AcceleratorState._reset_state(reset_partial_state=True)
        base = small_config(faces_folder, faces_cache, folder)
        with pytest.MonkeyPatch.context() as patch:  # a test that trains without a result may be the first to ask
            patch.setattr(finalize, "write", WRITE)
            return loop.train(replace(base, recipe=recipe, output=folder / recipe))

    return train


@pytest.fixture
def finished_copy(finished: Callable[[str], Path], config: TrainConfig) -> Callable[[str], Path]:
    """Copy a finished run of a recipe into the result folder of `config`, where a test may change it."""
    return lambda recipe: Path(shutil.copytree(finished(recipe), config.run_dir()))


@pytest.fixture
def train(monkeypatch: pytest.MonkeyPatch) -> Callable[[TrainConfig], Path]:
    """Train until the last checkpoint, without evaluation and result."""
    monkeypatch.setattr("train.run.finalize.write", lambda *_: None)

    def run(config: TrainConfig) -> Path:
        AcceleratorState._reset_state(reset_partial_state=True)
        return loop.train(config)

    return run


@pytest.fixture(scope="session")
def others(faces_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the images into another folder. Tests only read it."""
    return Path(shutil.copytree(faces_folder, tmp_path_factory.mktemp("copied") / "others"))


@pytest.fixture
def labels(faces_folder: Path, tmp_path: Path) -> Path:
    """Label the drawn faces with three attributes: two that vary, one that all have."""
    file = tmp_path / "labels.csv"
    with file.open("w", newline="") as stream:
        names = sorted(picture.stem for picture in faces_folder.glob("*.png"))
        rows = [[name, i % 2, int(i % 3 == 0), 1] for i, name in enumerate(names)]
        csv.writer(stream).writerows([["image_id", "Odd", "Third", "All"], *rows])
    return file
