"""Labelled attributes: how well, and how separately, latent codes predict them.

The labels are a CSV file with one row per image, in the format of CelebA's attributes.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from metrics.attribute_separation import Intervals, Separation, bootstrap_intervals, measure_separation
from metrics.attributes import auroc, auroc_interval, linear_probe
from metrics.finite import require_finite
from train.data.cache import CachedImages
from train.data.pictures import DataError, Pictures
from train.errors import path_errors
from train.evaluation.inference import encode
from vae_models import Autoencoder

NOT_ATTRIBUTES = {"image_id", "split"}  # columns of the CSV file
PROXY = "CelebA's attributes are correlated: a dimension that tells one tells others, so this is a proxy"
CODES = "one sample of each posterior"
RESAMPLES = 200
DIGITS = 4  # the standard error of an AUROC is about 0.01


class Attributes(NamedTuple):
    """Labels of N images."""

    names: tuple[str, ...]  # A
    labels: Tensor  # (N, A) float64, 0 or 1


@dataclass(frozen=True)
class LabelledCodes:
    """Codes of N images with their labels. Raises ValueError for codes that are NaN or infinite."""

    codes: Tensor  # (N, D) float64, one sample of each posterior
    attributes: Attributes

    def __post_init__(self) -> None:
        require_finite("codes", self.codes)


def display_name(attribute: str) -> str:
    """Return the name of an attribute as people read it: Pale_Skin -> pale skin."""
    return attribute.replace("_", " ").lower()


def read_labels(file: Path, pictures: Pictures) -> Attributes:
    """Read the labels of the images, in the order of the images. Rows are found by the file name without its suffix.

    A label is 0 or 1, or CelebA's own -1 or 1. Raises DataError for images that have factors instead, and if the file
    is missing or lacks a column, a row or a label.
    """
    if not isinstance(pictures, CachedImages):
        raise DataError("sprites have factors, not attributes: python -m train disentangle scores them")
    if not file.is_file():
        raise DataError(f"There is no file {file}: --attributes takes a CSV file of labels")
    columns, table = _read_csv(file)
    names = tuple(name for name in columns if name not in NOT_ATTRIBUTES)
    if "image_id" not in columns or not names:
        raise DataError(f"{file} needs a column image_id and a column for each attribute")
    rows = {Path(row["image_id"]).stem: row for row in table}
    missing = [name for name in pictures.names if Path(name).stem not in rows]
    if missing:
        raise DataError(f"{file} has no row for {len(missing)} of {len(pictures)} pictures; the first: {missing[0]}")
    labels = [[_positive(file, rows[Path(name).stem][attribute]) for attribute in names] for name in pictures.names]
    return Attributes(names, torch.tensor(labels, dtype=torch.float64))


def _read_csv(file: Path) -> tuple[Sequence[str], list[dict[str, str]]]:
    """Return the titles and the rows."""
    try:
        with path_errors(), file.open(newline="") as stream:
            table = csv.DictReader(stream, restval="")
            return table.fieldnames or (), list(table)
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataError(f"{file} is not a CSV file: {error}") from error


def _positive(file: Path, label: str) -> bool:
    try:
        return float(label) > 0
    except ValueError as error:
        raise DataError(f"{file} has the label {label!r}: labels are 0 or 1, or -1 or 1") from error


def attribute_scores(model: Autoencoder, training: Pictures, validation: Pictures, labels: Path) -> dict[str, Any]:
    """Score how well and how separately a model's codes predict the attributes in the CSV file `labels`.

    Dimensions and probes are chosen on the training images, scores are computed on the validation images. Raises
    DataError as `read_labels` and `score_attributes` do.
    """
    attributes = [read_labels(labels, part) for part in (training, validation)]  # first: encoding takes minutes
    codes = [encode(model, part).sample() for part in (training, validation)]
    choosing, held_out = (LabelledCodes(z, labelled) for z, labelled in zip(codes, attributes, strict=True))
    return score_attributes(choosing, held_out)


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
    intervals = bootstrap_intervals(chosen, validation.codes, labels, resamples=RESAMPLES, generator=generator)
    weights, _ = linear_probe(training.codes, training.attributes.labels)
    probe = auroc(validation.codes @ weights, labels).diagonal()
    return {
        "note": PROXY,
        "codes": CODES,
        "faces": {"choosing": len(training.codes), "held_out": len(validation.codes)},
        "resamples": RESAMPLES,
        "seed": seed,
        "means": _means(separation, intervals, probe, labels),
        "by_attribute": _by_attribute(validation.attributes, separation, intervals, probe),
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
        LabelledCodes(part.codes, Attributes(names, part.attributes.labels[:, kept])) for part in (training, validation)
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
    attributes: Attributes, separation: Separation, intervals: Intervals, probe: Tensor
) -> dict[str, Any]:
    positives = attributes.labels.sum(dim=0)
    negatives = len(attributes.labels) - positives
    best_interval, probe_interval = (
        torch.stack(auroc_interval(area, positives, negatives), dim=1) for area in (separation.auroc, probe)
    )
    return {
        name: {
            "positives": int(positives[a]),
            "dimension": int(separation.dimension[a]),
            "grows": bool(separation.increases[a]),
            "auroc": separation.auroc[a].item(),
            "interval": best_interval[a].tolist(),
            "second": None if separation.second[a] < 0 else int(separation.second[a]),
            "gap": separation.gap[a].item(),
            "gap_interval": intervals.gap[a].tolist(),
            "probe_auroc": probe[a].item(),
            "probe_interval": probe_interval[a].tolist(),
        }
        for a, name in enumerate(attributes.names)
    }


def _round(matrix: Tensor) -> list[list[float]]:
    return [[round(value, DIGITS) for value in row] for row in matrix.tolist()]
