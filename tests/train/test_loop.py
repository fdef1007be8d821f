import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from accelerate.state import AcceleratorState
from PIL import Image
from safetensors.torch import load_file

from train import loop
from train.config import TrainConfig
from train.errors import UserError
from train.run import checkpoint, previews
from train.run.metrics_log import read as read_metrics
from train.run.signals import Interrupted
from vae_models import Autoencoder, Dial
from vae_models.catalogue import DIALS, RECIPES
from vae_models.files.training_record import TrainingRecord
from vae_models.objectives.objective import VAE

Train = Callable[[TrainConfig], Path]
Finished = Callable[[str], Path]


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model.safetensors")


def interrupt_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Press Ctrl-C in the middle of a step."""
    real = loop.train_step

    def interrupted(run: loop.Run, now: int) -> dict[str, torch.Tensor]:
        if now == step:
            os.kill(os.getpid(), signal.SIGINT)
        return real(run, now)

    monkeypatch.setattr(loop, "train_step", interrupted)


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_run_leaves_a_model_that_loads_and_its_description(
    config: TrainConfig, finished: Finished, recipe: str
) -> None:
    folder = finished(recipe)
    model = Autoencoder.from_pretrained(folder)
    record = TrainingRecord.read(folder)
    assert model.config == replace(config, recipe=recipe).network()
    assert record.objective == replace(config, recipe=recipe).objective()
    assert (record.steps, record.images_seen, record.settings["seed"]) == (12, 96, 0)
    assert record.data["training"]["pictures"] == 57
    assert record.data["validation"]["pictures"] == 3
    assert not torch.equal(model.prior_scale, torch.eye(4))
    with Image.open(folder / "samples.png") as samples:
        assert samples.size == (8 * 66 + 2, 8 * 66 + 2)


def test_a_dial_leaves_a_network_for_every_beta_and_its_curve(finished: Finished) -> None:
    folder = finished("beta-dial")
    dial, record = Dial.from_pretrained(folder), TrainingRecord.read(folder)
    assert (record.recipe, record.title, record.objective) == ("beta-dial", "β dial", VAE)
    assert record.parameters == sum(parameter.numel() for parameter in dial.parameters())
    assert record.curve is not None
    assert record.curve["data"] == record.data["validation"]
    betas = record.curve["beta"]
    assert (len(betas), betas[0], betas[-1]) == (25, 1.0, pytest.approx(50))
    assert record.curve["kl"][0] == pytest.approx(record.scores["kl"])
    assert record.curve["squared_error"][0] == pytest.approx(record.scores["squared_error"])
    assert record.curve["kl"][0] != record.curve["kl"][-1]
    assert {"decoder.onnx", "encoder.onnx", "densities.json", "samples.png"} <= {f.name for f in folder.iterdir()}


def test_recorded_validation_scores_agree_with_each_other(finished: Finished) -> None:
    record = TrainingRecord.read(finished("vae"))
    assert sum(record.latents["kl"]) == pytest.approx(record.scores["kl"])
    assert record.scores["negative_elbo"] == pytest.approx(record.scores["distortion"] + record.scores["kl"], rel=1e-5)
    assert len(record.latents["mean"]) == len(record.latents["std"]) == 4
    quantiles = record.typicality["quantiles"]
    assert list(quantiles) == ["negative_elbo", "unexplained_variance"]
    for values in quantiles.values():
        assert len(values) == 101
        assert values == sorted(values)
    assert quantiles["negative_elbo"][0] <= record.scores["negative_elbo"] <= quantiles["negative_elbo"][-1]


def test_an_autoencoder_has_no_kl_but_pixel_changes(finished: Finished) -> None:
    record = TrainingRecord.read(finished("ae"))
    assert record.scores["kl"] is record.scores["negative_elbo"] is None
    assert "kl" not in record.latents
    assert all(change > 0 for change in record.latents["pixel_change"])
    assert list(record.typicality["quantiles"]) == ["squared_error", "unexplained_variance"]


def test_the_record_has_no_path(finished: Finished, faces_folder: Path) -> None:
    record = (finished("vae") / "training.json").read_text()
    assert str(faces_folder.parent) not in record
    assert str(finished("vae").parent) not in record


def test_settings_are_recorded_by_their_flat_names(finished: Finished) -> None:
    """As in the records of the bundled models, and of every earlier version."""
    settings = TrainingRecord.read(finished("vae")).settings
    assert settings == {
        "split": "train",
        "column": None,
        "crop": None,
        "align": False,
        "width": 4,
        "latent_dim": 4,
        "beta": None,
        "tc_estimator": "mws",
        "distortion": "squared_error",
        "distortion_weight": 1.0,
        "epochs": 30,
        "steps": 12,
        "batch_size": 8,
        "learning_rate": 0.001,
        "warmup_steps": 0,
        "schedule": "constant",
        "flips": True,
        "seed": 0,
        "mixed_precision": "no",
        "compile": False,
        "checkpoint_every": 5,
        "preview_every": None,
        "weights": "float32",
    }


def test_training_learns(config: TrainConfig, train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty flat colours: three numbers each, which any autoencoder learns."""
    monkeypatch.setattr(previews, "draw", lambda *_: None)  # it would take half of the time
    (tmp_path / "flat").mkdir()
    for i in range(60):
        Image.new("RGB", (64, 64), (i * 4, 255 - i * 4, i * 37 % 256)).save(tmp_path / "flat" / f"{i}.png")
    flat = replace(
        config, recipe="ae", data=tmp_path / "flat", width=8, steps=60, learning_rate=5e-3, checkpoint_every=60
    )
    lines = read_metrics(train(flat))
    assert lines[-1]["loss"] < 0.5 * lines[0]["loss"]


def test_previews_follow_the_chosen_period_and_the_last_step(config: TrainConfig, train: Train) -> None:
    folder = train(replace(config, steps=6, preview_every=4))
    assert list(previews.list_samples(folder)) == [4, 6]


def test_an_interrupted_run_resumes_to_bit_identical_weights(
    config: TrainConfig, finished: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    uninterrupted = finished("vae")
    with monkeypatch.context() as patch:
        interrupt_at(patch, 7)
        with pytest.raises(Interrupted, match="--resume"):
            loop.train(config)
    assert [path.name for path in checkpoint.list_checkpoints(config.run_dir() / "checkpoints")] == [
        "step-00000005",
        "step-00000008",
    ]
    AcceleratorState._reset_state(reset_partial_state=True)
    resumed = loop.train(replace(config, resume=True))
    for name, value in weights(uninterrupted).items():
        assert torch.equal(value, weights(resumed)[name]), name
    assert [line["step"] for line in read_metrics(resumed)] == [12]


@pytest.mark.parametrize("recipe", DIALS)
def test_an_interrupted_dial_resumes_to_bit_identical_weights(
    recipe: str, config: TrainConfig, finished: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    dial = replace(config, recipe=recipe)
    with monkeypatch.context() as patch:
        interrupt_at(patch, 7)
        with pytest.raises(Interrupted, match="--resume"):
            loop.train(dial)
    AcceleratorState._reset_state(reset_partial_state=True)
    resumed = loop.train(replace(dial, resume=True))
    for name, value in weights(finished(recipe)).items():
        assert torch.equal(value, weights(resumed)[name]), name


def test_every_epoch_draws_the_same_noise(config: TrainConfig, finished: Finished, train: Train) -> None:
    folder = finished("vae")  # 57 images: an epoch is seven batches of 8
    grids = sorted((folder / "samples").iterdir())
    assert [grid.name for grid in grids] == ["step-00000007.png", "step-00000012.png"]
    before = (folder / "samples" / "step-00000012.png").read_bytes()
    assert (train(config) / "samples" / "step-00000012.png").read_bytes() == before


def test_mixed_precision_trains_float32_weights_to_nearly_the_same_loss(
    config: TrainConfig, finished: Finished, tmp_path: Path
) -> None:
    full = TrainingRecord.read(finished("vae"))
    mixed = loop.train(replace(config, mixed_precision="bf16", output=tmp_path / "mixed"))
    record = TrainingRecord.read(mixed)
    assert record.settings["mixed_precision"] == "bf16"
    assert {value.dtype for value in weights(mixed).values()} == {torch.float32, torch.int64}
    assert record.loss["last"] == pytest.approx(full.loss["last"], rel=0.02)


def test_two_checkpoints_are_kept(config: TrainConfig, train: Train) -> None:
    folder = train(replace(config, checkpoint_every=2, steps=7))
    names = [path.name for path in (folder / "checkpoints").glob("step-*")]
    assert sorted(names) == ["step-00000006", "step-00000007"]


def test_another_run_is_neither_overwritten_nor_continued(config: TrainConfig, finished_copy: Finished) -> None:
    before = weights(finished_copy("vae"))
    with pytest.raises(UserError, match="holds another run: continue it with --resume"):
        loop.train(config)
    with pytest.raises(UserError, match="learning_rate"):
        loop.train(replace(config, resume=True, learning_rate=2e-3))
    assert all(torch.equal(value, before[name]) for name, value in weights(config.run_dir()).items())


def test_a_loss_that_is_not_finite_stops_the_run(config: TrainConfig) -> None:
    with pytest.raises(UserError, match="at step"):
        loop.train(replace(config, learning_rate=1e30))
    assert not (config.run_dir() / "training.json").exists()


def test_with_named_validation_images_all_others_train(config: TrainConfig, faces_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "val").mkdir()
    for name in ("000.png", "001.png"):
        (tmp_path / "val" / name).write_bytes((faces_folder / name).read_bytes())
    record = TrainingRecord.read(loop.train(replace(config, val=tmp_path / "val", steps=2)))
    assert (record.data["training"]["pictures"], record.data["validation"]["pictures"]) == (60, 2)


def test_missing_data_are_refused_before_anything_is_written(config: TrainConfig, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere"):
        loop.train(replace(config, data=tmp_path / "nowhere"))
    assert not config.run_dir().exists()


def test_metrics_are_plain_json_lines(config: TrainConfig, train: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "draw", lambda *_: None)
    folder = train(replace(config, steps=25, checkpoint_every=25))
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [20, 25]
    assert all(np.isfinite([line["loss"], line["distortion"], line["kl"], line["tc"]]).all() for line in lines)
