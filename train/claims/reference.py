"""Reference for the claims: real images, their scores, and the comparison of generated images with them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from metrics.continuity import nearest_distance
from metrics.diversity import laplacian_energy, mean_pairwise_distance, total_variance
from metrics.estimate import Estimate, Measure, bootstrap, mean, ratio
from metrics.frechet_kid import frechet_distance
from metrics.pca import PrincipalComponents, principal_components
from train.data.pictures import DataError, Pictures
from train.errors import as_user_error

COMPONENTS = 64
MAX_FITTED = 2000  # images to which the components are fitted: more would take minutes
RESAMPLES = 50

Measures = dict[str, Measure | None]


class Reference(NamedTuple):
    """Real images, and the scales relative to which a model's images are measured."""

    validation: Tensor  # (M, C, H, W) all validation images
    training: Tensor  # (N, C, H, W) some training images
    components: PrincipalComponents  # of the validation images
    features: Tensor  # (M, K)
    scatter: float  # total variance of the features: the Frechet distance of the mean face repeated
    nearest: Estimate  # distance of a training image to the nearest validation image
    distance: Estimate  # between two validation images
    variance: Estimate  # total variance of the validation images
    energy: Estimate  # Laplacian energy of the validation images
    people: Tensor | None = None  # (M,) the person in each validation image
    training_people: Tensor | None = None  # (N,) the person in each training image


def build_reference(
    training: Pictures, validation: Pictures, *, count: int, seed: int, people: Sequence[Tensor] | None = None
) -> Reference:
    """Measure the real images: all of `validation`, and `count` of `training`, chosen with the seed.

    `people` are the people in all training and in all validation images, over which intervals are.

    Raises DataError for fewer validation images than the features have coordinates, or for a single training image.
    """
    images = validation.batch(slice(None))
    if len(images) <= COMPONENTS:
        raise DataError(f"claims needs more than {COMPONENTS} validation pictures: --data has {len(images)}")
    if len(training) < 2:
        raise DataError("claims needs at least two training pictures")
    rows = np.random.default_rng(seed).permutation(len(training))[:count]
    chosen = np.sort(rows)
    some_training = training.batch(chosen)
    trained, held_out = (None, None) if people is None else (people[0][chosen], people[1])
    order = np.random.default_rng(seed).permutation(len(images))
    with as_user_error(ValueError):  # images that hardly vary
        components = principal_components(images[order[:MAX_FITTED]], COMPONENTS)
    features = components.coordinates(images)
    return Reference(
        validation=images,
        training=some_training,
        components=components,
        features=features,
        scatter=total_variance(features).value,
        nearest=mean(nearest_distance(some_training, images), trained),
        distance=mean_pairwise_distance(images[order[:count]], None if held_out is None else held_out[order[:count]]),
        variance=total_variance(images, held_out),
        energy=mean(laplacian_energy(images), held_out),
        people=held_out,
        training_people=trained,
    )


def compare_to_real(pictures: Tensor, real: Reference, seed: int, people: Tensor | None = None) -> Measures:
    """Compare generated images (N, C, H, W) with real ones. `people` (N,) is only for real images.

    Every measure is relative to real training faces (1 = as real), except the Fréchet distance, which is 1 for the mean
    face repeated and near 0 for real faces.
    """

    def frechet(features: Tensor) -> float:
        return frechet_distance(real.features, features) / real.scatter

    features, generator = real.components.coordinates(pictures), torch.Generator().manual_seed(seed)
    return {
        "frechet": bootstrap(frechet, features, resamples=RESAMPLES, generator=generator, clusters=people),
        "nearest": ratio(mean(nearest_distance(pictures, real.validation), people), real.nearest, paired=False),
        "energy": ratio(mean(laplacian_energy(pictures), people), real.energy, paired=False),
        "distance": ratio(mean_pairwise_distance(pictures, people), real.distance, paired=False),
        "variance": ratio(total_variance(pictures, people), real.variance, paired=False),
    }
