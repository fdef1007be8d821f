import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Generator, Tensor

from metrics.diversity import laplacian_energy, mean_pairwise_distance, total_variance
from metrics.estimate import mean
from metrics.pca import principal_components
from train.claims.reference import Measures, Reference, compare_to_real
from train.claims.samples import _relative_middle, measure_images
from vae_models.distributions import Dirac

SHAPE = (3, 8, 8)
SIZE = 192


@pytest.fixture(scope="module")
def real() -> Reference:
    """Sixty images of Gaussian pixels."""
    faces = torch.randn(60, *SHAPE, generator=Generator().manual_seed(0)) / 10 + 0.5
    found = principal_components(faces, 8)
    features = found.coordinates(faces)
    return Reference(
        faces,
        faces[:30],
        found,
        features,
        total_variance(features).value,
        mean(torch.ones(30)),
        mean_pairwise_distance(faces),
        total_variance(faces),
        mean(laplacian_energy(faces)),
    )


def model(decode: Callable[[Tensor], Tensor]) -> Any:
    """Return a model whose codes are all pixels, and whose fitted prior has the moments of the images above."""
    return SimpleNamespace(
        prior_mean=torch.zeros(SIZE),
        config=SimpleNamespace(latent_dim=SIZE),
        encode=lambda x: Dirac(x.flatten(1)),
        decode=lambda z: decode(z.view(-1, *SHAPE)),
        latents=lambda noise, prior: noise / 10 + 0.5 if prior == "fitted" else noise,
    )


STEPS = 8


def measure(model: Any, real: Reference) -> Measures:
    return measure_images(model, real, count=60, pairs=30, steps=STEPS)


def test_real_faces_are_as_real_as_real_faces(real: Reference) -> None:
    found = compare_to_real(real.validation, real, 0)
    assert {name: one.value for name, one in found.items() if one and name != "nearest"} == pytest.approx(
        {"frechet": 0, "energy": 1, "distance": 1, "variance": 1}, abs=1e-5
    )


def test_copies_of_the_mean_face_have_frechet_distance_one_and_no_variance(real: Reference) -> None:
    found = compare_to_real(real.validation.mean(dim=0).expand(20, *SHAPE), real, 0)
    values = {name: one.value for name, one in found.items() if one}
    assert values["frechet"] == pytest.approx(1, abs=1e-4)
    assert values["variance"] == pytest.approx(0, abs=1e-5)
    assert values["distance"] == pytest.approx(0, abs=1e-3)
    assert values["energy"] < 0.1


def test_a_lossless_code_is_continuous_and_reconstructs_everything(real: Reference) -> None:
    values = {name: one.value for name, one in measure(model(lambda x: x), real).items() if one}
    for name in ("reconstruction_variance", "reconstruction_energy", "largest_step", "agreement"):
        assert values[name] == pytest.approx(1, abs=1e-4), name
    # halfway between two images of independent pixels, energy and variance are half as large
    assert values["middle_energy"] == pytest.approx(0.5, abs=0.05)
    # |(a + b) / 2 - c|^2 is 3/2 of a pixel's variance, |a - c|^2 twice it
    assert values["middle_nearest"] == pytest.approx(0.75**0.5, abs=0.03)
    assert values["fitted_variance"] == pytest.approx(1, abs=0.05)
    assert values["standard_variance"] == pytest.approx(100, rel=0.05)


def test_a_decoder_that_halves_contrast_halves_distances_and_quarters_variances(real: Reference) -> None:
    values = {name: one.value for name, one in measure(model(lambda x: x / 2), real).items() if one}
    for name in ("reconstruction_variance", "reconstruction_energy"):
        assert values[name] == pytest.approx(0.25, abs=1e-4)
    assert values["fitted_distance"] == pytest.approx(0.5, abs=0.03)


def test_a_decoder_of_only_two_images_changes_in_one_step(real: Reference) -> None:
    order = torch.randperm(60, generator=Generator().manual_seed(0)).view(-1, 2)
    faces = real.validation.clone()
    faces[order[:, 1]] += 1
    flat = model(lambda x: (x.mean(dim=(1, 2, 3), keepdim=True) > 1).float().expand(-1, *SHAPE))
    step = measure(flat, real._replace(validation=faces))["largest_step"]
    assert step
    assert step.value == pytest.approx(STEPS)


def test_a_constant_decoder_has_no_path_between_faces(real: Reference) -> None:
    found = measure(model(lambda x: torch.zeros_like(x)), real)
    for name in ("largest_step", "middle_energy"):
        assert math.isnan(found[name].value)  # type: ignore[union-attr]
    assert {found[name].value for name in ("reconstruction_variance", "reconstruction_energy")} == {0}  # type: ignore[union-attr]


def test_the_interval_of_the_middle_leaves_out_noise_shared_with_the_ends() -> None:
    first, last = (torch.rand(40, generator=Generator().manual_seed(s)) + 1 for s in range(2))
    found = _relative_middle([mean(first), mean(0.4 * (first + last)), mean(last)])
    assert found.value == pytest.approx(0.8)
    assert found.interval == pytest.approx((0.8, 0.8))
