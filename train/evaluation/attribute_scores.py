"""What training.json keeps under `attributes`: how well codes tell labelled attributes, and how separately."""

from typing import Any

import torch
from torch import Tensor

from metrics.attribute_separation import Intervals, Separation, intervals, separation
from metrics.attributes import auroc, interval, linear_probe
from train.data.pictures import DataError
from train.evaluation.attributes import Attributes
from train.evaluation.latent_names import Labelled

PROXY = "CelebA's attributes are correlated: a dimension that tells one tells others, so this is a proxy"
CODES = "one sample of each posterior"
RESAMPLES = 200
DIGITS = 4  # an area's standard error is about 0.01


def scored(training: Labelled, validation: Labelled, seed: int = 0) -> dict[str, Any]:
    """Dimensions, signs and probes are chosen on `training`, every score is of `validation`, plain JSON.

    The codes are samples of the posteriors, what a decoder is given (`evaluate.Codes.drawn`).

    Attributes that one of the sets has not both ways are left out; raises DataError where none is left.
    """
    training, validation = _both_ways(training, validation)
    chosen = auroc(training.codes, training.attributes.labels)
    area = auroc(validation.codes, validation.attributes.labels)
    found = separation(chosen, area)
    generator = torch.Generator().manual_seed(seed)
    spread = intervals(chosen, validation.codes, validation.attributes.labels, resamples=RESAMPLES, generator=generator)
    weights, _ = linear_probe(training.codes, training.attributes.labels)
    labels = validation.attributes.labels
    probe = auroc(validation.codes @ weights, labels).diagonal()
    return {
        "note": PROXY,
        "codes": CODES,
        "faces": {"choosing": len(training.codes), "held_out": len(validation.codes)},
        "resamples": RESAMPLES,
        "seed": seed,
        "means": _means(found, spread, probe, _own_leakage(labels)),
        "by_attribute": _by_attribute(validation.attributes, found, spread, probe),
        "auroc": _rounded(area),
        "leakage": _rounded(found.leakage),
    }


def _both_ways(training: Labelled, validation: Labelled) -> tuple[Labelled, Labelled]:
    """Of the attributes only those that some faces of either set have and some have not."""
    shares = torch.stack([part.attributes.labels.mean(dim=0) for part in (training, validation)])
    kept = ((shares > 0) & (shares < 1)).all(dim=0)
    if not kept.any():
        raise DataError("No attribute is there both ways, present and absent, among training and validation pictures")
    names = tuple(name for name, keep in zip(training.attributes.names, kept.tolist(), strict=True) if keep)
    first, second = (
        Labelled(part.codes, Attributes(names, part.attributes.labels[:, kept])) for part in (training, validation)
    )
    return first, second


def _means(found: Separation, spread: Intervals, probe: Tensor, own: float | None) -> dict[str, Any]:
    """Over the attributes. `leakage` is what a dimension tells of other attributes, in AUROC above 0.5; `of_labels` the
    same of the labels themselves, which no code can be asked to fall below.
    """
    several = len(found.leakage) > 1
    return {
        "auroc": found.auroc.mean().item(),
        "auroc_interval": spread.mean_auroc.tolist(),
        "gap": found.gap.mean().item(),
        "gap_interval": spread.mean_gap.tolist(),
        "leakage": found.stray() if several else None,
        "leakage_interval": spread.stray.tolist() if several else None,
        "leakage_of_labels": own,
        "probe_auroc": probe.mean().item(),
    }


def _own_leakage(labels: Tensor) -> float | None:
    if labels.shape[1] < 2:
        return None
    area = auroc(labels, labels)
    told = torch.maximum(area, 1 - area)
    return (told[~torch.eye(len(told), dtype=torch.bool)].mean() - 0.5).item()


def _by_attribute(attributes: Attributes, found: Separation, spread: Intervals, probe: Tensor) -> dict[str, Any]:
    positives = attributes.labels.sum(dim=0)
    negatives = len(attributes.labels) - positives
    alone, together = (torch.stack(interval(area, positives, negatives), dim=1) for area in (found.auroc, probe))
    return {
        name: {
            "positives": int(positives[a]),
            "dimension": int(found.dimension[a]),
            "grows": bool(found.grows[a]),
            "auroc": found.auroc[a].item(),
            "interval": alone[a].tolist(),
            "second": None if found.second[a] < 0 else int(found.second[a]),
            "gap": found.gap[a].item(),
            "gap_interval": spread.gap[a].tolist(),
            "probe_auroc": probe[a].item(),
            "probe_interval": together[a].tolist(),
        }
        for a, name in enumerate(attributes.names)
    }


def _rounded(matrix: Tensor) -> list[list[float]]:
    return [[round(value, DIGITS) for value in row] for row in matrix.tolist()]
