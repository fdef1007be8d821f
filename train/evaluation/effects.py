"""Effects of directions: how the attributes of a picture change when its code is moved, measured on the pictures.

The crosstalk of latents.json is a property of the codes alone. Here the edited pictures are decoded, and probes that
know no model judge them: logistic regressions on principal components of the pixels, fitted to the training images.
"""

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from metrics.attributes import auroc, auroc_interval, linear_probe
from metrics.estimate import Measure, mean, measure
from metrics.pca import PrincipalComponents, principal_components
from train.data.labels import Attributes
from train.data.pictures import Pictures
from train.evaluation.inference import BATCH
from vae_models import Autoencoder
from vae_models.files.latent_names import Direction, Effects

COMPONENTS = 64  # of the pixels
MAX_FITTED = 2000  # training images to which the components are fitted: more would take minutes
EDITED = 300  # validation images whose codes are moved
MIN_AUROC = 0.70  # of a probe, lower end of its 95 % interval on real validation images; worse probes tell nothing
DIGITS = 3


class LabelledPictures(NamedTuple):
    """Images with their labels."""

    images: Pictures
    attributes: Attributes


class _Probes(NamedTuple):
    """Linear probes of A attributes on the pixels' principal components."""

    components: PrincipalComponents
    weights: Tensor  # (K, A), divided by the standard deviations of the scores over the validation images
    probe_auroc: dict[str, float]  # of the A attributes

    def score(self, images: Tensor) -> Tensor:
        """Return the scores (B, A), in standard deviations over real images."""
        return self.components.coordinates(images) @ self.weights


@torch.inference_mode()
def measure_effects(
    model: Autoencoder,
    directions: dict[str, Direction],
    training: LabelledPictures,
    validation: LabelledPictures,
    mean_codes: Tensor,
    people: Tensor | None,
) -> Effects | None:
    """Measure the change of each attribute for a step of one length of each direction.

    The change is (s(g(z + d)) - s(g(z - d))) / 2 for the mean code z of a validation image, the decoder g, and the
    probe's score s in standard deviations over real images. None without a direction or a probe, or with too few
    training images.

    mean_codes: (N, D) of the validation images; people: (N,), the person in each.
    """
    if not directions or len(training.images) <= COMPONENTS:
        return None
    probes = _fit_probes(training, validation, people)
    if probes is None:
        return None
    rows = np.sort(np.random.default_rng(0).permutation(len(mean_codes))[:EDITED])
    z, shown = mean_codes[rows], None if people is None else people[rows]
    changes: dict[str, dict[str, tuple[float, float, float]]] = {}
    for name, direction in directions.items():
        step = torch.tensor(direction.direction, dtype=torch.float64)
        ahead, back = (_score_edited(model, probes, z + sign * step) for sign in (1, -1))
        change = (ahead - back) / 2  # (N, A)
        changes[name] = {
            attribute: _round(measure(mean(column, shown)))
            for attribute, column in zip(probes.probe_auroc, change.unbind(dim=1), strict=True)
        }
    number = None if shown is None else len(shown.unique())
    return Effects(len(rows), number, probes.probe_auroc, changes)


def _round(change: Measure) -> tuple[float, float, float]:
    """Return the value and its interval, which a single picture or person does not have."""
    low, high = change.interval or (change.value, change.value)
    if not math.isfinite(high - low):
        low = high = change.value
    return round(change.value, DIGITS), round(low, DIGITS), round(high, DIGITS)


def _score_edited(model: Autoencoder, probes: _Probes, codes: Tensor) -> Tensor:
    batches = codes.to(model.prior_mean).split(BATCH)
    return torch.cat([probes.score(model.decode(z).cpu()) for z in batches])


def _fit_probes(training: LabelledPictures, validation: LabelledPictures, people: Tensor | None) -> _Probes | None:
    """Fit probes on the training images, and keep those that hold on the validation images; None if none does."""
    chosen = np.sort(np.random.default_rng(0).permutation(len(training.images))[:MAX_FITTED])
    try:
        components = principal_components(training.images.batch(chosen), COMPONENTS)
    except ValueError:  # images that hardly vary
        return None
    coordinates = [_project(components, part.images) for part in (training, validation)]
    with torch.inference_mode(mode=False):
        weights, _ = linear_probe(coordinates[0].clone(), training.attributes.labels)
    scores, labels = coordinates[1] @ weights, validation.attributes.labels
    kept, aurocs = [], {}
    for a, attribute in enumerate(training.attributes.names):
        area = auroc(scores[:, [a]], labels[:, [a]]).item()
        if area >= MIN_AUROC and auroc_interval(scores[:, [a]], labels[:, a], people)[0].item() >= MIN_AUROC:
            kept.append(a)
            aurocs[attribute.replace("_", " ").lower()] = round(area, DIGITS)
    if not kept:
        return None
    spread = scores[:, kept].std(dim=0, correction=0)
    return _Probes(components, weights[:, kept] / spread, aurocs)


def _project(components: PrincipalComponents, images: Pictures) -> Tensor:
    rows = (slice(start, start + BATCH) for start in range(0, len(images), BATCH))
    return torch.cat([components.coordinates(images.batch(part)) for part in rows])
