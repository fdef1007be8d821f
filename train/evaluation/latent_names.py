"""What a model's latent dimensions are called, and in which directions attributes lie: latents.json.

Chosen on the training faces, granted on the validation faces. A proxy: CelebA's attributes are correlated, so a
dimension that tells one tells others too.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from metrics.attributes import auroc, interval, linear_probe
from train.evaluation.attributes import Attributes
from vae_models.files.latent_names import Best, Direction, LatentNames, Name

LEAST = 0.70  # lower end of the 95 % interval of the AUROC, on faces not used to choose
NOTHING = Name(0, "", "", 0.0, (0.0, 0.0))
GAP = 0.05  # of the AUROC, to the dimension that tells the attribute second best


class Labelled(NamedTuple):
    """Codes of pictures, and what is in them."""

    codes: Tensor  # (N, D) float64, one sample of each posterior
    attributes: Attributes


def name_latents(training: Labelled, validation: Labelled) -> LatentNames:
    """Names of dimensions and directions of attributes that hold on the validation faces."""
    held = auroc(validation.codes, validation.attributes.labels)  # (A, D)
    best = _best(training, held)
    weights, _ = linear_probe(training.codes, training.attributes.labels)  # (D, A)
    directions = _directions(training, validation, weights)
    granted = [a for a, attribute in enumerate(training.attributes.names) if _plain(attribute) in directions]
    leakage = _leakage(training.codes, weights[:, granted]) if granted else []
    return LatentNames(
        _names(best, validation, held),
        directions,
        _by_word(best),
        {name: dict(zip(directions, row, strict=True)) for name, row in zip(directions, leakage, strict=True)},
    )


def _best(training: Labelled, held: Tensor) -> dict[str, Best]:
    """The dimension that tells each attribute best on the training faces, and how well it does on the validation
    faces; attributes that one of the sets has not both ways are left out.
    """
    chosen = auroc(training.codes, training.attributes.labels)
    found = {}
    for a, attribute in enumerate(training.attributes.names):
        if chosen[a].isnan().any() or held[a].isnan().any():
            continue
        index = int((chosen[a] - 0.5).abs().argmax())
        grows = bool(chosen[a, index] > 0.5)
        told = held[a, index] if grows else 1 - held[a, index]
        found[attribute] = Best(index, grows, told.item())
    return found


def _names(best: dict[str, Best], validation: Labelled, held: Tensor) -> tuple[Name, ...]:
    granted: dict[int, Name] = {}
    for a, attribute in enumerate(validation.attributes.names):
        if attribute not in best:
            continue
        index, told = best[attribute].index, best[attribute].auroc
        rivals = torch.maximum(held[a], 1 - held[a])
        rivals[index] = 0.0
        low, high = _interval(held.new_tensor(told), validation.attributes.labels[:, a])
        if low >= LEAST and told - rivals.max() >= GAP and told > granted.get(index, NOTHING).auroc:
            granted[index] = Name(
                index, f"{_plain(attribute)} {'+' if best[attribute].grows else '-'}", attribute, told, (low, high)
            )
    return tuple(granted[index] for index in sorted(granted))


def _directions(training: Labelled, validation: Labelled, weights: Tensor) -> dict[str, Direction]:
    found = {}
    for a, attribute in enumerate(training.attributes.names):
        normal = weights[:, a] / weights[:, a].norm()
        spread = (training.codes @ normal).std(correction=0)
        labels = validation.attributes.labels[:, a : a + 1]
        told = auroc(validation.codes @ weights[:, a : a + 1], labels)[0, 0]
        low, high = _interval(told, labels[:, 0])
        if low >= LEAST:  # nor is nan
            per_logit = (1 / (weights[:, a].norm() * spread)).item()
            found[_plain(attribute)] = Direction(tuple((normal * spread).tolist()), per_logit, told.item(), (low, high))
    return found


def _leakage(codes: Tensor, weights: Tensor) -> list[list[float]]:
    """How far one standard deviation of the codes along each probe's normal (row) moves each probe's score (column), in
    standard deviations of that score: s_a w_a . w_b / (|w_a|^2 s_b), s the scores' deviations. weights: (D, A).
    """
    spread = (codes @ weights).std(dim=0, correction=0)
    normals = weights / weights.square().sum(dim=0)
    moved = (normals.T @ weights) * spread[:, None] / spread
    return [[round(value, 4) for value in row] for row in moved.tolist()]


def _interval(area: Tensor, labels: Tensor) -> tuple[float, float]:
    positives = labels.sum()
    low, high = interval(area, positives, len(labels) - positives)
    return low.item(), high.item()


def _by_word(best: dict[str, Best]) -> dict[str, Best]:
    return {_plain(attribute): found for attribute, found in best.items()}


def _plain(attribute: str) -> str:
    return attribute.replace("_", " ").lower()
