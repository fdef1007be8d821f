from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import load_file

from train.__main__ import main
from train.config import TrainConfig
from train.data.load import load_splits
from train.hub import account, push
from train.hub.push import UploadPlan
from train.model_card import card
from train.onnx import export
from train.run import finalize
from vae_models import Autoencoder
from vae_models.files.names import CARD, DECODER, ENCODER, LATENTS, RECORD
from vae_models.files.training_record import TrainingRecord

Finished = Callable[[str], Path]


def write_again(config: TrainConfig) -> None:
    """Write the result of a finished run again."""
    images, validation = load_splits(config.data, config.val, config.options)
    finalize.write(Autoencoder.from_pretrained(config.run_dir()), config, images, validation, 12)


def test_a_result_has_every_file_and_one_card_that_lists_them(
    config: TrainConfig, finished_copy: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, cards = finished_copy("vae"), list[Path]()
    real = card.write

    def record(path: Path) -> None:
        cards.append(path)
        real(path)

    monkeypatch.setattr(card, "write", record)
    (folder / LATENTS).write_text("{}")
    write_again(config)
    assert cards == [folder]
    assert {DECODER, ENCODER, RECORD, CARD} <= {file.name for file in folder.iterdir()}
    assert not (folder / LATENTS).exists()
    assert DECODER in (folder / CARD).read_text()


def test_a_licence_is_recorded_but_is_no_setting(config: TrainConfig, finished_copy: Finished) -> None:
    record = TrainingRecord.read(finished_copy("vae"))
    assert record.data["licence"] is None
    write_again(replace(config, licence="cc-by-4.0"))
    record = TrainingRecord.read(config.run_dir())
    assert record.data["licence"] == "cc-by-4.0"
    assert "licence" not in record.settings


def fail(*_: object) -> None:
    raise RuntimeError("the runtime has a fault")


def test_a_failing_export_ends_with_exit_status_0_and_a_push(
    config: TrainConfig,
    finished_copy: Finished,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An error of any kind: training has taken hours, and the ONNX files can be written later."""
    pushed = list[Path]()
    monkeypatch.setattr(export, "export", fail)
    monkeypatch.setattr(account, "require_writer", lambda _: None)

    def push_and_report(plan: UploadPlan) -> str:
        pushed.append(plan.folder)
        return f"pushed to {plan.target.repo}"

    monkeypatch.setattr(push, "push_and_report", push_and_report)
    folder = finished_copy("vae")
    line = ["vae", "--data", str(config.data), "--output", str(folder), "--cache", str(config.options.cache)]
    line += ["--width", "4", "--latent-dim", "4", "--batch-size", "8", "--learning-rate", "0.001", "--flips"]
    line += ["--steps", "13", "--resume", "--push-to", "lab/mine"]
    before = load_file(folder / "model.safetensors")
    assert main(line) == 0
    output = capsys.readouterr()
    assert "Traceback" in output.err
    assert output.err.splitlines()[-1] == (
        f"warning: the ONNX export failed (the runtime has a fault). Retry with python -m train export {folder}"
    )
    assert output.out.splitlines()[-2:] == [
        f"{folder} is finished: python app.py --models {folder}",
        "pushed to lab/mine",
    ]
    assert pushed == [folder]
    after = load_file(folder / "model.safetensors")
    assert any(not value.equal(after[name]) for name, value in before.items())
    assert TrainingRecord.read(folder).steps == 13
    assert not (folder / DECODER).exists()
