import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Generator, Tensor

from metrics.diversity import laplacian_energy, mean_pairwise_distance, total_variance
from metrics.estimate import mean
from metrics.pca import principal
from train.claims.reference import Reality, compared
from train.claims.samples import _middle, made
from train.commands.claims import ClaimsConfig
from vae_models.distributions import Dirac

SHAPE = (3, 8, 8)
SIZE = 192


@pytest.fixture(scope="module")
def real() -> Reality:
    """Sixty pictures of Gaussian pixels."""
    faces = torch.randn(60, *SHAPE, generator=Generator().manual_seed(0)) / 10 + 0.5
    found = principal(faces, 8)
    features = found.coordinates(faces)
    return Reality(
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
    """Codes are all the pixels; the fitted prior is that of the faces above."""
    return SimpleNamespace(
        prior_mean=torch.zeros(SIZE),
        config=SimpleNamespace(latent_dim=SIZE),
        encode=lambda x: Dirac(x.flatten(1)),
        decode=lambda z: decode(z.view(-1, *SHAPE)),
        latents=lambda noise, prior: noise / 10 + 0.5 if prior == "fitted" else noise,
    )


CONFIG = ClaimsConfig("faces", "training", count=60, pairs=30, steps=8)  # type: ignore[arg-type]


def test_real_faces_are_where_real_faces_are(real: Reality) -> None:
    found = compared(real.faces, real, 0)
    assert {name: one.value for name, one in found.items() if one and name != "nearest"} == pytest.approx(
        {"frechet": 0, "energy": 1, "distance": 1, "variance": 1}, abs=1e-5
    )


def test_copies_of_the_mean_face_are_at_frechet_distance_one_and_do_not_vary(real: Reality) -> None:
    found = compared(real.faces.mean(dim=0).expand(20, *SHAPE), real, 0)
    values = {name: one.value for name, one in found.items() if one}
    assert values["frechet"] == pytest.approx(1, abs=1e-4)
    assert values["variance"] == pytest.approx(0, abs=1e-5)
    assert values["distance"] == pytest.approx(0, abs=1e-3)
    assert values["energy"] < 0.1


def test_a_code_that_keeps_everything_is_continuous_and_reconstructs_all(real: Reality) -> None:
    values = {name: one.value for name, one in made(model(lambda x: x), real, CONFIG).items() if one}
    for name in ("reconstruction_variance", "reconstruction_energy", "largest_step", "agreement"):
        assert values[name] == pytest.approx(1, abs=1e-4), name
    # halfway between two pictures of independent pixels lies half of their energy and variance
    assert values["middle_energy"] == pytest.approx(0.5, abs=0.05)
    # |(a + b) / 2 - c|^2 is 3/2 of a pixel's variance, |a - c|^2 twice it
    assert values["middle_nearest"] == pytest.approx(0.75**0.5, abs=0.03)
    assert values["fitted_variance"] == pytest.approx(1, abs=0.05)
    assert values["standard_variance"] == pytest.approx(100, rel=0.05)


def test_a_decoder_that_shrinks_shrinks_all_that_it_makes(real: Reality) -> None:
    values = {name: one.value for name, one in made(model(lambda x: x / 2), real, CONFIG).items() if one}
    for name in ("reconstruction_variance", "reconstruction_energy"):
        assert values[name] == pytest.approx(0.25, abs=1e-4)
    assert values["fitted_distance"] == pytest.approx(0.5, abs=0.03)


def test_a_decoder_that_knows_dark_from_bright_only_changes_in_one_step(real: Reality) -> None:
    order = torch.randperm(60, generator=Generator().manual_seed(0)).view(-1, 2)
    faces = real.faces.clone()
    faces[order[:, 1]] += 1
    flat = model(lambda x: (x.mean(dim=(1, 2, 3), keepdim=True) > 1).float().expand(-1, *SHAPE))
    step = made(flat, real._replace(faces=faces), CONFIG)["largest_step"]
    assert step
    assert step.value == pytest.approx(CONFIG.steps)


def test_a_decoder_that_always_answers_the_same_has_no_way_between_faces(real: Reality) -> None:
    found = made(model(lambda x: torch.zeros_like(x)), real, CONFIG)
    for name in ("largest_step", "middle_energy"):
        assert math.isnan(found[name].value)  # type: ignore[union-attr]
    assert {found[name].value for name in ("reconstruction_variance", "reconstruction_energy")} == {0}  # type: ignore[union-attr]


def test_the_middles_interval_is_of_what_it_has_apart_from_its_ends() -> None:
    first, last = (torch.rand(40, generator=Generator().manual_seed(s)) + 1 for s in range(2))
    found = _middle([mean(first), mean(0.4 * (first + last)), mean(last)])
    assert found.value == pytest.approx(0.8)
    assert found.interval == pytest.approx((0.8, 0.8))
