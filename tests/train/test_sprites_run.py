"""Runs on sprites: one channel, binary images, known factors."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from train import loop
from train.commands.evaluate import EvaluateConfig, evaluate
from train.config import TrainConfig
from train.data import load
from train.data.factors import labels, sprites
from train.data.options import DataOptions
from train.errors import UserError
from train.run import finalize
from vae_models import Autoencoder
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Validate on a hundredth of the usual share, and fit the prior to few images."""
    monkeypatch.setattr(labels, "HELD_OUT", 1e-4)
    monkeypatch.setattr(finalize, "PRIOR_IMAGES", 64)


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    return TrainConfig(
        recipe="beta-tcvae",
        data="sprites",
        output=tmp_path / "run",
        options=DataOptions(cache=tmp_path / "cache"),
        distortion="bernoulli",
        beta=6.0,
        width=4,
        latent_dim=4,
        batch_size=8,
        steps=3,
    )


@pytest.mark.usefixtures("few")
def test_a_run_leaves_a_model_of_one_channel_with_scores_in_nats(config: TrainConfig) -> None:
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
    assert config.options.cache is not None
    assert not config.options.cache.exists()
    again = evaluate(EvaluateConfig(folder, "sprites"))
    assert again.scores["negative_elbo"] == pytest.approx(record.scores["negative_elbo"], rel=1e-5)


@pytest.mark.usefixtures("few")
def test_the_prior_is_fitted_to_a_random_sample_of_limited_size(
    config: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real = sprites.Sprites.batch

    def record(self: sprites.Sprites, rows: np.ndarray, device: str = "cpu") -> object:
        seen.append(np.arange(len(self))[rows])
        return real(self, rows, device)

    monkeypatch.setattr(sprites.Sprites, "batch", record)
    loop.train(replace(config, steps=1))
    fitted = seen[2]  # after the batches of the step and of its preview
    assert len(np.unique(fitted)) == 64
    assert fitted.max() - fitted.min() > 500_000  # spread over the data set


def test_settings_that_would_change_the_factors_are_refused(config: TrainConfig) -> None:
    with pytest.raises(UserError, match="--flips would change the factors"):
        loop.train(replace(config, flips=True))
    with pytest.raises(UserError, match="--crop"):
        loop.train(replace(config, options=DataOptions(crop="celeba")))
    assert not config.run_dir().exists()


def test_validation_images_of_other_channels_are_refused(config: TrainConfig, faces_folder: Path) -> None:
    with pytest.raises(UserError, match="channels"):
        load.load_splits("sprites", faces_folder, config.options)


def test_a_record_without_distortion_has_the_squared_error(tmp_path: Path) -> None:
    facts = json.loads((BUNDLED_FOLDER / "vae" / "training.json").read_text())
    facts["objective"].pop("distortion", None)
    (tmp_path / "training.json").write_text(json.dumps(facts))
    assert TrainingRecord.read(tmp_path).objective.distortion == "squared_error"
