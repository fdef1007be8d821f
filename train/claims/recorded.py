"""What training.json already says of the report's claims, alone and against the other family."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from metrics.estimate import Measure
from train.claims.reality import Measures
from vae_models.record import TrainingRecord

COMPARED = ("gaussian_tc", "gap", "leakage", "probe")
OTHERS = {"beta-vae": "beta-tcvae", "beta-tcvae": "beta-vae"}
FINE = ("Eyeglasses",)  # attributes that the report finds lost


def recorded(record: TrainingRecord, attributes: dict[str, Any] | None) -> Measures:
    """Of one model; None for what it does not have."""
    scores = record.scores
    found: Measures = {
        "squared_error": _plain(scores["squared_error"]),
        "distortion": _plain(scores["distortion"]),
        "rate": _plain(scores["kl"]),
        "gaussian_tc": _plain(scores["gaussian_total_correlation"]),
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


def _plain(value: float | None) -> Measure | None:
    return None if value is None else Measure(value)


def _with(value: float | None, interval: Sequence[float] | None) -> Measure | None:
    return None if value is None or interval is None else Measure(value, (interval[0], interval[1]))


def rivals(recipes: Sequence[str], found: Sequence[Measures]) -> list[Measures]:
    """Of each beta-VAE and beta-TCVAE what the other family scores at its distortion: interpolated linearly over log
    distortion between that family's models, of which the VAE (beta = 1) is one of either; None outside of them.
    """
    return [_rival(recipe, own, recipes, found) for recipe, own in zip(recipes, found, strict=True)]


def _rival(recipe: str, own: Measures, recipes: Sequence[str], found: Sequence[Measures]) -> Measures:
    family = [one for r, one in zip(recipes, found, strict=True) if r in ("vae", OTHERS.get(recipe))]
    at = own["distortion"]
    return {f"rival_{name}": None if recipe not in OTHERS else _interpolated(family, name, at) for name in COMPARED}


def _interpolated(family: Sequence[Measures], name: str, at: Measure | None) -> Measure | None:
    known = [(distortion, one[name]) for one in family if (distortion := one["distortion"])]
    points = sorted((distortion.value, found.value) for distortion, found in known if found)
    if at is None or not points or not points[0][0] <= at.value <= points[-1][0]:
        return None
    distortions, values = np.array(points).T
    return Measure(float(np.interp(math.log(at.value), np.log(distortions), values)))
