"""Models that are written and loaded in no time: tiny networks with training records."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import torch

from tests.fake_hub.server import Hub
from vae_models import Autoencoder, ModelConfig
from vae_models.catalogue import RECIPES
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Pulled
from vae_models.objectives.objective import AE, BETA_TCVAE, VAE, Objective, beta_vae

OBJECTIVES: dict[str, Objective] = {"ae": AE, "vae": VAE, "beta-vae": beta_vae(5), "beta-tcvae": BETA_TCVAE}
RECORD = TrainingRecord(
    recipe="vae",
    objective=VAE,
    data={},
    settings={},
    steps=1,
    images_seen=8,
    loss={},
    versions={},
    parameters=1,
    scores={"kl": None},
    latents={},
    typicality={},
)
T = TypeVar("T")
OPTIONAL = ("decoder.onnx", "samples.png", "film.webp")


def write_model(folder: Path, recipe: str, seed: int = 0) -> None:
    """Write a model with random weights, and some of the optional files."""
    torch.manual_seed(seed)
    Autoencoder(ModelConfig(width=2, latent_dim=2, stochastic=recipe != "ae")).save_pretrained(folder)
    (folder / "README.md").unlink()
    replace(RECORD, recipe=recipe, objective=OBJECTIVES[recipe]).write(folder)
    (folder / "latents.json").write_text(json.dumps({"dimensions": [], "directions": {}}))
    for name in OPTIONAL:
        (folder / name).write_bytes(f"{name} of {recipe}, {seed}".encode() * 50)


def write_models(folder: Path, seed: int = 0) -> Path:
    """Write a model of each recipe into a folder of its name."""
    for index, recipe in enumerate(RECIPES):
        write_model(folder / recipe, recipe, seed + index)
    return folder


def publish(hub: Hub, folder: Path, namespace: str = "lab") -> dict[str, str]:
    """Put the models of a folder on the Hub; return the commits by name."""
    return {name: hub.add(f"{namespace}/{name}-celeba64", folder / name).head.oid for name in RECIPES}


def folder_of(pulled: Pulled) -> Path:
    """Return the folder that a model was read from."""
    assert pulled.folder is not None
    return pulled.folder


def has_weights_of(pulled: Pulled, folder: Path) -> bool:
    """Return whether a model's weights equal those of a folder bit for bit."""
    state, other = pulled.model.state_dict(), Autoencoder.from_pretrained(folder).state_dict()
    return state.keys() == other.keys() and all(torch.equal(state[name], other[name]) for name in state)


def group_by_model(cases: Sequence[T]) -> list[dict[str, T]]:
    """Group cases so that one pull tries one case with each model; the last group starts again with the first case."""
    return [
        {name: cases[(start + index) % len(cases)] for index, name in enumerate(RECIPES)}
        for start in range(0, len(cases), len(RECIPES))
    ]
