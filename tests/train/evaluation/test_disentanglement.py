import json
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Generator, Tensor

from train import loop
from train.__main__ import main
from train.commands.disentangle import DisentangleConfig
from train.config import TrainConfig
from train.data.factors import sprites
from train.data.factors.sprites import FACTORS, Sprites
from train.data.pictures import DataError
from train.evaluation import disentanglement
from train.evaluation.disentanglement import scored, update
from train.evaluation.inference import Codes
from vae_models import Autoencoder, ModelConfig
from vae_models.files.training_record import RECORD, TrainingRecord

NAMES = ("shape", "scale", "position")
VALUES = torch.cartesian_prod(torch.arange(3), torch.arange(4), torch.arange(8))
SMALL = {"samples": 16, "train": 300, "held_out": 300}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disentanglement, "VOTES", SMALL)
    monkeypatch.setattr(disentanglement, "TREES", 10)


def standard(values: Tensor) -> Tensor:
    """Copies of the factors, of deviation 1."""
    return (values - values.double().mean(dim=0)) / values.double().std(dim=0, correction=0)


def posterior(mean: Tensor, deviation: float) -> Codes:
    return Codes(mean, torch.full_like(mean, deviation).log() * 2)


def test_exact_copies_score_the_most_there_is() -> None:
    entry = scored(posterior(standard(VALUES), 1e-6), VALUES, NAMES, seed=0)
    scores = entry["scores"]
    for name in ("mig", "mig_without_categories", "mig_of_means", "factor_vae", "beta_vae", "modularity"):
        assert scores[name] == pytest.approx(1, abs=0.03)
    assert scores["sap"] == pytest.approx((2 + 2 / 3) / 3, abs=0.05)
    assert scores["dci_disentanglement"] == pytest.approx(1, abs=0.02)
    assert entry["settings"]["categories"] == ["shape"]
    assert entry["settings"]["active_dimensions"] == [0, 1, 2]
    assert list(entry["by_factor"]) == list(NAMES)
    assert entry["n"] == 96
    assert entry["settings"]["dci"]["train"] + entry["settings"]["dci"]["held_out"] == 96


def test_the_gap_is_of_samples_and_the_means_variant_is_not() -> None:
    fine = torch.cartesian_prod(torch.arange(3), torch.arange(20), torch.arange(40))
    found = scored(posterior(standard(fine), 1.0), fine, NAMES, seed=0)["scores"]
    assert found["mig_of_means"] > 0.8
    assert found["mig"] < 0.4


def test_what_no_decoder_sees_does_not_count() -> None:
    """The means of dead dimensions copy the factors in a thousandth of the noise; the active ones are noise."""
    whisper = 1e-3 * standard(VALUES)
    noise = torch.randn(len(VALUES), 2, generator=Generator().manual_seed(0), dtype=torch.float64)
    codes = posterior(torch.cat([whisper, noise], dim=1), 1.0)
    entry = scored(codes, VALUES, NAMES, seed=0)
    assert entry["settings"]["active_dimensions"] == [3, 4]
    assert entry["scores"]["mig_of_means"] < 0.3
    assert entry["scores"]["factor_vae"] < 0.7
    assert entry["scores"]["dci_informativeness"] < 0.3
    point = scored(Codes(codes.mean, None), VALUES, NAMES, seed=0)
    assert point["settings"]["active_dimensions"] == [0, 1, 2, 3, 4]
    assert point["scores"]["mig_of_means"] > 0.6


def test_a_collapsed_model_scores_chance_with_the_reason() -> None:
    entry = scored(posterior(1e-4 * standard(VALUES), 1.0), VALUES, NAMES, seed=0)
    assert entry["scores"]["modularity"] is None
    assert "noise" in entry["no_modularity"]
    assert entry["scores"]["factor_vae"] == pytest.approx(1 / 3)
    assert entry["scores"]["mig_of_means"] == 0
    assert entry["settings"]["active_dimensions"] == []


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Sprites:
    """Of every factor a few values, all combinations."""
    kept = np.ix_(*(range(min(size, 4)) for size in FACTORS.values()))
    places = np.arange(sprites.TOTAL).reshape(tuple(FACTORS.values()))[kept].ravel()
    few = Sprites(places)
    monkeypatch.setattr(disentanglement, "load", lambda *_: few)
    return few


def test_the_command_scores_a_model_of_sprites(
    config: TrainConfig,
    small: Sprites,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = loop.train(replace(config, steps=2))
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
    update(DisentangleConfig(folder, seed=3))
    assert (folder / RECORD).read_bytes() == once


@pytest.mark.usefixtures("small")
def test_what_cannot_be_scored_is_refused(
    config: TrainConfig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = loop.train(replace(config, steps=2))
    with pytest.raises(DataError, match="The model sees 3 channels, the pictures have 1"):
        update(DisentangleConfig(folder))
    monkeypatch.undo()
    monkeypatch.setattr(sys, "argv", ["train", "disentangle", str(folder), "--data", str(config.data)])
    assert main() == 2
    assert "factors are not known" in capsys.readouterr().err
    monkeypatch.setattr("train.commands.disentangle.find_spec", lambda _: None)
    assert main() == 2
    assert "pip install scikit-learn" in capsys.readouterr().err
    monkeypatch.undo()
    monkeypatch.setattr(sys, "argv", ["train", "disentangle", "nowhere"])
    assert main() == 2
    assert "There is no folder nowhere" in capsys.readouterr().err
