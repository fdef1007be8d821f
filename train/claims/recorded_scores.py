"""What the codes, and training.json, say of the report's claims, alone and against the other family."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from metrics.estimate import Measure, jackknife
from metrics.latent import gaussian_total_correlation
from train.claims.reference import Measures
from train.evaluation.inference import Codes
from vae_models.files.training_record import TrainingRecord

COMPARED = ("gaussian_tc", "gap", "leakage", "probe")
LOGARITHMIC = {"gaussian_tc"}  # falls by powers of ten along a family, so it is interpolated by its logarithm
OTHERS = {"beta-vae": "beta-tcvae", "beta-tcvae": "beta-vae"}
GROUPS = 100  # of pictures, left out in turn
FINE = ("Eyeglasses",)  # attributes that the report finds lost


def recorded(record: TrainingRecord, attributes: dict[str, Any] | None, codes: Codes | None = None) -> Measures:
    """Of one model; None for what it does not have. `codes` are those of the validation pictures."""
    scores = record.scores
    found: Measures = {
        "squared_error": _plain(scores["squared_error"]),
        "distortion": _plain(scores["distortion"]),
        "rate": _plain(scores["kl"]),
        "recorded_tc": _plain(scores["gaussian_total_correlation"]),
        "gaussian_tc": None if codes is None else _total_correlation(codes),
    }
    means: dict[str, Any] = (attributes or {}).get("means", {})
    for name in ("gap", "leakage"):
        found[name] = _with(means.get(name), means.get(f"{name}_interval"))
    found["probe"] = _plain(means.get("probe_auroc"))
    by_attribute = (attributes or {}).get("by_attribute", {})
    for name in FINE:
        entry = by_attribute.get(name, {})
        found[name.lower()] = _with(entry.get("probe_auroc"), entry.get("probe_interval"))
    return found


def _total_correlation(codes: Codes) -> Measure | None:
    """The record's score less what chance adds to it, about half a squared correlation, 1 / N, for every two active
    dimensions: as much as a well regularised model has. None where it is infinite.
    """

    def statistic(rows: Tensor) -> float:
        return gaussian_total_correlation(codes.mean[rows], None if codes.logvar is None else codes.logvar[rows])

    n = len(codes.mean)
    found = jackknife(statistic, n, groups=min(GROUPS, n), generator=torch.Generator().manual_seed(0))
    return found if math.isfinite(found.value) else None


def _plain(value: float | None) -> Measure | None:
    return None if value is None else Measure(value)


def _with(value: float | None, interval: Sequence[float] | None) -> Measure | None:
    return None if value is None or interval is None else Measure(value, (interval[0], interval[1]))


def rivals(recipes: Sequence[str], found: Sequence[Measures]) -> list[Measures]:
    """Of each beta-VAE and beta-TCVAE what the other family scores at its distortion.

    Interpolated linearly over log distortion between that family's models (total correlation: its logarithm), of which
    the VAE (beta = 1) is one of either; None outside of them.
    """
    return [_rival(recipe, own, recipes, found) for recipe, own in zip(recipes, found, strict=True)]


def _rival(recipe: str, own: Measures, recipes: Sequence[str], found: Sequence[Measures]) -> Measures:
    family = [one for r, one in zip(recipes, found, strict=True) if r in ("vae", OTHERS.get(recipe))]
    at = own["distortion"]
    return {f"rival_{name}": None if recipe not in OTHERS else _interpolated(family, name, at) for name in COMPARED}


def _interpolated(family: Sequence[Measures], name: str, at: Measure | None) -> Measure | None:
    known = [(distortion, one[name]) for one in family if (distortion := one["distortion"])]
    points = sorted((distortion.value, found.value) for distortion, found in known if found)
    logarithmic = name in LOGARITHMIC and all(value > 0 for _, value in points)
    if at is None or not points or not points[0][0] <= at.value <= points[-1][0]:
        return None
    distortions, values = np.array(points).T
    scaled = np.log(values) if logarithmic else values
    found = float(np.interp(math.log(at.value), np.log(distortions), scaled))
    return Measure(math.exp(found) if logarithmic else found)
