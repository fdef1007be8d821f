import json
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
import torch
from accelerate.state import AcceleratorState

from train import loop
from train.__main__ import main
from train.commands.evaluate import EvaluateConfig
from train.config import TrainConfig
from train.data import cache, source
from train.evaluation import inference
from train.evaluation.summary import aggregate
from train.model_card.card import CARD
from train.run import finalize
from vae_models import Autoencoder, Objective
from vae_models.files.density_file import DENSITIES
from vae_models.files.training_record import RECORD, TrainingRecord


@pytest.fixture
def ae(config: TrainConfig) -> EvaluateConfig:
    return trained("ae", config)


@pytest.fixture
def vae(config: TrainConfig) -> EvaluateConfig:
    return trained("vae", config)


@pytest.fixture(params=["ae", "vae"])
def either(request: pytest.FixtureRequest, config: TrainConfig) -> EvaluateConfig:
    return trained(request.param, config)


def trained(recipe: Literal["ae", "vae"], config: TrainConfig) -> EvaluateConfig:
    """A model of four steps; what evaluates it on the pictures that it was validated on."""
    folder = loop.train(replace(config, recipe=recipe, steps=4, weights="float16"))
    AcceleratorState._reset_state(reset_partial_state=True)
    return EvaluateConfig(folder, config.data, cache=config.cache)


def numbers(facts: Any) -> list[float]:
    """Every number in nested JSON, in order; null as nan, so that it must stand in the same place."""
    if isinstance(facts, dict | list):
        values = facts.values() if isinstance(facts, dict) else facts
        return [number for value in values for number in numbers(value)]
    return [math.nan if facts is None else facts] if isinstance(facts, int | float | None) else []


def measured(record: TrainingRecord) -> list[float]:
    return numbers([record.scores, record.latents, record.typicality])


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["train", *arguments])
    return main()


def test_an_evaluation_finds_what_training_recorded(either: EvaluateConfig) -> None:
    before = TrainingRecord.read(either.model)
    after = finalize.update(either)
    assert after == TrainingRecord.read(either.model)
    assert measured(after) == pytest.approx(measured(before), rel=1e-5, abs=1e-6, nan_ok=True)
    unmeasured = {"scores": {}, "latents": {}, "typicality": {}}
    assert replace(after, **unmeasured) == replace(before, **unmeasured)


def test_an_evaluation_repeats_itself_to_the_last_bit(either: EvaluateConfig) -> None:
    finalize.update(either)
    once = (either.model / RECORD).read_bytes()
    finalize.update(either)
    assert (either.model / RECORD).read_bytes() == once


@pytest.mark.parametrize("batch", [1, 7])
def test_the_scores_do_not_depend_on_the_batches(
    either: EvaluateConfig, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    everything = replace(either, split="all")
    whole = finalize.update(everything)
    monkeypatch.setattr(inference, "BATCH", batch)
    assert measured(finalize.update(everything)) == pytest.approx(measured(whole), rel=1e-4, abs=1e-6, nan_ok=True)


def test_the_noise_of_a_picture_does_not_depend_on_the_batches(
    vae: EvaluateConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Autoencoder.from_pretrained(vae.model)
    with torch.no_grad():  # a decoder that four steps trained hardly listens to its code
        next(model.decoder.parameters()).mul_(100)
    faces = cache.load(source.find(vae.data, None), vae.cache)
    whole, other = (inference.score(model, faces, Objective(), seed).distortion for seed in (0, 1))
    assert (other / whole - 1).abs().max() > 5e-4
    monkeypatch.setattr(inference, "BATCH", 7)
    torch.testing.assert_close(inference.score(model, faces, Objective()).distortion, whole, rtol=1e-5, atol=0)


def test_nothing_but_the_record_the_densities_and_the_card_is_touched(either: EvaluateConfig) -> None:
    written = (RECORD, DENSITIES, CARD)

    def others() -> dict[Path, tuple[bytes, int]]:
        files = [file for file in either.model.rglob("*") if file.is_file() and file.name not in written]
        return {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in files}

    before = others()
    finalize.update(replace(either, split="train"))
    assert others() == before
    assert "57 training pictures, the model has seen them" in (either.model / CARD).read_text()


def test_the_record_says_which_pictures_the_scores_are_of(vae: EvaluateConfig) -> None:
    before = TrainingRecord.read(vae.model).data
    assert before["validation"] == {
        "name": vae.data.name,
        "split": "val",
        "pictures": 3,
        "refused": 0,
        "crop": "centre",
    }
    for split, pictures in (("train", 57), ("all", 60)):
        record = finalize.update(replace(vae, split=split))
        assert record.data == {**before, "validation": {**before["validation"], "split": split, "pictures": pictures}}
        assert record.scores["decomposition"][-1]["n"] == pictures


def test_the_decomposition_is_given_for_a_quarter_a_half_and_all(vae: EvaluateConfig) -> None:
    scores = finalize.update(replace(vae, split="all")).scores
    assert [entry["n"] for entry in scores["decomposition"]] == [15, 30, 60]
    for entry in scores["decomposition"]:
        parts = (entry["mutual_information"], entry["total_correlation"], entry["dimension_wise_kl"])
        assert sum(parts) == pytest.approx(entry["kl"], abs=1e-9)
        assert entry["log_n"] == pytest.approx(math.log(entry["n"]))
        assert entry["saturated"] == (entry["mutual_information"] > entry["log_n"] - 1)
        assert entry["samples"] == 4000
    assert scores["decomposition"][-1]["kl"] == pytest.approx(scores["kl"], abs=0.1)


def test_a_point_code_has_a_gaussian_total_correlation_and_no_other_new_score(ae: EvaluateConfig) -> None:
    scores = finalize.update(replace(ae, split="all")).scores
    assert scores["gaussian_total_correlation"] > 0
    assert {name for name, value in scores.items() if value is None} == {
        "kl",
        "negative_elbo",
        "active_units",
        "decomposition",
    }


def test_an_infinite_total_correlation_is_null() -> None:
    mean = torch.randn(3, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert aggregate(inference.Codes(mean, None))["gaussian_total_correlation"] is None


def test_a_single_picture_is_decomposed_once() -> None:
    facts = aggregate(inference.Codes(torch.zeros(1, 2).double(), torch.zeros(1, 2).double()))
    assert [entry["n"] for entry in facts["decomposition"]] == [1]


def test_a_failing_write_leaves_the_record_as_it_was(vae: EvaluateConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (vae.model / RECORD).read_bytes()

    def full(path: Path, text: str) -> int:
        with path.open("w") as file:
            file.write(text[:100])
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="space"):
            finalize.update(vae)
    assert (vae.model / RECORD).read_bytes() == before
    finalize.update(vae)
    assert not list(vae.model.glob(".*"))


def test_the_command_prints_the_scores_it_records(
    either: EvaluateConfig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--data", str(either.data), "--cache", str(either.cache), "--split", "all")
    assert command(monkeypatch, "evaluate", str(either.model), *options) == 0
    printed = capsys.readouterr().out
    record = TrainingRecord.read(either.model)
    assert f"{either.data.name} (all): 60 pictures" in printed
    assert f"{record.scores['squared_error']:.4g}" in printed
    for entry in record.scores["decomposition"] or ():
        assert f"{entry['total_correlation']:.2f}" in printed


def test_mistakes_are_answered_in_a_sentence(
    vae: EvaluateConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "half").mkdir()
    for name in ("config.json", "model.safetensors"):
        (tmp_path / "half" / name).write_bytes((vae.model / name).read_bytes())
    model, faces, empty = str(vae.model), str(vae.data), str(tmp_path / "empty")
    for place, data, sentence in (
        ("nowhere", faces, "no folder nowhere"),
        (empty, faces, "it has no config.json"),
        (str(tmp_path / "half"), faces, "it has no training.json"),
        (model, "nowhere", "There is no nowhere"),
        (model, empty, "no pictures"),
    ):
        before = (vae.model / RECORD).read_bytes()
        assert command(monkeypatch, "evaluate", place, "--data", data, "--cache", str(vae.cache)) == 2
        told = capsys.readouterr()
        assert sentence in told.err
        assert told.err.startswith("error: ")
        assert (told.err.count("\n"), told.out) == (1, "")
        assert (vae.model / RECORD).read_bytes() == before


def test_help_lists_recipes_and_verbs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        command(monkeypatch, "--help")
    assert stop.value.code == 0
    printed = capsys.readouterr().out
    for word in ("ae", "vae", "beta-vae", "beta-tcvae", "evaluate", "Score a finished model"):
        assert word in printed


def test_the_record_stays_plain_json(either: EvaluateConfig) -> None:
    finalize.update(either)

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    json.loads((either.model / RECORD).read_text(), parse_constant=refuse)
