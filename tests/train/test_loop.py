import json
import os
import signal
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
from train.run import checkpoint
from train.run.metrics_log import read as read_metrics
from train.run.signals import Interrupted
from vae_models import Autoencoder
from vae_models.files.training_record import TrainingRecord


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model.safetensors")


def interrupt_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Ctrl-C in the middle of a step."""
    real = loop._step

    def interrupted(run: loop.Run, now: int) -> dict[str, torch.Tensor]:
        if now == step:
            os.kill(os.getpid(), signal.SIGINT)
        return real(run, now)

    monkeypatch.setattr(loop, "_step", interrupted)


@pytest.mark.parametrize("recipe", ["ae", "vae", "beta-vae", "beta-tcvae"])
def test_a_run_leaves_a_model_that_loads_and_says_what_it_is(config: TrainConfig, recipe: str) -> None:
    folder = loop.train(replace(config, recipe=recipe, weights="float16"))
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


def test_what_is_recorded_of_the_validation_faces_agrees_with_itself(config: TrainConfig) -> None:
    record = TrainingRecord.read(loop.train(config))
    assert sum(record.latents["kl"]) == pytest.approx(record.scores["kl"])
    assert record.scores["negative_elbo"] == pytest.approx(record.scores["distortion"] + record.scores["kl"], rel=1e-5)
    assert len(record.latents["mean"]) == len(record.latents["std"]) == 4
    quantiles = record.typicality["quantiles"]
    assert list(quantiles) == ["negative_elbo", "unexplained_variance"]
    for values in quantiles.values():
        assert len(values) == 101
        assert values == sorted(values)
    assert quantiles["negative_elbo"][0] <= record.scores["negative_elbo"] <= quantiles["negative_elbo"][-1]


def test_an_autoencoder_has_no_kl_and_its_dimensions_are_measured_by_what_they_move(config: TrainConfig) -> None:
    record = TrainingRecord.read(loop.train(replace(config, recipe="ae")))
    assert record.scores["kl"] is record.scores["negative_elbo"] is None
    assert "kl" not in record.latents
    assert all(change > 0 for change in record.latents["pixel_change"])
    assert list(record.typicality["quantiles"]) == ["squared_error", "unexplained_variance"]


def test_the_record_names_no_path(config: TrainConfig) -> None:
    folder = loop.train(config)
    assert str(config.data.parent) not in (folder / "training.json").read_text()


def test_training_learns(config: TrainConfig, tmp_path: Path) -> None:
    """Sixty flat colours: three numbers a picture, which any autoencoder finds."""
    (tmp_path / "flat").mkdir()
    for i in range(60):
        Image.new("RGB", (64, 64), (i * 4, 255 - i * 4, i * 37 % 256)).save(tmp_path / "flat" / f"{i}.png")
    flat = replace(config, recipe="ae", data=tmp_path / "flat", width=8, steps=120, learning_rate=3e-3)
    record = TrainingRecord.read(loop.train(flat))
    assert record.loss["last"] < 0.5 * record.loss["first"]


def test_an_interrupted_run_resumes_to_the_very_weights_of_an_uninterrupted_one(
    config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = loop.train(replace(config, output=tmp_path / "whole"))
    AcceleratorState._reset_state(reset_partial_state=True)
    with monkeypatch.context() as patch:
        interrupt_at(patch, 7)
        with pytest.raises(Interrupted, match="--resume"):
            loop.train(config)
    assert [place.name for place in checkpoint.found(config.folder() / "checkpoints")] == [
        "step-00000005",
        "step-00000008",
    ]
    AcceleratorState._reset_state(reset_partial_state=True)
    resumed = loop.train(replace(config, resume=True))
    for name, value in weights(whole).items():
        assert torch.equal(value, weights(resumed)[name]), name
    assert [line["step"] for line in read_metrics(resumed)] == [12]


def test_every_epoch_draws_the_same_noise(config: TrainConfig) -> None:
    folder = loop.train(config)  # 57 pictures: an epoch is seven batches of 8
    grids = sorted((folder / "samples").iterdir())
    assert [grid.name for grid in grids] == ["step-00000007.png", "step-00000012.png"]
    before = (folder / "samples" / "step-00000012.png").read_bytes()
    AcceleratorState._reset_state(reset_partial_state=True)
    loop.train(replace(config, output=folder.with_name("again")))
    assert (folder.with_name("again") / "samples" / "step-00000012.png").read_bytes() == before


def test_mixed_precision_trains_float32_weights_to_nearly_the_same_loss(config: TrainConfig, tmp_path: Path) -> None:
    full = TrainingRecord.read(loop.train(config))
    AcceleratorState._reset_state(reset_partial_state=True)
    mixed = loop.train(replace(config, mixed_precision="bf16", output=tmp_path / "mixed"))
    record = TrainingRecord.read(mixed)
    assert record.settings["mixed_precision"] == "bf16"
    assert {value.dtype for value in weights(mixed).values()} == {torch.float32, torch.int64}
    assert record.loss["last"] == pytest.approx(full.loss["last"], rel=0.02)


def test_two_checkpoints_are_kept(config: TrainConfig) -> None:
    loop.train(replace(config, checkpoint_every=2))
    names = [place.name for place in (config.folder() / "checkpoints").glob("step-*")]
    assert sorted(names) == ["step-00000010", "step-00000012"]


def test_another_run_is_not_overwritten_nor_continued_with_other_settings(config: TrainConfig) -> None:
    loop.train(config)
    before = weights(config.folder())
    AcceleratorState._reset_state(reset_partial_state=True)
    with pytest.raises(FileExistsError, match="--resume"):
        loop.train(config)
    with pytest.raises(ValueError, match="learning_rate"):
        loop.train(replace(config, resume=True, learning_rate=2e-3))
    assert all(torch.equal(value, before[name]) for name, value in weights(config.folder()).items())


def test_a_loss_that_is_no_number_stops_the_run(config: TrainConfig) -> None:
    with pytest.raises(FloatingPointError, match="step"):
        loop.train(replace(config, learning_rate=1e30))
    assert not (config.folder() / "training.json").exists()


def test_named_validation_pictures_leave_all_others_for_training(
    config: TrainConfig, faces_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "val").mkdir()
    for name in ("000.png", "001.png"):
        (tmp_path / "val" / name).write_bytes((faces_folder / name).read_bytes())
    record = TrainingRecord.read(loop.train(replace(config, val=tmp_path / "val", steps=2)))
    assert (record.data["training"]["pictures"], record.data["validation"]["pictures"]) == (60, 2)


def test_missing_data_is_refused_before_anything_is_made(config: TrainConfig, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nowhere"):
        loop.train(replace(config, data=tmp_path / "nowhere"))
    assert not config.folder().exists()


def test_metrics_are_plain_json_lines(config: TrainConfig) -> None:
    folder = loop.train(replace(config, steps=45))
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [20, 40, 45]
    assert all(np.isfinite([line["loss"], line["distortion"], line["kl"], line["tc"]]).all() for line in lines)
