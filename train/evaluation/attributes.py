"""Labelled attributes: how well, and how separately, latent codes predict them.

The labels are a CSV file with one row per image, in the format of CelebA's attributes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from metrics.attribute_separation import Intervals, Separation, bootstrap_intervals, measure_separation
from metrics.attributes import auroc, auroc_interval, linear_probe
from metrics.finite import require_finite
from metrics.latent import PERMUTATIONS, measure_dependence
from train.data.labels import Attributes, read_labels
from train.data.pictures import DataError, Pictures
from train.evaluation.inference import Codes, encode
from train.evaluation.people import describe_intervals
from vae_models import Autoencoder

PROXY = "CelebA's attributes are correlated: a dimension that tells one tells others, so this is a proxy"
CODES = "one sample of each posterior"
RESAMPLES = 200
DIGITS = 4  # the standard error of an AUROC is about 0.01


@dataclass(frozen=True)
class LabelledCodes:
    """Codes of N images with their labels. Raises ValueError for codes that are NaN or infinite."""

    codes: Tensor  # (N, D) float64, one sample of each posterior
    attributes: Attributes
    people: Tensor | None = None  # (N,) number of the person in each image, over which intervals are

    def __post_init__(self) -> None:
        require_finite("codes", self.codes)


def display_name(attribute: str) -> str:
    """Return the name of an attribute as people read it: Pale_Skin -> pale skin."""
    return attribute.replace("_", " ").lower()


class CodeScores(NamedTuple):
    """Two entries of training.json, as plain JSON."""

    attributes: dict[str, Any]
    total_correlation: dict[str, Any]


def score_codes(
    model: Autoencoder,
    training: Pictures,
    validation: Pictures,
    labels: Path,
    people: Sequence[Tensor] | None = None,
) -> CodeScores:
    """Score how well and how separately a model's codes predict the attributes in the CSV file `labels`.

    Dimensions and probes are chosen on the training images, scores are computed on the validation images. `people` are
    the people in the images of both. Raises DataError as `read_labels` and `score_attributes` do.
    """
    attributes = read_labels(labels, training, validation)  # first: encoding takes minutes
    codes = [encode(model, part) for part in (training, validation)]
    clusters = [None, None] if people is None else list(people)
    choosing, held_out = (
        LabelledCodes(z.sample(), labelled, persons)
        for z, labelled, persons in zip(codes, attributes, clusters, strict=True)
    )
    return CodeScores(
        score_attributes(choosing, held_out),
        {
            name: score_dependence(part, persons)
            for name, part, persons in zip(("choosing", "held_out"), codes, clusters, strict=True)
        },
    )


def score_dependence(codes: Codes, people: Tensor | None, seed: int = 0) -> dict[str, Any]:
    """Compute the Gaussian total correlation, its mean after permutation, and the difference, as plain JSON.

    Null if it is infinite.
    """
    generator = torch.Generator().manual_seed(seed)
    dependence = measure_dependence(codes.mean, codes.logvar, clusters=people, generator=generator)
    finite = dependence.corrected.interval is not None
    return {
        "value": dependence.value if finite else None,
        "chance": dependence.chance if finite else None,
        "corrected": dependence.corrected.value if finite else None,
        "interval": list(dependence.corrected.interval) if dependence.corrected.interval else None,
        "intervals": describe_intervals(people, len(codes.mean)),
        "permutations": PERMUTATIONS,
        "seed": seed,
    }


def score_attributes(training: LabelledCodes, validation: LabelledCodes, seed: int = 0) -> dict[str, Any]:
    """Compute the attribute scores stored in training.json, as plain JSON.

    Dimensions, signs and probes are chosen on `training`; every score is of `validation`. The codes are samples of the
    posteriors (`Codes.sample`). Attributes that are constant in one of the sets are left out; raises DataError if none
    is left.
    """
    training, validation = _drop_constant_attributes(training, validation)
    labels = validation.attributes.labels
    chosen = auroc(training.codes, training.attributes.labels)
    area = auroc(validation.codes, labels)
    separation = measure_separation(chosen, area)
    generator = torch.Generator().manual_seed(seed)
    intervals = bootstrap_intervals(
        chosen, validation.codes, labels, resamples=RESAMPLES, generator=generator, clusters=validation.people
    )
    weights, _ = linear_probe(training.codes, training.attributes.labels)
    probe = validation.codes @ weights  # (N, A) score of each attribute
    return {
        "note": PROXY,
        "codes": CODES,
        "faces": {"choosing": len(training.codes), "held_out": len(validation.codes)},
        "intervals": describe_intervals(validation.people, len(validation.codes)),
        "resamples": RESAMPLES,
        "seed": seed,
        "means": _means(separation, intervals, auroc(probe, labels).diagonal(), labels),
        "by_attribute": _by_attribute(validation, separation, intervals, probe),
        "auroc": _round(area),
        "leakage": _round(separation.leakage),
    }


def _drop_constant_attributes(
    training: LabelledCodes, validation: LabelledCodes
) -> tuple[LabelledCodes, LabelledCodes]:
    """Keep attributes that have positive and negative examples in both sets."""
    shares = torch.stack([part.attributes.labels.mean(dim=0) for part in (training, validation)])
    kept = ((shares > 0) & (shares < 1)).all(dim=0)
    if not kept.any():
        raise DataError("No attribute is present in some and absent in other training and validation pictures")
    names = tuple(name for name, keep in zip(training.attributes.names, kept.tolist(), strict=True) if keep)
    first, second = (
        LabelledCodes(part.codes, Attributes(names, part.attributes.labels[:, kept]), part.people)
        for part in (training, validation)
    )
    return first, second


def _means(separation: Separation, intervals: Intervals, probe: Tensor, labels: Tensor) -> dict[str, Any]:
    """Average over the attributes.

    `leakage` is the mean AUROC above 0.5 of each attribute's best dimension on the other attributes;
    `leakage_of_labels` is the same of the labels themselves, the floor that correlated labels set.
    """
    several = len(separation.leakage) > 1
    return {
        "auroc": separation.auroc.mean().item(),
        "auroc_interval": intervals.mean_auroc.tolist(),
        "gap": separation.gap.mean().item(),
        "gap_interval": intervals.mean_gap.tolist(),
        "leakage": separation.mean_leakage() if several else None,
        "leakage_interval": intervals.mean_leakage.tolist() if several else None,
        "leakage_of_labels": _label_leakage(labels) if several else None,
        "probe_auroc": probe.mean().item(),
    }


def _label_leakage(labels: Tensor) -> float:
    """Compute the mean AUROC above 0.5 of each attribute's labels on the other attributes."""
    area = auroc(labels, labels)
    area = torch.maximum(area, 1 - area)
    return (area[~torch.eye(len(area), dtype=torch.bool)].mean() - 0.5).item()


def _by_attribute(
    validation: LabelledCodes, separation: Separation, intervals: Intervals, probe: Tensor
) -> dict[str, Any]:
    """List the scores of each attribute. `probe` (N, A) are the scores of the linear probes on the images."""
    entries = {}
    for a, name in enumerate(validation.attributes.names):
        labels, dimension = validation.attributes.labels[:, a], int(separation.dimension[a])
        best = validation.codes[:, dimension] * (1 if separation.increases[a] else -1)
        low, high = auroc_interval(torch.stack([best, probe[:, a]], dim=1), labels, validation.people)
        entries[name] = {
            "positives": int(labels.sum()),
            "dimension": dimension,
            "grows": bool(separation.increases[a]),
            "auroc": separation.auroc[a].item(),
            "interval": [low[0].item(), high[0].item()],
            "second": None if separation.second[a] < 0 else int(separation.second[a]),
            "gap": separation.gap[a].item(),
            "gap_interval": intervals.gap[a].tolist(),
            "probe_auroc": auroc(probe[:, [a]], labels[:, None]).item(),
            "probe_interval": [low[1].item(), high[1].item()],
        }
    return entries


def _round(matrix: Tensor) -> list[list[float]]:
    return [[round(value, DIGITS) for value in row] for row in matrix.tolist()]
