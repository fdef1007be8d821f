"""The server's answers that tests/assets/engine/*.test.js compare with those of assets/engine.

    python -m tests.assets.engine.tables

writes tables.json anew. Its pictures are drawn by the formulas of pictures.js.
"""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import torch
from torch import Generator, Tensor

from metrics.reconstruction import mse, psnr, ssim, unexplained_variance
from server.analysis.scoring import ACTIVE, Reconstructed, add_noise
from server.analysis.typicality import score_typicality
from server.render import sheets
from tests.conftest import bundled_models
from vae_models.distributions import DiagonalGaussian
from vae_models.objectives.objective import squared_error

FILE = Path(__file__).with_name("tables.json")
LATENTS, LENGTH = 32, 3 * 64 * 64
PAIRS = (("dots", "smooth"), ("smooth", "near"), ("near", "smooth"), ("flat", "near"))
DRAWS = [(seed, n) for seed in (0, 7, 4294967295) for n in (5, 16, 17, 32, 128, LENGTH)]
SEED, TURNS = 3, [3, 20, 4, 1, 33, 2]  # numbers drawn in turn from one generator
SHOWN = 20  # first and last numbers of a draw
STEP = 97  # of the pixels and numbers that are compared, of a large array
QUANTILES = [0.0, 1.0, 1.0, 2.0, 4.0]
RANKED = [-1.0, 0.0, 0.5, 1.5, 2.0, 3.0, 4.0, 5.0]

INDEX = torch.arange(LENGTH, dtype=torch.float64)
DOTS = (INDEX * 7919).remainder(257) / 256
SMOOTH = ((INDEX % 64) * ((INDEX / 64).floor() % 64) + 64 * (INDEX / 4096).floor()) / 8192
PICTURES = {
    name: values.reshape(1, 3, 64, 64)
    for name, values in {
        "dots": DOTS,
        "smooth": SMOOTH,
        "near": SMOOTH + DOTS / 64,
        "ramp": SMOOTH + (INDEX % 64) / 128,
        "flat": torch.full_like(DOTS, 0.5),
    }.items()
}
CODE = DiagonalGaussian(
    mean=(((INDEX[None, :LATENTS] * 5) % 7) - 3) / 4,
    logvar=-4 - INDEX[None, :LATENTS] % 3,
)
SPREAD = DiagonalGaussian(mean=CODE.mean, logvar=-(INDEX[None, :LATENTS] % 5))  # some dimensions of it are inactive


def decode(z: Tensor) -> Tensor:
    """Return logits (B, 3, 64, 64) of codes (B, 32), in place of a decoder: the numbers repeated over the picture."""
    return z.repeat(1, LENGTH // LATENTS).reshape(-1, 3, 64, 64)


def portrait() -> Tensor:
    """Draw a picture near the face of `CODE`."""
    face = torch.sigmoid(decode(CODE.mean))
    return ((64 * face + 0.5).floor() + ((INDEX * 7919) % 9 - 4).reshape(face.shape)) / 64


def score(name: str, other: str) -> dict[str, Any]:
    """Score a reconstruction, in 64 bits like JavaScript."""
    x, reconstruction = PICTURES[name], PICTURES[other]
    return {
        "x": name,
        "reconstruction": other,
        "squaredError": squared_error(x, reconstruction).item(),
        "mse": mse(x, reconstruction).item(),
        "psnr": psnr(x, reconstruction).item(),
        "ssim": ssim(x, reconstruction).item(),
        "unexplained": unexplained_variance(x, reconstruction).item(),
    }


def show_ends(values: Tensor) -> list[float]:
    """Return the first and the last numbers of a draw, or all of a short one."""
    flat = values.flatten().tolist()
    return flat if len(flat) <= 2 * SHOWN else flat[:SHOWN] + flat[-SHOWN:]


def draw_in_turn(seed: int, counts: list[int]) -> list[float]:
    """Return the numbers of several draws from one generator."""
    generator = Generator().manual_seed(seed)
    return [value for n in counts for value in torch.randn(n, generator=generator).tolist()]


def draw_error_map(name: str, other: str) -> list[int]:
    """Return the colours of some pixels of an error map."""
    found = cast(Reconstructed, SimpleNamespace(face=PICTURES[name], picture=PICTURES[other]))
    return np.asarray(sheets.draw_error_map(found)).reshape(-1, 3)[::STEP].flatten().tolist()


def compare() -> dict[str, Any]:
    """Compare the portrait with the photographs of the bundled VAE, with a substitute for its networks."""
    (vae,) = [pulled for pulled in bundled_models() if pulled.name == "vae"]
    model = SimpleNamespace(
        encode=lambda _: CODE,
        decode=lambda z: torch.sigmoid(decode(z)),
        decoder=decode,
        config=SimpleNamespace(latent_dim=LATENTS),
    )
    scores = score_typicality(cast(Any, SimpleNamespace(model=model, record=vae.record)), portrait())
    facts = vae.record.typicality
    return {
        "samples": facts["samples"],
        "weight": vae.record.objective.distortion_weight,
        "quantiles": facts["quantiles"],
        "negativeElbo": {"value": scores.negative_elbo.value, "shareBelow": scores.negative_elbo.share_below},
        "unexplained": {"value": scores.unexplained.value, "shareBelow": scores.unexplained.share_below},
    }


def compute() -> dict[str, Any]:
    """Compute all tables."""
    noise = torch.randn(4, 1, LATENTS, generator=Generator().manual_seed(0))
    kl = SPREAD.kl()[0]
    return {
        "scores": [score(*pair) for pair in PAIRS],
        "kl": kl.tolist(),
        "active": int((kl > ACTIVE).sum()),
        "errorMap": {"step": STEP, "colours": draw_error_map("smooth", "ramp")},
        "draws": [
            {"seed": seed, "n": n, "values": show_ends(torch.randn(n, generator=Generator().manual_seed(seed)))}
            for seed, n in DRAWS
        ],
        "turns": {"seed": SEED, "counts": TURNS, "values": draw_in_turn(SEED, TURNS)},
        "disturbed": {
            "noise": 0.1,
            "step": STEP,
            "values": add_noise(PICTURES["dots"].float(), 0.1).flatten()[::STEP].tolist(),
        },
        "codes": (CODE.mean + torch.exp(0.5 * CODE.logvar) * noise)[:, 0].flatten().tolist(),
        "typicality": compare(),
        "ranks": {
            "quantiles": QUANTILES,
            "values": RANKED,
            "shares": np.interp(RANKED, QUANTILES, np.linspace(0, 1, len(QUANTILES))).tolist(),
        },
    }


def write() -> None:
    """Write tables.json, a line for each table."""
    lines = [f"{json.dumps(name)}: {json.dumps(table)}" for name, table in compute().items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    write()
