"""The four recipes: what `python -m train --help` lists."""

import tyro

from train.config import TrainConfig

# Each: 30 epochs of batch 128 with Adam at 1e-4 (report, section VI-A); --width 32 costs a quarter of the default 64.
# 1.1 million images at width 32 take 26 minutes on two CPU cores; what to expect then, on validation faces, with
# --learning-rate 1e-3 --warmup-steps 100 --schedule cosine --flips on 37,533 CelebA faces:
#
#   python -m train ae --data PATH           squared error  97
#   python -m train vae --data PATH          squared error 121, KL 35
#   python -m train beta-vae --data PATH     squared error 162, KL 15
#   python -m train beta-tcvae --data PATH   squared error 234, KL 7
#
# Sprites, drawn and binary, whose five factors are known:
#
#   python -m train beta-tcvae --data sprites --distortion bernoulli --beta 6 --latent-dim 10 --width 16
RECIPES: dict[str, TrainConfig] = {
    name: TrainConfig(recipe=name, data=tyro.MISSING) for name in ("ae", "vae", "beta-vae", "beta-tcvae")
}

DESCRIPTIONS = {
    "ae": "Autoencoder: squared error alone, a point for a code (report, section II).",
    "vae": "Variational autoencoder: squared error + KL (report, section III).",
    "beta-vae": "beta-VAE: squared error + beta KL (report, section IV).",
    "beta-tcvae": "beta-TCVAE: squared error + KL + (beta - 1) TC (report, section V).",
}
