"""A run on sprites: one channel, binary pictures, known factors."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from train import loop
from train.commands.evaluate import EvaluateConfig
from train.config import TrainConfig
from train.data import load
from train.data.factors import labels, sprites
from train.data.pictures import DataError
from train.run import finalize
from vae_models import Autoencoder
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundredth of a hundredth validates, and the prior is fitted to few."""
    monkeypatch.setattr(labels, "HELD_OUT", 1e-4)
    monkeypatch.setattr(finalize, "PRIOR_PICTURES", 64)


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    return TrainConfig(
        recipe="beta-tcvae",
        data="sprites",
        output=tmp_path / "run",
        cache=tmp_path / "cache",
        distortion="bernoulli",
        beta=6.0,
        width=4,
        latent_dim=4,
        batch_size=8,
        steps=3,
    )


@pytest.mark.usefixtures("few")
def test_a_run_leaves_a_model_of_one_channel_and_a_record_in_nats(config: TrainConfig) -> None:
    folder = loop.train(config)
    record = TrainingRecord.read(folder)
    assert Autoencoder.from_pretrained(folder).config.channels == 1
    assert record.objective.distortion == "bernoulli"
    assert record.data["training"] == {
        "name": "sprites",
        "split": "train",
        "pictures": 737_280 - 74,
        "refused": 0,
        "crop": None,
    }
    assert record.data["validation"]["pictures"] == 74
    assert record.scores["distortion"] == pytest.approx(4096 * math.log(2), rel=0.2)
    assert record.scores["negative_elbo"] == pytest.approx(record.scores["distortion"] + record.scores["kl"], rel=1e-5)
    assert record.scores["squared_error"] == pytest.approx(4096 / 4, rel=0.2)
    assert record.typicality["constant_included"]
    assert not config.cache.exists()
    again = finalize.update(EvaluateConfig(folder, "sprites"))
    assert again.scores["negative_elbo"] == pytest.approx(record.scores["negative_elbo"], rel=1e-5)


@pytest.mark.usefixtures("few")
def test_the_prior_is_fitted_to_no_more_pictures_than_it_takes(
    config: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real = sprites.Sprites.batch

    def counted(self: sprites.Sprites, rows: np.ndarray, device: str = "cpu") -> object:
        seen.append(np.arange(len(self))[rows])
        return real(self, rows, device)

    monkeypatch.setattr(sprites.Sprites, "batch", counted)
    loop.train(replace(config, steps=1))
    fitted = seen[2]  # after the one step's and the picture's of it
    assert len(np.unique(fitted)) == 64
    assert fitted.max() - fitted.min() > 500_000  # from everywhere


def test_what_would_change_the_factors_is_refused(config: TrainConfig) -> None:
    with pytest.raises(ValueError, match="--flips would change the factors"):
        loop.train(replace(config, flips=True))
    with pytest.raises(DataError, match="--crop"):
        loop.train(replace(config, crop="celeba"))
    assert not config.folder().exists()


def test_validation_pictures_of_other_channels_are_refused(config: TrainConfig, faces_folder: Path) -> None:
    with pytest.raises(DataError, match="channels"):
        load.load_splits("sprites", faces_folder, config.reading())


def test_an_old_record_has_the_squared_error(tmp_path: Path) -> None:
    facts = json.loads((BUNDLED_FOLDER / "vae" / "training.json").read_text())
    facts["objective"].pop("distortion", None)
    (tmp_path / "training.json").write_text(json.dumps(facts))
    assert TrainingRecord.read(tmp_path).objective.distortion == "squared_error"
