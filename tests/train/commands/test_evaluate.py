"""The command `evaluate`: what it records, repeats and leaves alone."""

import base64
import json
import math
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch

from train.__main__ import main
from train.commands.evaluate import EvaluateConfig, evaluate
from train.data.options import DataOptions
from train.errors import UserError
from train.evaluation import inference
from vae_models import Autoencoder
from vae_models.files.names import CARD, DENSITIES, RECORD
from vae_models.files.training_record import TrainingRecord

OnAllImages = Callable[[str], Path]


@pytest.fixture(scope="module")
def on_all_images(
    finished: Callable[[str], Path], faces_folder: Path, faces_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> OnAllImages:
    """Evaluate a copy of a recipe's model on all images, once, and return its folder. Tests only read it."""

    @cache
    def run(recipe: str) -> Path:
        folder = shutil.copytree(finished(recipe), tmp_path_factory.mktemp("on-all-images") / recipe)
        evaluate(EvaluateConfig(folder, faces_folder, options=DataOptions(cache=faces_cache, split="all")))
        return Path(folder)

    return run


def with_split(config: EvaluateConfig, split: Literal["train", "val", "all"]) -> EvaluateConfig:
    return replace(config, options=replace(config.options, split=split))


def numbers(content: Any) -> list[float]:
    """Return every number in nested JSON, in order; null becomes NaN, so that it must stay at its position."""
    if isinstance(content, dict | list):
        values = content.values() if isinstance(content, dict) else content
        return [number for value in values for number in numbers(value)]
    return [math.nan if content is None else content] if isinstance(content, int | float | None) else []


def measured(record: TrainingRecord) -> list[float]:
    return numbers([record.scores, record.latents, record.typicality])


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["train", *arguments])
    return main()


def test_an_evaluation_measures_what_training_recorded(either: EvaluateConfig) -> None:
    before = TrainingRecord.read(either.model)
    after = evaluate(either)
    assert after == TrainingRecord.read(either.model)
    assert measured(after) == pytest.approx(measured(before), rel=1e-5, abs=1e-6, nan_ok=True)
    unmeasured: dict[str, Any] = {"scores": {}, "latents": {}, "typicality": {}}
    assert replace(after, **unmeasured) == replace(before, **unmeasured)


def test_an_evaluation_repeats_itself_to_the_last_bit(either: EvaluateConfig) -> None:
    evaluate(either)
    once = (either.model / RECORD).read_bytes()
    evaluate(either)
    assert (either.model / RECORD).read_bytes() == once


@pytest.mark.parametrize(("batch", "split"), [(1, "val"), (7, "all")])
def test_scores_do_not_depend_on_the_batches(
    either: EvaluateConfig,
    on_all_images: OnAllImages,
    monkeypatch: pytest.MonkeyPatch,
    batch: int,
    split: Literal["val", "all"],
) -> None:
    whole = TrainingRecord.read(either.model if split == "val" else on_all_images(either.model.name))
    monkeypatch.setattr(inference, "BATCH", batch)
    again = evaluate(with_split(either, split))
    assert measured(again) == pytest.approx(measured(whole), rel=1e-4, abs=1e-6, nan_ok=True)


def test_only_record_densities_and_card_are_written(either: EvaluateConfig) -> None:
    written = (RECORD, DENSITIES, CARD)

    def others() -> dict[Path, tuple[bytes, int]]:
        files = [file for file in either.model.rglob("*") if file.is_file() and file.name not in written]
        return {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in files}

    before = others()
    evaluate(with_split(either, "train"))
    assert others() == before
    assert "57 training images, which the model has seen" in (either.model / CARD).read_text()


def test_the_record_names_the_scored_images(vae: EvaluateConfig, on_all_images: OnAllImages) -> None:
    before = TrainingRecord.read(vae.model).data
    assert before["validation"] == {
        "name": Path(vae.data).name,
        "split": "val",
        "pictures": 3,
        "refused": 0,
        "crop": "centre",
    }
    whole = TrainingRecord.read(on_all_images("vae"))
    for split, pictures, record in (("train", 57, evaluate(with_split(vae, "train"))), ("all", 60, whole)):
        assert record.data == {**before, "validation": {**before["validation"], "split": split, "pictures": pictures}}
        assert record.scores["decomposition"][-1]["n"] == pictures


def test_the_decomposition_is_of_a_quarter_a_half_and_all(on_all_images: OnAllImages) -> None:
    scores = TrainingRecord.read(on_all_images("vae")).scores
    assert [entry["n"] for entry in scores["decomposition"]] == [15, 30, 60]
    for entry in scores["decomposition"]:
        parts = (entry["mutual_information"], entry["total_correlation"], entry["dimension_wise_kl"])
        assert sum(parts) == pytest.approx(entry["kl"], abs=1e-9)
        assert entry["log_n"] == pytest.approx(math.log(entry["n"]))
        assert entry["saturated"] == (entry["mutual_information"] > entry["log_n"] - 1)
        assert entry["samples"] == 4000
    assert scores["decomposition"][-1]["kl"] == pytest.approx(scores["kl"], abs=0.1)


def test_point_codes_lack_the_scores_of_distributions(on_all_images: OnAllImages) -> None:
    scores = TrainingRecord.read(on_all_images("ae")).scores
    assert scores["gaussian_total_correlation"] > 0
    assert {name for name, value in scores.items() if value is None} == {
        "kl",
        "negative_elbo",
        "active_units",
        "decomposition",
    }


def test_densities_are_of_the_scored_images_whatever_the_batches(
    either: EvaluateConfig, on_all_images: OnAllImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = either.model / DENSITIES
    assert json.loads(file.read_text())["codes"] == 3
    file.unlink()
    config = with_split(either, "all")
    record = evaluate(config)
    once = file.read_bytes()
    content = json.loads(once)
    assert content["codes"] == record.data["validation"]["pictures"] == 60
    assert content["dimensions"] == [0, 1, 2, 3]
    assert content["mean"] == pytest.approx(record.latents["mean"], abs=1e-6)
    assert (on_all_images(either.model.name) / DENSITIES).read_bytes() == once
    monkeypatch.setattr(inference, "BATCH", 7)
    evaluate(config)
    again = json.loads(file.read_text())
    assert base64.b64decode(again["pairs"]) == base64.b64decode(content["pairs"])
    np.testing.assert_allclose(again["ranges"], content["ranges"], atol=1e-5)


def test_a_failing_write_leaves_the_record_as_it_was(vae: EvaluateConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (vae.model / RECORD).read_bytes()

    def full(path: Path, text: str, **_: str) -> int:
        with path.open("w") as file:
            file.write(text[:100])
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="space"):
            evaluate(vae)
    assert (vae.model / RECORD).read_bytes() == before
    evaluate(vae)
    assert not list(vae.model.glob(".*"))


def test_weights_that_are_nan_are_refused_and_nothing_is_recorded(either: EvaluateConfig) -> None:
    model = Autoencoder.from_pretrained(either.model)
    with torch.no_grad():
        model.encoder.mean.bias[0] = math.nan
    model.save_pretrained(either.model)
    before = {name: (either.model / name).read_bytes() for name in (RECORD, DENSITIES)}
    with pytest.raises(UserError, match="NaN"):
        evaluate(either)
    assert {name: (either.model / name).read_bytes() for name in before} == before


def test_the_command_prints_the_scores_it_records(
    either: EvaluateConfig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--data", str(either.data), "--cache", str(either.options.cache), "--split", "all")
    assert command(monkeypatch, "evaluate", str(either.model), *options) == 0
    printed = capsys.readouterr().out
    record = TrainingRecord.read(either.model)
    assert f"{Path(either.data).name} (all): 60 pictures" in printed
    assert f"{record.scores['squared_error']:.4g}" in printed
    for entry in record.scores["decomposition"] or ():
        assert f"{entry['total_correlation']:.2f}" in printed


def test_mistakes_are_answered_in_one_sentence(
    vae: EvaluateConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "half").mkdir()
    for name in ("config.json", "model.safetensors"):
        (tmp_path / "half" / name).write_bytes((vae.model / name).read_bytes())
    model, faces, empty = str(vae.model), str(vae.data), str(tmp_path / "empty")
    for folder, data, sentence in (
        ("nowhere", faces, "no folder nowhere"),
        (empty, faces, "it has no config.json"),
        (str(tmp_path / "half"), faces, "it has no training.json"),
        (model, "nowhere", "nowhere does not exist"),
        (model, empty, "no pictures"),
    ):
        before = (vae.model / RECORD).read_bytes()
        assert command(monkeypatch, "evaluate", folder, "--data", data, "--cache", str(vae.options.cache)) == 2
        printed = capsys.readouterr()
        assert sentence in printed.err
        assert printed.err.startswith("error: ")
        assert (printed.err.count("\n"), printed.out) == (1, "")
        assert (vae.model / RECORD).read_bytes() == before


def test_help_lists_recipes_and_commands(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        command(monkeypatch, "--help")
    assert stop.value.code == 0
    printed = capsys.readouterr().out
    for word in ("ae", "vae", "beta-vae", "beta-tcvae", "evaluate", "Score a finished model"):
        assert word in printed


def test_the_record_stays_plain_json(either: EvaluateConfig) -> None:
    evaluate(either)

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    json.loads((either.model / RECORD).read_text(), parse_constant=refuse)
