"""Small finished runs, and the state of the fake Hub after a push."""

from pathlib import Path
from typing import Any

import torch

from tests.fake_hub.server import Hub
from vae_models import Autoencoder, ModelConfig
from vae_models.files.training_record import TrainingRecord
from vae_models.objectives.objective import VAE, Objective

ALL = {
    *("config.json", "model.safetensors", "training.json", "decoder.onnx", "encoder.onnx"),
    *("latents.json", "densities.json", "samples.png", "film.webp", "README.md"),
}
NEVER = ("checkpoints/step-1/optimizer.bin", "reconstructions.png", "metrics.jsonl", "samples/step-1.png", "cache.npy")
CELEBA = {"name": "celeba", "crop": "celeba"}


def write_run(
    folder: Path, recipe: str = "vae", objective: Objective = VAE, training: dict[str, str] | None = None
) -> Path:
    """Write a tiny finished run, with everything that a run may leave behind."""
    torch.manual_seed(0)
    Autoencoder(ModelConfig(width=2, latent_dim=2, stochastic=recipe != "ae")).save_pretrained(folder)
    empty: dict[str, Any] = {"settings": {}, "loss": {}, "versions": {}, "latents": {}, "typicality": {}}
    TrainingRecord(
        recipe=recipe,
        objective=objective,
        data={"note": "drawn faces", "licence": None, "training": training or CELEBA},
        steps=3,
        images_seen=24,
        parameters=9,
        scores={"squared_error": 12.0, "kl": None},
        **empty,
    ).write(folder)
    for name in ("decoder.onnx", "encoder.onnx", "latents.json", "densities.json", "samples.png", "film.webp", *NEVER):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Read all files of a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def files_on_hub(hub: Hub, repo: str = "lab/vae", branch: str = "main") -> dict[str, bytes]:
    """Read the files of a branch, without the Hub's own."""
    files = hub.repository(repo).commits[branch][-1].files
    return {name: blob.data for name, blob in files.items() if name != ".gitattributes"}


def count_commits(hub: Hub, repo: str = "lab/vae", branch: str = "main") -> int:
    """Count the commits of a branch, with the first one, which the Hub makes."""
    return len(hub.repository(repo).commits[branch])
