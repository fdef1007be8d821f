import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from faces.image import to_pixels
from train.__main__ import main
from train.commands import sample
from train.commands.sample import SampleConfig
from vae_models import Autoencoder, ModelConfig
from vae_models.files.names import RECORD
from vae_models.hub.pull import BUNDLED_FOLDER

VAE = BUNDLED_FOLDER / "vae"


def read_images(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.glob("*.png")}


def test_the_images_are_those_that_the_model_samples(tmp_path: Path) -> None:
    summary = SampleConfig(str(VAE), 3, tmp_path / "new", seed=5).run()
    assert "3 pictures" in summary
    assert sorted(read_images(tmp_path / "new")) == ["000000.png", "000001.png", "000002.png"]
    model = Autoencoder.from_pretrained(VAE)
    with torch.inference_mode():
        expected = to_pixels(model.sample(3, generator=torch.Generator().manual_seed(5)))
    for i, pixels in enumerate(expected):
        written = np.asarray(Image.open(tmp_path / "new" / f"{i:06}.png")).astype(int)
        assert np.abs(written - pixels).max() <= 1


def test_a_longer_run_begins_with_the_shorter_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SampleConfig(str(VAE), 3, tmp_path / "short").run()
    monkeypatch.setattr(sample, "BATCH", 2)
    SampleConfig(str(VAE), 5, tmp_path / "long").run()
    short, long = read_images(tmp_path / "short"), read_images(tmp_path / "long")
    assert set(long) - set(short) == {"000003.png", "000004.png"}
    for name in short:
        pictures = [np.asarray(Image.open(tmp_path / run / name)).astype(int) for run in ("short", "long")]
        assert np.abs(pictures[0] - pictures[1]).max() <= 1


def test_prior_seed_and_temperature_change_the_images_and_are_recorded(tmp_path: Path) -> None:
    plain = SampleConfig(str(VAE), 2, tmp_path / "plain")
    variants = [
        SampleConfig(str(VAE), 2, tmp_path / "seed", seed=1),
        SampleConfig(str(VAE), 2, tmp_path / "fitted", prior="fitted"),
        SampleConfig(str(VAE), 2, tmp_path / "cold", temperature=0.5),
    ]
    for config in (plain, *variants):
        config.run()
        settings = json.loads((config.output / sample.SETTINGS).read_text())
        assert (settings["model"], settings["recipe"], settings["count"]) == ("vae", "vae", 2)
        assert (settings["seed"], settings["prior"], settings["temperature"]) == (
            config.seed,
            config.prior,
            config.temperature,
        )
    assert all(read_images(config.output) != read_images(plain.output) for config in variants)
    SampleConfig(str(VAE), 2, tmp_path / "still", temperature=0).run()
    first, second = read_images(tmp_path / "still").values()
    assert first == second


def test_a_model_of_one_channel_draws_grey_images(tmp_path: Path) -> None:
    model = Autoencoder(ModelConfig(width=2, latent_dim=2, channels=1))
    model.save_pretrained(tmp_path / "model")
    (tmp_path / "model" / RECORD).write_bytes((VAE / RECORD).read_bytes())
    SampleConfig(str(tmp_path / "model"), 1, tmp_path / "new").run()
    pixels = np.asarray(Image.open(tmp_path / "new" / "000000.png"))
    assert pixels.shape == (64, 64, 3)
    assert (pixels[..., 0] == pixels[..., 2]).all()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere", "--count", "2"], "There is no folder nowhere"),
        (["name/space/vae", "--count", "2"], "There is no folder name/space/vae"),
        (["namespace/vae", "--count", "2"], "no such model could be downloaded from the Hub"),
        ([str(VAE), "--count", "0"], "at least one picture"),
        ([str(VAE), "--count", "2", "--temperature", "-1"], "at least 0"),
        ([str(VAE), "--count", "2", "--output", str(VAE)], "is not empty"),
        ([str(VAE), "--count", "2", "--output", str(VAE / RECORD)], "is not empty"),
    ],
)
def test_mistakes_are_answered_in_one_sentence_and_nothing_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    before = sorted(file.name for file in VAE.iterdir())
    output = [] if "--output" in arguments else ["--output", str(tmp_path / "new")]
    monkeypatch.setattr(sys, "argv", ["train", "sample", *arguments, *output])
    assert main() == 2
    printed = capsys.readouterr().err
    assert printed.startswith("error: ")
    assert sentence in printed
    assert printed.count("\n") == 1
    assert not (tmp_path / "new").exists()
    assert sorted(file.name for file in VAE.iterdir()) == before
