import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from safetensors.torch import load_file

from tests.conftest import draw_face
from train import loop
from train.config import TrainConfig
from train.errors import UserError
from train.run import checkpoint
from train.run.resume import LOCK, lock_run_folder, run_fingerprint
from vae_models.files.names import RECORD
from vae_models.files.training_record import TrainingRecord

Train = Callable[[TrainConfig], Path]
Finished = Callable[[str], Path]


def resume(config: TrainConfig, **changes: Any) -> Path:
    AcceleratorState._reset_state(reset_partial_state=True)
    return loop.train(replace(config, resume=True, **changes))


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns) for file in files}


def state(folder: Path) -> dict[str, torch.Tensor]:
    newest = checkpoint.list_checkpoints(folder / checkpoint.FOLDER)[-1]
    return torch.load(newest / "pytorch_model.bin")


def test_resuming_a_finished_run_changes_no_file(
    config: TrainConfig,
    finished_copy: Finished,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = finished_copy("vae")
    before = contents(folder)
    monkeypatch.setattr(loop, "run_steps", lambda _: pytest.fail("trained again"))
    assert resume(config) == folder
    assert "already holds the result of all 12 steps: nothing is left to do" in capsys.readouterr().out
    assert contents(folder) == before


def test_a_finished_run_needs_checkpoints_only_to_be_lengthened(config: TrainConfig, finished_copy: Finished) -> None:
    folder = finished_copy("vae")
    shutil.rmtree(folder / checkpoint.FOLDER)
    before = contents(folder)
    resume(config)
    assert contents(folder) == before
    with pytest.raises(UserError, match="no checkpoint to continue from"):
        resume(config, steps=13)
    assert contents(folder) == before


def test_a_finished_run_is_not_resumed_with_other_settings(config: TrainConfig, finished_copy: Finished) -> None:
    folder = finished_copy("vae")
    before = contents(folder)
    with pytest.raises(UserError, match=r"seed was 0 and is now 1: .*--output"):
        resume(config, seed=1)
    with pytest.raises(UserError, match="recipe was vae and is now beta-vae"):
        resume(config, recipe="beta-vae")
    with pytest.raises(UserError, match="has already done 12 steps, more than 11"):
        resume(config, steps=11)
    assert contents(folder) == before


def test_a_lengthened_run_ends_with_the_weights_of_a_long_one(
    config: TrainConfig, finished: Finished, train: Train
) -> None:
    train(replace(config, steps=7))
    train(replace(config, resume=True))
    expected = state(finished("vae"))
    assert all(torch.equal(value, expected[name]) for name, value in state(config.run_dir()).items())
    assert (config.run_dir() / "metrics.jsonl").read_text() != ""


def test_a_resumed_run_says_from_where(
    config: TrainConfig, train: Train, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    train(replace(config, steps=2, resume=True))
    assert f"nothing to resume in {config.run_dir()}: training starts at the first step" in capsys.readouterr().err
    resume(config, steps=3)
    assert f"{config.run_dir()} continues after step 2 of 3\n" in capsys.readouterr().err
    monkeypatch.setattr(loop, "train_step", lambda *_: pytest.fail("trained again"))
    resume(config, steps=3, data_note="drawn faces")
    assert f"{config.run_dir()} has done all 3 steps" in capsys.readouterr().err


def test_a_run_with_a_cosine_cannot_be_lengthened(config: TrainConfig, train: Train) -> None:
    train(replace(config, schedule="cosine", steps=2))
    with pytest.raises(UserError, match="length of the cosine schedule was 2 and is now 24"):
        train(replace(config, schedule="cosine", steps=24, resume=True))


def test_weights_are_rounded_differently_without_training_again(
    config: TrainConfig, finished: Finished, finished_copy: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = finished_copy("vae")
    monkeypatch.setattr(loop, "train_step", lambda *_: pytest.fail("trained again"))
    resume(config, weights="float16")
    assert TrainingRecord.read(folder).settings["weights"] == "float16"
    original, half = (load_file(path / "model.safetensors") for path in (finished("vae"), folder))
    assert any(not torch.equal(value.float(), original[name].float()) for name, value in half.items())
    resume(config)
    assert TrainingRecord.read(folder).settings["weights"] == "float32"
    again = load_file(folder / "model.safetensors")
    assert all(torch.equal(value, again[name]) for name, value in original.items())


def test_a_record_damaged_by_a_power_cut_is_written_again(config: TrainConfig, finished_copy: Finished) -> None:
    folder = finished_copy("vae")
    intact = json.loads((folder / RECORD).read_text())
    (folder / RECORD).write_bytes(b"")
    resume(config)
    assert json.loads((folder / RECORD).read_text()) == intact


def test_a_run_is_not_resumed_with_more_images(config: TrainConfig, finished_copy: Finished, tmp_path: Path) -> None:
    (finished_copy("vae") / RECORD).unlink()
    others = tmp_path / "others"
    others.mkdir()
    draw_face(99).save(others / "99.png")
    with pytest.raises(UserError, match="number of training pictures was 57 and is now 60"):
        resume(config, val=others)


def test_an_unfinished_run_is_not_shortened(config: TrainConfig, finished_copy: Finished) -> None:
    (finished_copy("vae") / RECORD).unlink()
    with pytest.raises(UserError, match="has already done 12 steps, more than 6"):
        resume(config, steps=6)


def test_checkpoints_of_earlier_versions_have_the_same_fingerprint(config: TrainConfig) -> None:
    """An old state.json, written when the data options were fields of the trainer's settings."""
    old = {
        "recipe": "vae",
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
        "batch_size": 8,
        "learning_rate": 0.001,
        "warmup_steps": 0,
        "schedule": "constant",
        "flips": True,
        "seed": 0,
        "mixed_precision": "no",
        "number of processes": 1,
        "number of training pictures": 57,
    }
    now = run_fingerprint(replace(config, mixed_precision="no"), processes=1, images=57, steps=12)
    assert now == old


def test_a_folder_takes_one_run_at_a_time(tmp_path: Path) -> None:
    """The operating system releases the lock of a killed process."""
    (tmp_path / checkpoint.FOLDER).mkdir()
    lock = f"lock = FileLock({str(tmp_path / checkpoint.FOLDER / LOCK)!r}); lock.acquire()"
    code = f"from filelock import FileLock; {lock}; print('locked', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(UserError, match="another process"), lock_run_folder(Accelerator(cpu=True), tmp_path):
            pass
        other.kill()
    with lock_run_folder(Accelerator(cpu=True), tmp_path):
        pass


def test_a_folder_that_cannot_be_created_is_a_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "run"
    with pytest.raises(UserError, match="choose a folder"), lock_run_folder(Accelerator(cpu=True), folder):
        pass


def test_a_dial_cannot_be_lengthened_because_its_betas_depend_on_the_length(config: TrainConfig) -> None:
    dial = replace(config, recipe="beta-dial")

    def prints(config: TrainConfig) -> list[dict[str, Any]]:
        return [run_fingerprint(config, processes=1, images=57, steps=steps) for steps in (12, 13)]

    before, now = prints(dial)
    with pytest.raises(UserError, match="length of the schedule of beta was 12 and is now 13"):
        checkpoint.require_same(before, now)
    checkpoint.require_same(*prints(config))
