"""The faces that pictures of models are compared with, and what they themselves score."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from metrics.continuity import nearest_distance
from metrics.diversity import laplacian_energy, mean_pairwise_distance, total_variance
from metrics.estimate import Estimate, Measure, bootstrap, mean, ratio
from metrics.frechet_kid import frechet_distance
from metrics.pca import Principal, principal
from train.commands.claims import ClaimsConfig
from train.data.load import Splits
from train.data.pictures import DataError, Pictures

COMPONENTS = 64
FITTED = 2000  # pictures that the components are of, at most: more would take minutes
RESAMPLES = 50

Measures = dict[str, Measure | None]


class Reality(NamedTuple):
    """Real faces, and the scales that models' pictures are measured in."""

    faces: Tensor  # (M, C, H, W) all validation pictures
    training: Tensor  # (N, C, H, W) some training pictures
    principal: Principal  # of the validation pictures
    features: Tensor  # (M, K)
    scatter: float  # total variance of the features: the Frechet distance of nothing but the mean face
    nearest: Estimate  # distance of a training picture to the nearest validation picture
    distance: Estimate  # between two validation pictures
    variance: Estimate  # total, of validation pictures
    energy: Estimate  # Laplacian, of validation pictures


def reality(splits: Splits, config: ClaimsConfig) -> Reality:
    """Raises DataError for fewer validation pictures than the features have coordinates."""
    faces = splits.validation.batch(slice(None))
    if len(faces) <= COMPONENTS:
        raise DataError(f"{config.data} has {len(faces)} pictures: claims needs more than {COMPONENTS} to compare with")
    training = _some(splits.training, config.count, config.seed)
    order = np.random.default_rng(config.seed).permutation(len(faces))
    found = principal(faces[order[:FITTED]], COMPONENTS)
    features = found.coordinates(faces)
    return Reality(
        faces=faces,
        training=training,
        principal=found,
        features=features,
        scatter=total_variance(features).value,
        nearest=mean(nearest_distance(training, faces)),
        distance=mean_pairwise_distance(faces[order[: config.count]]),
        variance=total_variance(faces),
        energy=mean(laplacian_energy(faces)),
    )


def _some(pictures: Pictures, count: int, seed: int) -> Tensor:
    rows = np.random.default_rng(seed).permutation(len(pictures))[:count]
    return pictures.batch(np.sort(rows))


def compared(pictures: Tensor, real: Reality, seed: int) -> Measures:
    """How pictures (N, C, H, W) that are no reconstructions stand to real ones; training pictures score the best that
    can be had, which is 1 but for the Frechet distance. That is 1 for copies of the mean face.
    """

    def frechet(features: Tensor) -> float:
        return frechet_distance(real.features, features) / real.scatter

    features, generator = real.principal.coordinates(pictures), torch.Generator().manual_seed(seed)
    return {
        "frechet": bootstrap(frechet, features, resamples=RESAMPLES, generator=generator),
        "nearest": ratio(mean(nearest_distance(pictures, real.faces)), real.nearest, paired=False),
        "energy": ratio(mean(laplacian_energy(pictures)), real.energy, paired=False),
        "distance": ratio(mean_pairwise_distance(pictures), real.distance, paired=False),
        "variance": ratio(total_variance(pictures), real.variance, paired=False),
    }
