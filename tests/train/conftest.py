"""A run that takes a second."""

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from accelerate.state import AcceleratorState

from train import loop
from train.config import TrainConfig


@pytest.fixture(autouse=True)
def _fresh_accelerate() -> Iterator[None]:
    yield
    AcceleratorState._reset_state(reset_partial_state=True)


@pytest.fixture
def config(faces_folder: Path, tmp_path: Path) -> TrainConfig:
    """Twelve steps of a network of almost nothing."""
    return TrainConfig(
        recipe="vae",
        data=faces_folder,
        output=tmp_path / "run",
        cache=tmp_path / "cache",
        width=4,
        latent_dim=4,
        batch_size=8,
        steps=12,
        learning_rate=1e-3,
        flips=True,
        checkpoint_every=5,
    )


@pytest.fixture
def train(monkeypatch: pytest.MonkeyPatch) -> Callable[[TrainConfig], Path]:
    """Runs that end with their last checkpoint: no evaluation, no result."""
    monkeypatch.setattr("train.run.finalize.write", lambda *_: None)

    def run(config: TrainConfig) -> Path:
        AcceleratorState._reset_state(reset_partial_state=True)
        return loop.train(config)

    return run


@pytest.fixture
def others(faces_folder: Path, tmp_path: Path) -> Path:
    """The same pictures in another place."""
    return Path(shutil.copytree(faces_folder, tmp_path / "others"))


@pytest.fixture
def labels(faces_folder: Path, tmp_path: Path) -> Path:
    """Three attributes of the drawn faces: two that come and go, one that all have."""
    file = tmp_path / "labels.csv"
    with file.open("w", newline="") as stream:
        names = sorted(picture.stem for picture in faces_folder.glob("*.png"))
        rows = [[name, i % 2, int(i % 3 == 0), 1] for i, name in enumerate(names)]
        csv.writer(stream).writerows([["image_id", "Odd", "Third", "All"], *rows])
    return file
