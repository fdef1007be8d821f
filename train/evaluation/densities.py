"""densities.json: histograms of the validation images' codes, from which no single code can be read."""

import base64
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from metrics.density import levels, pair_histograms, principal_plane, ranges
from vae_models.files.atomic import atomic_write
from vae_models.files.names import DENSITIES
from vae_models.files.training_record import TrainingRecord

BINS = 18  # all pairs of 32 dimensions in 215 kB
MIN_CODES = 5  # in a cell; cells with fewer are stored as empty
MAX_DIMENSIONS = 32
DECIMALS = 7  # further digits differ between machines and are a third of the file's header


def write_densities(folder: Path, mean: Tensor, record: TrainingRecord) -> None:
    """Write densities.json of the mean codes (N, D) into the folder of the model, whose latents `record` describes."""
    write(folder, mean, record.latents["pixel_change" if record.scores["kl"] is None else "kl"])


def write(folder: Path, mean: Tensor, importance: list[float]) -> None:
    """Write densities.json of the mean codes (N, D) into `folder`.

    importance: D numbers in any unit, by which dimensions are chosen if there are more than MAX_DIMENSIONS.
    """
    text = json.dumps(density_content(mean, importance), allow_nan=False) + "\n"
    atomic_write(folder / DENSITIES, lambda file: file.write_text(text, encoding="utf-8"))


def density_content(mean: Tensor, importance: list[float]) -> dict[str, Any]:
    """Compute the content of densities.json (format: `vae_models.files.names`)."""
    largest = torch.tensor(importance).argsort(descending=True, stable=True)[:MAX_DIMENSIONS]
    dimensions = largest.sort().values
    values = mean[:, dimensions]
    limits = _round(ranges(values))
    return {
        "codes": len(mean),
        "bins": BINS,
        "fewest": MIN_CODES,
        "mean": _round(mean.mean(dim=0)).tolist(),
        "dimensions": dimensions.tolist(),
        "ranges": limits.tolist(),
        "pairs": _encode_histograms(values, limits),
        "plane": _plane(mean) if mean.shape[1] > 1 else None,
    }


def _plane(mean: Tensor) -> dict[str, Any]:
    plane = principal_plane(mean)
    coordinates = plane.coordinates(mean)
    limits = _round(ranges(coordinates))
    return {
        "directions": _round(plane.directions).tolist(),
        "share": _round(plane.share).tolist(),
        "ranges": limits.tolist(),
        "density": _encode_histograms(coordinates, limits),
    }


def _encode_histograms(values: Tensor, limits: Tensor) -> str:
    histograms = levels(pair_histograms(values, limits, BINS), MIN_CODES)
    return base64.b64encode(histograms.numpy().tobytes()).decode()


def _round(values: Tensor) -> Tensor:
    return values.double().round(decimals=DECIMALS)
