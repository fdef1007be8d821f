"""A folder with small data and models under the names that README and docs use."""

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from accelerate.state import AcceleratorState
from PIL import Image

from tests.conftest import draw_face
from tests.docs.markdown import ROOT
from train.__main__ import main

TRAINING, VALIDATION = range(136), range(200, 280)
FACTOR_SIZES = (1, 3, 2, 4, 8, 8)  # as dSprites', smaller
SMALL = ("--width", "4", "--latent-dim", "4", "--batch-size", "4")


def draw_faces(archive: Path, seeds: range) -> None:
    with ZipFile(archive, "w") as file:
        for seed in seeds:
            with file.open(f"{seed:03d}.png", "w") as picture:
                draw_face(seed).save(picture, "PNG")


def write_labels(file: Path) -> None:
    """Write attributes of all faces: every second one has the first, every third the second."""
    with file.open("w", newline="") as stream:
        rows = [[f"{seed:03d}", seed % 2, int(seed % 3 == 0)] for seed in (*TRAINING, *VALIDATION)]
        csv.writer(stream).writerows([["image_id", "Eyeglasses", "Young"], *rows])


def write_identities(file: Path) -> None:
    """Write who is in each face: two faces of each person."""
    with file.open("w", newline="") as stream:
        rows = [[f"{seed:03d}", seed // 2] for seed in (*TRAINING, *VALIDATION)]
        csv.writer(stream).writerows([["image_id", "identity"], *rows])


def write_photos(folder: Path) -> None:
    """Write copies of the one portrait of the project, of different sizes."""
    folder.mkdir()
    with Image.open(ROOT / "assets" / "examples" / "astronaut.png") as portrait:
        for size in range(120, 126):
            portrait.resize((size, size)).save(folder / f"{size}.png")


def write_dsprites(file: Path) -> None:
    """Write an .npz of dSprites' layout with a square of each combination of factors."""
    classes = np.stack(np.meshgrid(*map(np.arange, FACTOR_SIZES), indexing="ij"), axis=-1).reshape(-1, 6)
    images = np.zeros((len(classes), 64, 64), np.uint8)
    for image, (_, shape, scale, _, x, y) in zip(images, classes, strict=True):
        image[6 * y : 6 * y + 4 * (scale + 1), 6 * x : 6 * x + 4 * (shape + 1)] = 1
    np.savez(file, imgs=images, latents_classes=classes)


def run_train(arguments: list[str]) -> None:
    """Run `python -m train` in this process; it must succeed."""
    AcceleratorState._reset_state(reset_partial_state=True)
    status = main(arguments)
    assert status == 0, f"python -m train {' '.join(arguments)} ended with {status}"


@pytest.fixture(autouse=True)
def _fresh_accelerate() -> Iterator[None]:
    yield
    AcceleratorState._reset_state(reset_partial_state=True)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the data and the finished runs that a reader of the pages has by then."""
    root = tmp_path_factory.mktemp("template")
    draw_faces(root / "train.zip", TRAINING)
    draw_faces(root / "val.zip", VALIDATION)
    write_labels(root / "attributes.csv")
    write_identities(root / "identity.csv")
    write_photos(root / "photos")
    write_dsprites(root / "dsprites.npz")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("XDG_CACHE_HOME", str(root / "cache"))
        faces = ["--data", "train.zip", "--val", "val.zip", "--epochs", "2"]
        run_train(["vae", *faces, *SMALL, "--output", "runs/vae"])
        run_train(["vae", *faces, *SMALL, "--output", "runs/latent-sizes/vae-d8"])
        shutil.copytree("runs/vae", "runs/seeds/vae")
        run_train(["beta-dial", *faces, *SMALL, "--output", "runs/beta-dial"])
        sprites = ["--data", "dsprites.npz", "--distortion", "bernoulli", "--steps", "4"]
        run_train(["vae", *sprites, *SMALL, "--output", "runs/sprites/vae"])
    return root


@pytest.fixture
def workspace(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Enter a copy of the template, with the bundled models that a command names: it may change them."""

    def enter(command: str) -> Path:
        folder = Path(shutil.copytree(template, tmp_path / "workspace"))
        for model in sorted((ROOT / "assets" / "weights").iterdir()):
            named = f"assets/weights/{model.name}" in command or "assets/weights " in f"{command} "
            if model.is_dir() and named:
                shutil.copytree(model, folder / "assets" / "weights" / model.name)
        monkeypatch.chdir(folder)
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        return folder

    return enter
