import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from accelerate.state import AcceleratorState
from safetensors.torch import load_file

from tests.conftest import drawn_face
from train import loop
from train.config import TrainConfig
from train.run import checkpoint
from vae_models.files.training_record import RECORD, TrainingRecord

Train = Callable[[TrainConfig], Path]


def again(config: TrainConfig, **changes: object) -> Path:
    AcceleratorState._reset_state(reset_partial_state=True)
    return loop.train(replace(config, resume=True, **changes))


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns) for file in files}


def state(config: TrainConfig) -> dict[str, torch.Tensor]:
    newest = checkpoint.found(config.folder() / checkpoint.FOLDER)[-1]
    return torch.load(newest / "pytorch_model.bin")


def test_a_finished_run_says_so_and_nothing_is_touched(
    config: TrainConfig, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = loop.train(config)
    before = contents(folder)
    monkeypatch.setattr(loop, "run_steps", lambda _: pytest.fail("trained again"))
    assert again(config) == folder
    assert "holds the result of all 12 steps: nothing is left to do" in capsys.readouterr().out
    assert contents(folder) == before


def test_a_finished_run_without_its_checkpoints_is_finished_still(config: TrainConfig) -> None:
    folder = loop.train(config)
    for file in sorted((folder / checkpoint.FOLDER).rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    before = contents(folder)
    again(config)
    assert contents(folder) == before
    with pytest.raises(ValueError, match="no checkpoint to go on from"):
        again(config, steps=13)
    assert contents(folder) == before


def test_a_finished_run_is_another_ones_with_other_settings(config: TrainConfig) -> None:
    folder = loop.train(config)
    before = contents(folder)
    with pytest.raises(ValueError, match=r"seed was 0 and is now 1: .*--output"):
        again(config, seed=1)
    with pytest.raises(ValueError, match="recipe was vae and is now beta-vae"):
        again(config, recipe="beta-vae")
    with pytest.raises(ValueError, match="has gone 12 steps already, more than 11"):
        again(config, steps=11)
    assert contents(folder) == before


def test_a_longer_run_ends_where_one_that_was_meant_to_be_so_long_ends(
    config: TrainConfig, train: Train, tmp_path: Path
) -> None:
    longer = replace(config, steps=24)
    train(replace(longer, output=tmp_path / "whole"))
    train(config)
    train(replace(longer, resume=True))
    expected = state(replace(longer, output=tmp_path / "whole"))
    assert all(torch.equal(value, expected[name]) for name, value in state(longer).items())
    assert (longer.folder() / "metrics.jsonl").read_text() != ""


def test_a_cosine_is_not_bent_to_another_length(config: TrainConfig, train: Train) -> None:
    train(replace(config, schedule="cosine"))
    with pytest.raises(ValueError, match="length of the cosine schedule was 12 and is now 24"):
        train(replace(config, schedule="cosine", steps=24, resume=True))


def test_the_same_weights_are_rounded_without_training_again(config: TrainConfig, tmp_path: Path) -> None:
    half = loop.train(replace(config, weights="float16", output=tmp_path / "half"))
    folder = again(replace(config, output=half), weights="float32")
    assert TrainingRecord.read(folder).settings["weights"] == "float32"
    assert {value.dtype for value in load_file(folder / "model.safetensors").values()} == {torch.float32, torch.int64}
    AcceleratorState._reset_state(reset_partial_state=True)
    whole = load_file(loop.train(config) / "model.safetensors")
    assert all(torch.equal(value, whole[name]) for name, value in load_file(folder / "model.safetensors").items())


def test_a_result_that_a_power_cut_spoilt_is_written_again(config: TrainConfig) -> None:
    folder = loop.train(config)
    whole = json.loads((folder / RECORD).read_text())
    (folder / RECORD).write_bytes(b"")
    again(config)
    assert json.loads((folder / RECORD).read_text()) == whole


def test_other_pictures_are_another_run(config: TrainConfig, train: Train, tmp_path: Path) -> None:
    train(config)
    others = tmp_path / "others"
    others.mkdir()
    drawn_face(99).save(others / "99.png")
    with pytest.raises(ValueError, match="number of training pictures was 57 and is now 60"):
        train(replace(config, resume=True, val=others))


def test_a_run_that_has_gone_further_is_not_shortened(config: TrainConfig, train: Train) -> None:
    train(config)
    with pytest.raises(ValueError, match="has gone 12 steps already, more than 6"):
        train(replace(config, resume=True, steps=6))
