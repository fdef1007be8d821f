import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.conftest import report_models
from ui import latents
from vae_models import Autoencoder, ModelConfig
from vae_models.distributions import DiagonalGaussian
from vae_models.files.latent_names import Direction, LatentNames, Name
from vae_models.files.names import LATENTS
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Pulled, pull
from vae_models.objectives.objective import VAE

SMILE = Name(2, "smile +", "Smiling", 0.8, (0.7, 0.9))
TO_SMILE = Direction((0.0, 0.6, 0.8, 0.0), 0.5, 0.9, (0.85, 0.95))


def small(**recorded: list[float]) -> Pulled:
    """Return an untrained model of four dimensions with `recorded` in its record."""
    torch.manual_seed(0)
    record = TrainingRecord("vae", VAE, {}, {}, 1, 8, {}, {}, 1, {}, recorded, {})
    return Pulled("small", Autoencoder(ModelConfig(width=2, latent_dim=4)).eval(), record)


@pytest.fixture(scope="module")
def models() -> tuple[Pulled, ...]:
    return report_models()


def test_dimensions_come_by_how_much_they_carry(models: tuple[Pulled, ...]) -> None:
    for pulled in models:
        found = latents.known(pulled).dimensions
        recorded = pulled.record.latents["kl" if pulled.model.config.stochastic else "pixel_change"]
        assert [recorded[dimension.index] for dimension in found] == sorted(recorded, reverse=True)
        assert [dimension.carries for dimension in found] == sorted(recorded, reverse=True)
        assert sorted(dimension.index for dimension in found) == list(range(32))
        assert found[0].share == 1
        shares = [dimension.share or 0 for dimension in found]
        assert sum(shares) * max(recorded) == pytest.approx(sum(recorded))


def test_ranges_are_three_deviations_of_the_aggregated_codes() -> None:
    """q(z) of 10 000 posteriors, dead and lively ones, fitted as training does: of its samples 99.7 % lie inside."""
    pulled, generator = small(kl=[0.0] * 4), torch.Generator().manual_seed(0)
    spread = torch.tensor([0.0, 0.5, 0.99, 2.0])
    noise = torch.randn(10_000, 4, generator=generator)
    mean = 1 + spread * (0.6 * noise + 0.8 * noise[:, :1])  # what two dimensions say may be related
    variance = (1 - spread.square()).clamp(min=0.01)
    posterior = DiagonalGaussian(mean, variance.log().expand(10_000, 4))
    covariance = torch.cov(mean.T.double()) + torch.diag(posterior.logvar.double().exp().mean(dim=0))
    pulled.model.fit_prior(mean.mean(dim=0), covariance)
    z = posterior.sample(generator)
    for dimension in latents.known(pulled).dimensions:
        codes = z[:, dimension.index]
        assert dimension.mean == pytest.approx(codes.mean().item(), abs=0.05)
        assert dimension.std == pytest.approx(codes.std().item(), rel=0.03)
        inside = ((codes > dimension.low) & (codes < dimension.high)).float().mean().item()
        assert inside == pytest.approx(0.9973, abs=0.002)


def test_a_dead_dimensions_range_is_the_priors(models: tuple[Pulled, ...]) -> None:
    for pulled in models[1:]:
        dead = [dimension for dimension in latents.known(pulled).dimensions if not dimension.active]
        assert dead
        for dimension in dead:
            assert pulled.record.latents["std"][dimension.index] < 0.3
            assert (dimension.low, dimension.high) == pytest.approx((-3, 3), abs=0.25)


def test_codes_that_never_change_still_have_a_range() -> None:
    pulled = small()
    pulled.model.fit_prior(torch.tensor([5.0, 0, 0, 0]), torch.diag(torch.tensor([1e-12, 1, 1, 1]).double()))
    still = latents.known(pulled).at(0)
    assert (still.low, still.high) == (2, 8)


def test_what_faces_do_not_use_is_not_active(models: tuple[Pulled, ...]) -> None:
    assert [len(latents.known(pulled).active) for pulled in models] == [32, 22, 14, 7]
    found = latents.known(small(kl=[0.049, 0.05, 3.0, 0.0]))
    assert [dimension.index for dimension in found.active] == [2, 1]
    found = latents.known(small(pixel_change=[1e-4, 0.0, 2e-4, 1e-5]))
    assert [dimension.index for dimension in found.active] == [2, 0, 3]


def test_without_a_record_of_them_all_dimensions_are_active_in_their_own_order() -> None:
    found = latents.known(small())
    assert [dimension.index for dimension in found.active] == [0, 1, 2, 3]
    assert {(dimension.low, dimension.high) for dimension in found.dimensions} == {(-3, 3)}
    assert {(dimension.carries, dimension.share) for dimension in found.dimensions} == {(None, None)}


def test_a_collapsed_model_has_no_active_dimension_and_finite_shares() -> None:
    found = latents.known(small(kl=[0.0] * 4))
    assert not found.active
    assert {dimension.share for dimension in found.dimensions} == {0}


def test_a_record_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="The record of small has 3 numbers of kl: the model has 4"):
        latents.known(small(kl=[1.0, 2.0, 3.0]))


def numbers(value: Any) -> list[float]:
    if isinstance(value, dict | list | tuple):
        return [n for part in (value.values() if isinstance(value, dict) else value) for n in numbers(part)]
    return [value] if isinstance(value, int | float) else []


def test_the_json_form_is_finite_and_plain(models: tuple[Pulled, ...]) -> None:
    named = small()._replace(names=LatentNames((SMILE,), {"smile": TO_SMILE}))
    for pulled in (*models, small(), small(kl=[0.0] * 4), named):
        told = latents.as_json(pulled)
        assert json.loads(json.dumps(told, allow_nan=False)).keys() == told.keys()
        assert all(math.isfinite(number) for number in numbers(told))
        for dimension in told["dimensions"]:
            assert dimension["low"] < dimension["mean"] < dimension["high"]
    assert latents.as_json(models[3])["title"] == "β-TCVAE β = 20"
    assert latents.as_json(models[3])["colour"] == "model-beta-tcvae"
    assert [latents.as_json(pulled)["stochastic"] for pulled in models] == [False, True, True, True]


def test_names_and_directions_are_passed_on() -> None:
    told = latents.as_json(small()._replace(names=LatentNames((SMILE,), {"smile": TO_SMILE})))
    assert [dimension["name"] for dimension in told["dimensions"]] == [None, None, "smile +", None]
    assert told["directions"] == {"smile": TO_SMILE._asdict()}
    assert latents.as_json(small())["directions"] == {}


def test_what_is_pulled_knows_the_names_beside_the_weights(tmp_path: Path) -> None:
    pulled = small()
    pulled.model.save_pretrained(tmp_path)
    replace(pulled.record, latents={"kl": [1.0, 2.0, 3.0, 4.0]}).write(tmp_path)
    LatentNames((SMILE,)).write(tmp_path)
    (again,) = pull(str(tmp_path)).models
    assert [dimension.name for dimension in latents.known(again).dimensions] == [None, "smile +", None, None]
    (tmp_path / LATENTS).write_text("{}")
    with pytest.raises(ValueError, match="does not name 4 latent dimensions"):
        pull(str(tmp_path))
