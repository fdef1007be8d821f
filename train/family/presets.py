"""Families of models that are trained alike and differ only in the setting that is compared. Data only."""

from dataclasses import replace
from typing import Literal

import tyro

from train.config import TrainConfig

Family = Literal["ladder", "latent-sizes", "seeds", "sprites"]

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
_SMALL = replace(_FACES, width=16, steps=1954)  # 250,112 images
_SPRITES = replace(_FACES, data="sprites", distortion="bernoulli", latent_dim=10, width=16, flips=False, steps=4000)

# For each model, the name of its folder and its settings. README.md has the scores to expect.
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
    # python -m train family latent-sizes --data PATH    26 minutes a model; the ladder has the models of 32 dimensions
    "latent-sizes": {
        "vae-d8": replace(_FACES, latent_dim=8),
        "vae-d128": replace(_FACES, latent_dim=128),
        "beta-tcvae-d8": replace(_FACES, recipe="beta-tcvae", latent_dim=8),
        "beta-tcvae-d128": replace(_FACES, recipe="beta-tcvae", latent_dim=128),
    },
    # python -m train family seeds --data PATH --seeds 0 1 2    three models a seed, each a twentieth of a bundled one
    "seeds": {
        "vae": _SMALL,
        "beta-vae": replace(_SMALL, recipe="beta-vae"),
        "beta-tcvae": replace(_SMALL, recipe="beta-tcvae"),
    },
    # python -m train family sprites                     about 4 minutes a model: half the images, half the width
    "sprites": {
        "vae": _SPRITES,
        "beta-vae": replace(_SPRITES, recipe="beta-vae", beta=4.0),
        "beta-tcvae": replace(_SPRITES, recipe="beta-tcvae", beta=6.0),
    },
}
