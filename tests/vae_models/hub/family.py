"""A family of models that takes no time: networks of almost nothing, with records beside them."""

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
FURTHER = ("decoder.onnx", "samples.png")


def write_model(folder: Path, recipe: str, seed: int = 0) -> None:
    """A model of weights drawn from `seed`, and some of what may stand beside it."""
    torch.manual_seed(seed)
    Autoencoder(ModelConfig(width=2, latent_dim=2, stochastic=recipe != "ae")).save_pretrained(folder)
    (folder / "README.md").unlink()
    replace(RECORD, recipe=recipe, objective=OBJECTIVES[recipe]).write(folder)
    (folder / "latents.json").write_text(json.dumps({"dimensions": [], "directions": {}}))
    for name in FURTHER:
        (folder / name).write_bytes(f"{name} of {recipe}, {seed}".encode() * 50)


def write_family(folder: Path, seed: int = 0) -> Path:
    """Folders named as the report's four, of which the tests' catalogue is."""
    for place, recipe in enumerate(RECIPES):
        write_model(folder / recipe, recipe, seed + place)
    return folder


def publish(hub: Hub, folder: Path, namespace: str = "lab") -> dict[str, str]:
    """Put a family on the Hub; the commits by name."""
    return {name: hub.add(f"{namespace}/{name}-celeba64", folder / name).head.oid for name in RECIPES}


def same(pulled: Pulled, folder: Path) -> bool:
    """Whether a model's weights are those of a folder, bit for bit."""
    state, other = pulled.model.state_dict(), Autoencoder.from_pretrained(folder).state_dict()
    return state.keys() == other.keys() and all(torch.equal(state[name], other[name]) for name in state)


def by_families(cases: Sequence[T]) -> list[dict[str, T]]:
    """Cases that are tried in one pull: each model has another one. The last pull begins again where they run out."""
    return [
        {name: cases[(start + place) % len(cases)] for place, name in enumerate(RECIPES)}
        for start in range(0, len(cases), len(RECIPES))
    ]
