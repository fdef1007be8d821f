"""Families of models that are trained alike, so that nothing differs but what they are compared by. Data only."""

from dataclasses import replace
from typing import Literal

import tyro

from train.config import TrainConfig

Family = Literal["ladder", "latent-sizes", "sprites"]

_FACES = TrainConfig(
    recipe="vae",
    data=tyro.MISSING,
    width=32,
    learning_rate=1e-3,
    warmup_steps=100,
    schedule="cosine",
    flips=True,
    mixed_precision="bf16",
    weights="float16",
)
_SPRITES = replace(_FACES, data="sprites", distortion="bernoulli", latent_dim=10, width=16, flips=False, steps=4000)

# Each: a folder's name and the run in it. The expected scores stand in README.md.
FAMILIES: dict[Family, dict[str, TrainConfig]] = {
    # python -m train family ladder --data PATH          26 minutes a model on two CPU cores: the bundled models
    "ladder": {
        "ae": replace(_FACES, recipe="ae"),
        "vae": _FACES,
        "beta-vae-b2": replace(_FACES, recipe="beta-vae", beta=2.0),
        "beta-vae": replace(_FACES, recipe="beta-vae"),
        "beta-vae-b10": replace(_FACES, recipe="beta-vae", beta=10.0),
        "beta-tcvae-b5": replace(_FACES, recipe="beta-tcvae", beta=5.0),
        "beta-tcvae": replace(_FACES, recipe="beta-tcvae"),
        "beta-tcvae-b50": replace(_FACES, recipe="beta-tcvae", beta=50.0),
    },
    # python -m train family latent-sizes --data PATH    the same again; latent 32 is the ladder's
    "latent-sizes": {
        "vae-d8": replace(_FACES, latent_dim=8),
        "vae-d128": replace(_FACES, latent_dim=128),
        "beta-tcvae-d8": replace(_FACES, recipe="beta-tcvae", latent_dim=8),
        "beta-tcvae-d128": replace(_FACES, recipe="beta-tcvae", latent_dim=128),
    },
    # python -m train family sprites                     a fraction of that: half the pictures, half the width
    "sprites": {
        "vae": _SPRITES,
        "beta-vae": replace(_SPRITES, recipe="beta-vae", beta=4.0),
        "beta-tcvae": replace(_SPRITES, recipe="beta-tcvae", beta=6.0),
    },
}
