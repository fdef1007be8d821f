"""Models are loaded from folders and from the bundled weights; broken ones are reported."""

import json
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.vae_models.hub.small_models import RECORD
from vae_models import Autoencoder, ModelConfig
from vae_models.catalogue import BUNDLED, BUNDLED_DIALS
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER, Pulled, pull
from vae_models.objectives.objective import BETA_TCVAE, beta_vae


def write(folder: Path, record: TrainingRecord) -> None:
    Autoencoder(ModelConfig(width=2, latent_dim=2)).save_pretrained(folder)
    record.write(folder)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    RECORD.write(tmp_path)
    assert TrainingRecord.read(tmp_path) == RECORD


def test_result_folders_are_loaded_in_the_order_of_the_columns(tmp_path: Path) -> None:
    write(tmp_path / "c", replace(RECORD, recipe="beta-vae", objective=beta_vae(10)))
    write(tmp_path / "b", replace(RECORD, recipe="beta-vae", objective=beta_vae(2)))
    write(tmp_path / "a", replace(RECORD, recipe="beta-tcvae", objective=BETA_TCVAE))
    write(tmp_path / "d", RECORD)
    (tmp_path / "unfinished").mkdir()

    def names(*sources: Path) -> list[str]:
        return [pulled.name for pulled in pull(*map(str, sources)).models]

    for name, size in (("e", 128), ("f", 8)):  # of one objective, the smaller codes first
        Autoencoder(ModelConfig(width=2, latent_dim=size)).save_pretrained(tmp_path / "sizes" / name)
        RECORD.write(tmp_path / "sizes" / name)
    assert names(tmp_path / "sizes") == ["f", "e"]
    assert names(tmp_path) == ["d", "b", "c", "a"]
    assert names(tmp_path / "a") == ["a"]
    assert names(tmp_path / "a", tmp_path / "c") == ["c", "a"]
    assert names(tmp_path / "a", tmp_path) == ["d", "b", "c", "a"]
    assert [pulled.record.beta for pulled in pull(str(tmp_path)).models] == [1, 2, 10, 20]


def test_folders_without_a_finished_model_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        pull(str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match="no finished model"):
        pull(str(tmp_path))
    write(tmp_path, RECORD)
    (tmp_path / "training.json").write_text("{}")
    with pytest.raises(ValueError, match="training record"):
        pull(str(tmp_path))


def broken(folder: Path, file: str, contents: str) -> str:
    """Return the reason that is reported for a file with these contents; another model in the folder is loaded."""
    write(folder / "intact", RECORD)
    write(folder / "broken", RECORD)
    (folder / "broken" / file).write_text(contents)
    loaded = pull(str(folder))
    assert [pulled.name for pulled in loaded.models] == ["intact"]
    assert loaded.missing == ("broken",)
    with pytest.raises(ValueError, match=r"^broken from a folder"):
        loaded.require_all()
    (failure,) = loaded.failures
    assert failure.origin.source == "folder"
    assert str(folder) not in failure.reason
    assert "\n" not in failure.reason
    return failure.reason


@pytest.mark.parametrize(
    ("file", "contents", "reason"),
    [
        ("model.safetensors", "", "weights are damaged"),
        ("config.json", "{", "is not JSON"),
        ("config.json", '{"width": 4, "latent_dim": 2}', "do not fit"),
        ("config.json", '{"depth": 4}', "newer version, which knows depth: update VAE Faces"),
        ("config.json", '{"width": true}', "width=True"),
        ("config.json", '{"width": 3}', "even"),
        ("training.json", "[]", "not a training record"),
        ("latents.json", "[]", "does not name"),
    ],
)
def test_a_broken_model_does_not_affect_others(tmp_path: Path, file: str, contents: str, reason: str) -> None:
    assert reason in broken(tmp_path, file, contents)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"recipe": "gan"}, "recipe that this version does not know: 'gan'"),
        ({"scores": None}, "scores is no object"),
        ({"scores": {"kl": "high"}}, "the score kl is no number"),
        ({"steps": "many"}, "steps is no whole number"),
        ({"objective": {"kl": "one"}}, "not a training record"),
        ({"latents": {"kl": [1, 2, 3]}}, "has 2 latent dimensions"),
    ],
)
def test_a_record_that_the_page_could_not_show_is_refused(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    assert reason in broken(tmp_path, "training.json", json.dumps({**asdict(RECORD), **change}))


@pytest.fixture(scope="module")
def bundled() -> dict[str, Pulled]:
    return {pulled.name: pulled for pulled in pull("bundled").models}


def test_the_bundled_models_have_these_objectives(bundled: dict[str, Pulled]) -> None:
    objectives = {name: pulled.record.objective for name, pulled in bundled.items()}
    assert {name: (objective.kl, objective.tc) for name, objective in objectives.items()} == {
        "ae": (0, 0),
        "vae": (1, 0),
        "beta-vae-b2": (2, 0),
        "beta-vae": (5, 0),
        "beta-vae-b10": (10, 0),
        "beta-tcvae-b5": (1, 4),
        "beta-tcvae": (1, 19),
        "beta-tcvae-b50": (1, 49),
    }
    assert tuple(bundled) == BUNDLED
    assert tuple(dial.name for dial in pull("bundled").dials) == BUNDLED_DIALS
    assert {p.model.config.latent_dim for p in bundled.values()} == {32}


@pytest.mark.parametrize("family", ["beta-vae", "beta-tcvae"])
def test_kl_falls_and_distortion_rises_with_beta(bundled: dict[str, Pulled], family: str) -> None:
    names = ["vae", *(name for name in bundled if name.startswith(family))]  # in the catalogue's order, by beta
    assert len(names) == 4
    scores = [bundled[name].record.scores for name in names]
    for lower, higher in pairwise(scores):
        assert lower["kl"] > higher["kl"] > 0
        assert lower["squared_error"] < higher["squared_error"]
        assert lower["distortion"] < higher["distortion"]
    assert bundled["ae"].record.scores["squared_error"] <= scores[0]["squared_error"] < 142
    assert 25 < scores[0]["kl"] < 40


def test_the_bundled_models_differ_only_in_their_objective(bundled: dict[str, Pulled]) -> None:
    assert len({str({**pulled.record.settings, "beta": None}) for pulled in bundled.values()}) == 1
    assert len({(p.record.steps, p.record.images_seen, str(p.record.data)) for p in bundled.values()}) == 1


@torch.inference_mode()
def test_bundled_samples_resemble_faces(bundled: dict[str, Pulled]) -> None:
    """Samples vary, and their mean is symmetric, unlike noise."""
    for name in ("vae", "beta-vae", "beta-tcvae"):
        pictures = bundled[name].model.sample(64, generator=torch.Generator().manual_seed(1))
        mean = pictures.mean(dim=0)
        assert (mean - mean.flip(2)).square().mean() < 0.1 * mean.var()
        assert pictures.var(dim=0).mean() > 0.005


def test_the_bundled_weights_are_small_and_licensed() -> None:
    for folder in BUNDLED_FOLDER.iterdir():
        if folder.is_dir():
            assert (folder / "model.safetensors").stat().st_size < 3.6e6
            assert not (folder / "checkpoints").exists()
            assert not (folder / "reconstructions.png").exists()
    assert "non-commercial" in (BUNDLED_FOLDER / "LICENSE.md").read_text()
