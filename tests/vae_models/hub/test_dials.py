"""Dials are loaded beside models, from every kind of source, and counted as none of them."""

from pathlib import Path

import pytest
import torch

from tests.dial_folder import write_dial
from tests.fake_hub import faults
from tests.fake_hub.server import Hub
from tests.vae_models.hub.small_models import write_model
from vae_models.catalogue import RECIPES
from vae_models.hub import pull as pull_module
from vae_models.hub.pull import PulledDial, pull


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a VAE and both kinds of dials."""
    write_model(tmp_path / "vae", "vae")
    for recipe in ("beta-tc-dial", "beta-dial"):
        write_dial(tmp_path / recipe, recipe)
    return tmp_path


def names(dials: tuple[PulledDial, ...]) -> list[str]:
    return [pulled.name for pulled in dials]


def test_a_dial_is_loaded_beside_models_and_is_none_of_them(folder: Path) -> None:
    loaded = pull(str(folder))
    assert [pulled.name for pulled in loaded.models] == ["vae"]
    assert names(loaded.dials) == ["beta-dial", "beta-tc-dial"]
    assert (loaded.missing, loaded.failures) == ((), ())
    assert loaded.require_all() == loaded.models
    assert names(pull(str(folder), str(folder / "beta-dial")).dials) == ["beta-dial", "beta-tc-dial"]


@torch.inference_mode()
def test_a_dial_at_a_beta_has_that_betas_codes_and_objective(folder: Path) -> None:
    x = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    for pulled, weights in zip(pull(str(folder)).dials, ((7.5, 0), (1, 6.5)), strict=True):
        at = pulled.at(7.5)
        expected = pulled.dial.encode(x, torch.full((2,), 7.5)).mean
        torch.testing.assert_close(at.model.encode(x).mean, expected, atol=1e-5, rtol=1e-5)
        assert (at.name, at.record.beta, at.record.scores) == (pulled.name, 7.5, {})
        assert (at.record.objective.kl, at.record.objective.tc) == weights
        assert pulled.at_one.record.beta == 1


def test_a_folder_with_nothing_but_a_dial_gets_advice(folder: Path) -> None:
    with pytest.raises(ValueError, match="beta-dial is one network for every beta: name a folder in which models"):
        pull(str(folder / "beta-dial"))


def test_a_broken_dial_does_not_affect_the_models(folder: Path) -> None:
    (folder / "beta-dial" / "model.safetensors").write_bytes(b"")
    loaded = pull(str(folder))
    assert names(loaded.dials) == ["beta-tc-dial"]
    assert loaded.missing == ("beta-dial",)
    assert "weights are damaged" in loaded.failures[0].reason


def test_a_dial_with_the_record_of_a_model_is_refused(folder: Path) -> None:
    (folder / "beta-dial" / "training.json").write_bytes((folder / "vae" / "training.json").read_bytes())
    assert "recipe that this version does not know: 'vae'" in pull(str(folder)).failures[0].reason


@pytest.mark.usefixtures("published")
def test_a_dial_of_a_namespace_is_downloaded_with_its_models(hub: Hub, folder: Path) -> None:
    hub.add("lab/beta-dial-celeba64", folder / "beta-dial")
    loaded = pull("hub:lab")
    assert [pulled.name for pulled in loaded.models] == list(RECIPES)
    assert [pulled.at_one.origin.source for pulled in loaded.dials] == ["hub"]
    hub.fail(".", faults.status(403))
    assert [pulled.at_one.origin.source for pulled in pull("hub:lab").dials] == ["cache"]


def test_a_bundled_dial_is_bundled_and_replaces_one_that_is_missing(
    hub: Hub, published: dict[str, str], bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pull("bundled").dials == ()
    weights = tmp_path / "weights"
    weights.mkdir()
    for model in bundle.iterdir():
        (weights / model.name).symlink_to(model)
    write_dial(weights / "beta-dial")
    monkeypatch.setattr(pull_module, "BUNDLED_FOLDER", weights)
    monkeypatch.setattr(pull_module, "BUNDLED_DIALS", ("beta-dial",))
    assert names(pull("bundled").dials) == ["beta-dial"]
    assert pull("hub:lab").dials == ()  # that namespace has none, and says so
    assert published
    hub.fail(".", faults.status(403))
    assert [pulled.at_one.origin.source for pulled in pull("hub:lab").dials] == ["bundled"]
