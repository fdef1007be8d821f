"""What a model's latent dimensions are called, and in which directions attributes lie: latents.json.

Chosen on the training faces, granted on the validation faces. A proxy: CelebA's attributes are correlated, so a
dimension that tells one tells others too.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from metrics.attributes import auroc, interval, linear_probe
from train.attributes import Attributes
from train.evaluate import Codes
from vae_models.distributions import DiagonalGaussian
from vae_models.names import Best, Direction, LatentNames, Name

LEAST = 0.70  # lower end of the 95 % interval of the AUROC, on faces not used to choose
NOTHING = Name(0, "", "", 0.0, (0.0, 0.0))
GAP = 0.05  # of the AUROC, to the dimension that tells the attribute second best
CARRIES = 0.05  # nats of mean KL; a dimension with less is noise to the decoder, whatever its mean code tells


class Labelled(NamedTuple):
    """Codes of pictures, and what is in them."""

    codes: Tensor  # (N, D) float64
    attributes: Attributes


def carried(codes: Codes) -> Tensor:
    """Mean codes (N, D), 0 in dimensions that carry less than 0.05 nats: what they tell drowns in the posterior's own
    noise, so the decoder was never told and moving along them changes no picture. A point code has no noise."""
    if codes.logvar is None:
        return codes.mean
    carries = DiagonalGaussian(codes.mean, codes.logvar).kl().mean(dim=0) >= CARRIES
    return codes.mean * carries


def name_latents(training: Labelled, validation: Labelled) -> LatentNames:
    """Names of dimensions and directions of attributes that hold on the validation faces."""
    held = auroc(validation.codes, validation.attributes.labels)  # (A, D)
    best = _best(training, held)
    return LatentNames(_names(best, validation, held), _directions(training, validation), _by_word(best))


def _best(training: Labelled, held: Tensor) -> dict[str, Best]:
    """The dimension that tells each attribute best on the training faces, and how well it does on the validation
    faces; attributes that one of the sets has not both ways are left out."""
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


def _directions(training: Labelled, validation: Labelled) -> dict[str, Direction]:
    weights, _ = linear_probe(training.codes, training.attributes.labels)  # (D, A)
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


def _interval(area: Tensor, labels: Tensor) -> tuple[float, float]:
    positives = labels.sum()
    low, high = interval(area, positives, len(labels) - positives)
    return low.item(), high.item()


def _by_word(best: dict[str, Best]) -> dict[str, Best]:
    return {_plain(attribute): found for attribute, found in best.items()}


def _plain(attribute: str) -> str:
    return attribute.replace("_", " ").lower()
