"""The four recipes: what `python -m train --help` lists."""

import tyro

from train.config import TrainConfig

# python -m train ae --data PATH
# python -m train vae --data PATH
# python -m train beta-vae --data PATH
# python -m train beta-tcvae --data PATH
RECIPES: dict[str, TrainConfig] = {
    name: TrainConfig(recipe=name, data=tyro.MISSING) for name in ("ae", "vae", "beta-vae", "beta-tcvae")
}

DESCRIPTIONS = {
    "ae": "Autoencoder: squared error alone, a point for a code (report, section II).",
    "vae": "Variational autoencoder: squared error + KL (report, section III).",
    "beta-vae": "beta-VAE: squared error + beta KL (report, section IV).",
    "beta-tcvae": "beta-TCVAE: squared error + KL + (beta - 1) TC (report, section V).",
}
