"""Networks of almost nothing, and faces of two places."""

import csv
from pathlib import Path

import pytest
import torch

from tests.conftest import drawn_face
from vae_models import Autoencoder, ModelConfig, Objective
from vae_models.files.training_record import TrainingRecord
from vae_models.objectives.objective import AE, VAE, beta_tcvae, beta_vae

OBJECTIVES: dict[str, tuple[str, Objective]] = {
    "ae": ("ae", AE),
    "vae": ("vae", VAE),
    "beta-vae": ("beta-vae", beta_vae(5)),
    "beta-tcvae": ("beta-tcvae", beta_tcvae(20)),
}


def scores(recipe: str, place: int) -> dict[str, float | None]:
    return {
        "squared_error": 90.0 + 20 * place,
        "distortion": 100.0 + 20 * place,
        "kl": None if recipe == "ae" else 30.0 / place,
        "gaussian_total_correlation": None if recipe == "ae" else 0.2 / place,
    }


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of four models that answer differently to each code."""
    root = tmp_path_factory.mktemp("models")
    for place, (name, (recipe, objective)) in enumerate(OBJECTIVES.items()):
        torch.manual_seed(place)
        model = Autoencoder(ModelConfig(width=2, latent_dim=4, stochastic=name != "ae")).eval()
        with torch.no_grad():
            for kernel in (p for p in model.parameters() if p.dim() > 1):
                kernel.mul_(3)  # untrained, it would answer grey to every code
        model.save_pretrained(root / name)
        TrainingRecord(recipe, objective, {}, {}, 1, 1, {}, {}, 1, scores(recipe, place), {}, {}).write(root / name)
    return root


@pytest.fixture(scope="session")
def training(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty drawn faces, none of them of `faces_folder`."""
    root = tmp_path_factory.mktemp("training")
    for seed in range(100, 140):
        drawn_face(seed).save(root / f"{seed}.png")
    return root


@pytest.fixture
def labels(faces_folder: Path, training: Path, tmp_path: Path) -> Path:
    """Every second one has eyeglasses, every third is young."""
    file = tmp_path / "labels.csv"
    names = [int(picture.stem) for place in (faces_folder, training) for picture in sorted(place.glob("*.png"))]
    with file.open("w", newline="") as stream:
        rows = [[f"{n:03d}", n % 2, int(n % 3 == 0)] for n in names]
        csv.writer(stream).writerows([["image_id", "Eyeglasses", "Young"], *rows])
    return file
