"""Measures from training.json and from the codes, for each model alone and for the other family at its distortion."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from metrics.estimate import Measure
from train.claims.reference import Measures
from vae_models.catalogue import RECIPES
from vae_models.files.training_record import TrainingRecord

COMPARED = ("gaussian_tc", "gap", "leakage", "probe")
LOGARITHMIC = {"gaussian_tc"}  # falls by powers of ten along a family, so its logarithm is interpolated
FINE_ATTRIBUTES = ("Eyeglasses",)  # that a high beta loses, according to the report


def recorded_measures(
    record: TrainingRecord, attributes: dict[str, Any] | None, dependence: dict[str, Any] | None = None
) -> Measures:
    """Collect the measures of one model; None for those it lacks.

    attributes: entry `attributes` of training.json; dependence: total correlation of the validation images, as in the
    entry `total_correlation`.
    """
    scores = record.scores
    means: dict[str, Any] = (attributes or {}).get("means", {})
    measures: Measures = {
        "squared_error": _measure(scores["squared_error"]),
        "distortion": _measure(scores["distortion"]),
        "rate": _measure(scores["kl"]),
        "recorded_tc": _measure(scores["gaussian_total_correlation"]),
        "gaussian_tc": _with_interval((dependence or {}).get("corrected"), (dependence or {}).get("interval")),
        "gap": _with_interval(means.get("gap"), means.get("gap_interval")),
        "leakage": _with_interval(means.get("leakage"), means.get("leakage_interval")),
        "leakage_of_labels": _measure(means.get("leakage_of_labels")),
        "probe": _measure(means.get("probe_auroc")),
    }
    by_attribute = (attributes or {}).get("by_attribute", {})
    for name in FINE_ATTRIBUTES:
        entry = by_attribute.get(name, {})
        measures[name.lower()] = _with_interval(entry.get("probe_auroc"), entry.get("probe_interval"))
    return measures


def _measure(value: float | None) -> Measure | None:
    return None if value is None else Measure(value)


def _with_interval(value: float | None, interval: Sequence[float] | None) -> Measure | None:
    return None if value is None or interval is None else Measure(value, (interval[0], interval[1]))


def other_family_at_equal_distortion(
    families: Sequence[str], seeds: Sequence[int], measures: Sequence[Measures]
) -> list[Measures]:
    """Interpolate the other family's scores at each model's distortion; None outside the range of that family.

    families, seeds: of each model, `TrainingRecord.family` and the training's seed. The two families are the recipes
    with a beta; the VAE (beta = 1) belongs to both. Interpolation is between models of the same seed, linear over log
    distortion (total correlation: of its logarithm).
    """
    models = list(zip(families, seeds, measures, strict=True))
    return [
        _other_family(family, own, [(name, one) for name, other, one in models if other == seed])
        for family, seed, own in models
    ]


def _other_family(family: str, own: Measures, models: Sequence[tuple[str, Measures]]) -> Measures:
    others = {name for name, recipe in RECIPES.items() if recipe.term and name != family}
    shared = {name for name, recipe in RECIPES.items() if recipe.stochastic and not recipe.term}
    has_beta = RECIPES[family].term is not None
    points = [one for name, one in models if name in others | shared]
    at = own["distortion"]
    return {f"rival_{name}": _interpolate(points, name, at) if has_beta else None for name in COMPARED}


def _interpolate(models: Sequence[Measures], name: str, at: Measure | None) -> Measure | None:
    points = sorted((x.value, y.value) for model in models if (x := model["distortion"]) and (y := model[name]))
    logarithmic = name in LOGARITHMIC and all(value > 0 for _, value in points)
    if at is None or not points or not points[0][0] <= at.value <= points[-1][0]:
        return None
    distortions, values = np.array(points).T
    scaled = np.log(values) if logarithmic else values
    interpolated = float(np.interp(math.log(at.value), np.log(distortions), scaled))
    return Measure(math.exp(interpolated) if logarithmic else interpolated)
