"""densities.json: where the codes of the validation faces lie, without the codes."""

import base64
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from metrics.density import levels, pair_histograms, principal_plane, ranges
from vae_models.files.density_file import DENSITIES

BINS = 18  # all pairs of 32 dimensions in 215 kB
FEWEST = 5  # codes that share a cell
KEPT = 32  # dimensions at most


def write(folder: Path, mean: Tensor, carried: list[float]) -> None:
    """Write densities.json of the mean codes (N, D) into `folder`, aside and renamed.

    carried: (D,) how much each dimension carries, in any unit; it chooses the dimensions where there are too many.
    """
    partial = folder / f".{DENSITIES}.partial"
    partial.write_text(json.dumps(described(mean, carried), allow_nan=False) + "\n")
    partial.replace(folder / DENSITIES)


def described(mean: Tensor, carried: list[float]) -> dict[str, Any]:
    """The file's content (`vae_models.density_file`)."""
    most = torch.tensor(carried).argsort(descending=True, stable=True)[:KEPT]
    dimensions = most.sort().values
    values = mean[:, dimensions]
    reach = _rounded(ranges(values))
    return {
        "codes": len(mean),
        "bins": BINS,
        "fewest": FEWEST,
        "mean": _rounded(mean.mean(dim=0)).tolist(),
        "dimensions": dimensions.tolist(),
        "ranges": reach.tolist(),
        "pairs": _encoded(values, reach),
        "plane": _plane(mean) if mean.shape[1] > 1 else None,
    }


def _plane(mean: Tensor) -> dict[str, Any]:
    plane = principal_plane(mean)
    coordinates = plane.coordinates(mean)
    reach = _rounded(ranges(coordinates))
    return {
        "directions": _rounded(plane.directions).tolist(),
        "share": _rounded(plane.share).tolist(),
        "ranges": reach.tolist(),
        "density": _encoded(coordinates, reach),
    }


def _encoded(values: Tensor, reach: Tensor) -> str:
    shades = levels(pair_histograms(values, reach, BINS), FEWEST)
    return base64.b64encode(shades.numpy().tobytes()).decode()


def _rounded(values: Tensor) -> Tensor:
    """To seven decimals: the last digits depend on the machine, and are a third of the file's header."""
    return values.double().round(decimals=7)
