"""The command `disentangle` on a few sprites."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.dial_folder import build_dial, write_dial
from train.__main__ import main
from train.commands.disentangle import DisentangleConfig, disentangle
from train.commands.evaluate import EvaluateConfig
from train.data.factors import sprites
from train.data.factors.sprites import FACTORS, Sprites
from train.data.pictures import DataError
from train.evaluation import disentanglement
from vae_models import Autoencoder, DialConfig, ModelConfig
from vae_models.files.names import RECORD
from vae_models.files.training_record import TrainingRecord

SMALL = {"samples": 16, "train": 300, "held_out": 300}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disentanglement, "VOTES", SMALL)
    monkeypatch.setattr(disentanglement, "TREES", 10)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Sprites:
    """Load all combinations of a few values of every factor instead of all sprites."""
    kept = np.ix_(*(range(min(size, 4)) for size in FACTORS.values()))
    rows = np.arange(sprites.TOTAL).reshape(tuple(FACTORS.values()))[kept].ravel()
    few = Sprites(rows)
    monkeypatch.setattr("train.data.load.load", lambda *_: few)
    return few


def test_the_command_scores_a_model_of_sprites(
    vae: EvaluateConfig,
    small: Sprites,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = vae.model
    Autoencoder(ModelConfig(width=4, latent_dim=4, channels=1)).save_pretrained(folder)
    before = TrainingRecord.read(folder)
    monkeypatch.setattr(sys, "argv", ["train", "disentangle", str(folder), "--data", "sprites", "--seed", "3"])
    assert main() == 0
    printed = capsys.readouterr().out
    record = TrainingRecord.read(folder)
    entry = record.disentanglement
    assert entry is not None
    assert replace(record, disentanglement=None) == before
    assert entry["n"] == len(small) == 768
    assert entry["data"]["name"] == "sprites"
    assert entry["settings"]["seed"] == 3
    for name in ("mig", "factor vae", "dci completeness", "position_x"):
        assert f"  {name} " in printed
    json.loads((folder / RECORD).read_text(), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    once = (folder / RECORD).read_bytes()
    disentangle(DisentangleConfig(folder, seed=3))
    assert (folder / RECORD).read_bytes() == once


@pytest.mark.usefixtures("small")
def test_a_dial_is_scored_at_a_beta_and_recorded_at_one(tmp_path: Path) -> None:
    write_dial(tmp_path)
    build_dial(DialConfig(width=2, latent_dim=4, channels=1)).save_pretrained(tmp_path)
    before = (tmp_path / RECORD).read_bytes()
    at_five = disentangle(DisentangleConfig(tmp_path, beta=5)).disentanglement
    assert (tmp_path / RECORD).read_bytes() == before
    at_one = disentangle(DisentangleConfig(tmp_path)).disentanglement
    assert TrainingRecord.read(tmp_path).disentanglement == at_one != at_five


@pytest.mark.usefixtures("small")
def test_models_and_images_without_known_factors_are_refused(
    vae: EvaluateConfig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DataError, match="The model has 3 channels, the pictures have 1"):
        disentangle(DisentangleConfig(vae.model))
    monkeypatch.undo()
    monkeypatch.setattr(sys, "argv", ["train", "disentangle", str(vae.model), "--data", str(vae.data)])
    assert main() == 2
    assert "factors of these pictures are not known" in capsys.readouterr().err
    monkeypatch.setattr("train.errors.find_spec", lambda _: None)
    assert main() == 2
    assert "pip install scikit-learn" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.setattr(sys, "argv", ["train", "disentangle", "nowhere"])
    assert main() == 2
    assert "There is no folder nowhere" in capsys.readouterr().err
