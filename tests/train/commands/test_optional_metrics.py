"""The optional metrics of `evaluate`: attribute scores, FID/KID, importance-weighted bound."""

import json
import math
import sys
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from train.__main__ import main
from train.commands.evaluate import EvaluateConfig, evaluate
from train.data import folder as folder_source
from train.data.cache import CachedImages
from train.data.load import load
from train.data.options import DataOptions
from train.data.pictures import DataError
from train.evaluation import attributes, fid, inference
from train.evaluation.fid import Extractor
from train.evaluation.inference import importance_weighted
from train.evaluation.text_report import format_scores
from vae_models import Autoencoder, Objective
from vae_models.files.names import RECORD
from vae_models.files.training_record import TrainingRecord

POOLED_COLOURS = Extractor("pooled colours", "none", lambda x: F.adaptive_avg_pool2d(x, 2).flatten(1))


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attributes, "RESAMPLES", 20)


def of_all_images(config: EvaluateConfig) -> EvaluateConfig:
    return replace(config, options=replace(config.options, split="all"))


def all_images(config: EvaluateConfig) -> CachedImages:
    images = load(config.data, "all", DataOptions(cache=config.options.cache))
    assert isinstance(images, CachedImages)
    return images


def model_with_a_loud_decoder(config: EvaluateConfig) -> Autoencoder:
    """Return the model with larger decoder weights: a decoder of four steps hardly depends on its code."""
    model = Autoencoder.from_pretrained(config.model)
    with torch.no_grad():
        next(model.decoder.parameters()).mul_(100)
    return model


def arguments(config: EvaluateConfig, *options: str) -> list[str]:
    cache = ["--cache", str(config.options.cache)]
    return ["train", "evaluate", str(config.model), "--data", str(config.data), *cache, *options]


def test_labels_and_bounds_are_recorded_on_request(vae: EvaluateConfig, labels: Path, others: Path) -> None:
    config = replace(of_all_images(vae), attributes=labels, training=others, importance_samples=3)
    record = evaluate(config)
    assert record == TrainingRecord.read(vae.model)
    entry = record.attributes
    assert entry is not None
    assert entry["data"]["choosing"]["pictures"] == entry["data"]["held_out"]["pictures"] == 60
    assert list(entry["by_attribute"]) == ["Odd", "Third"]
    assert len(entry["auroc"][0]) == 4
    assert record.scores["importance_samples"] == 3
    bound = record.scores["negative_importance_weighted_bound"]
    assert bound < record.scores["negative_elbo"]
    # a later evaluation without these options keeps the attribute scores, which say of which images they are
    again = evaluate(vae)
    assert again.attributes == entry
    assert "importance_samples" not in again.scores
    json.loads((vae.model / RECORD).read_text(), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def test_attribute_scores_say_over_what_their_intervals_are(
    vae: EvaluateConfig, labels: Path, others: Path, tmp_path: Path
) -> None:
    config = replace(of_all_images(vae), attributes=labels, training=others)
    pictures = evaluate(config)
    identities = tmp_path / "identities.csv"
    names = sorted(file.name for file in others.glob("*.png"))
    identities.write_text("image_id,identity\n" + "".join(f"{name},{i // 5}\n" for i, name in enumerate(names)))
    people = evaluate(replace(config, identities=identities))
    assert pictures.attributes
    assert people.attributes
    assert pictures.attributes["intervals"]["over"] == "pictures"
    assert people.attributes["intervals"] == {"over": "people", "pictures": 60, "people": 12}
    for name, entry in people.attributes["by_attribute"].items():
        before = pictures.attributes["by_attribute"][name]
        assert entry["auroc"] == before["auroc"]
        assert entry["interval"] != before["interval"]
    assert "too narrow" in format_scores(pictures)
    assert "12 people in 60 pictures" in format_scores(people)
    for name in ("choosing", "held_out"):
        assert people.total_correlation
        entry = people.total_correlation[name]
        assert entry["corrected"] == pytest.approx(entry["value"] - entry["chance"])
        assert entry["interval"][0] < entry["corrected"] < entry["interval"][1]
        assert entry["intervals"]["people"] == 12
    assert people.total_correlation
    assert people.total_correlation["held_out"]["value"] == people.scores["gaussian_total_correlation"]


def test_scored_images_do_not_train_the_probes(
    vae: EvaluateConfig, labels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match="60 pictures would choose probes and be scored by them"):
        evaluate(replace(of_all_images(vae), attributes=labels, training=Path(vae.data)))
    monkeypatch.setattr(folder_source, "VALIDATION_SHARE", 0.3)
    record = evaluate(replace(vae, attributes=labels))  # by default the other split
    assert record.attributes is not None
    assert record.attributes["faces"] == {"choosing": 42, "held_out": 18}


def test_optional_metrics_do_not_depend_on_the_batches(
    vae: EvaluateConfig, labels: Path, others: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, faces = model_with_a_loud_decoder(vae), all_images(vae)
    config = replace(of_all_images(vae), attributes=labels, training=others)

    def scores() -> list[float]:
        entry = evaluate(config).attributes
        assert entry is not None
        distances = fid.compute_fid_kid(model, faces, POOLED_COLOURS)["standard"]
        bound = importance_weighted(model, faces, Objective(), 3)
        areas = [area for row in entry["auroc"] for area in row]
        return [bound or math.nan, distances["fid"], distances["kid"]["mean"], entry["means"]["gap"], *areas]

    whole = scores()
    monkeypatch.setattr(inference, "BATCH", 7)
    assert scores() == pytest.approx(whole, rel=1e-4, abs=1e-5)


def test_more_samples_tighten_the_bound(vae: EvaluateConfig) -> None:
    model, faces = model_with_a_loud_decoder(vae), all_images(vae)
    bounds = [importance_weighted(model, faces, Objective(), samples) or math.nan for samples in (1, 5, 25)]
    assert bounds[0] > bounds[1] > bounds[2]
    elbo = inference.score(model, faces, Objective()).negative_elbo
    assert bounds[0] == pytest.approx(elbo.mean().item(), rel=0.05)
    point = Autoencoder(replace(model.config, stochastic=False)).eval()
    assert importance_weighted(point, faces, Objective(kl=0.0), 3) is None


def test_fid_and_kid_record_how_they_were_computed(vae: EvaluateConfig) -> None:
    model, faces = Autoencoder.from_pretrained(vae.model), all_images(vae)
    entry = fid.compute_fid_kid(model, faces, POOLED_COLOURS)
    assert (entry["extractor"], entry["resize"]) == ("pooled colours", "none")
    assert entry["pictures"] == entry["samples"] == 60
    assert entry["standard"]["fid"] > 0
    assert entry["standard"] != entry["fitted"]
    assert entry["fitted"]["kid"]["subset"] == 60
    assert entry == fid.compute_fid_kid(model, faces, POOLED_COLOURS)


def test_a_decoder_that_draws_the_images_themselves_has_fid_zero(
    monkeypatch: pytest.MonkeyPatch, vae: EvaluateConfig
) -> None:
    model, faces = Autoencoder.from_pretrained(vae.model), all_images(vae)
    everything = faces.batch(slice(None))
    monkeypatch.setattr(Autoencoder, "decode", lambda _, z: everything[: len(z)])
    extractor = Extractor("colours", "none", lambda x: x.mean(dim=(2, 3)))
    entry = fid.compute_fid_kid(model, faces, extractor)
    assert entry["standard"]["fid"] == pytest.approx(0, abs=1e-9)
    assert entry["standard"]["kid"]["mean"] <= 0


def test_fid_without_its_network_is_refused_in_one_sentence(
    vae: EvaluateConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def offline(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("torch.hub.download_url_to_file", offline)
    before = (vae.model / RECORD).read_bytes()
    monkeypatch.setattr(sys, "argv", arguments(vae, "--fid"))
    assert main() == 2
    lines = capsys.readouterr().err.splitlines()  # torch prints first what it downloads
    assert lines[-1].startswith("error: The Inception network's weights could not be downloaded")
    assert len(lines) == 2
    assert (vae.model / RECORD).read_bytes() == before
    monkeypatch.setattr("train.errors.find_spec", lambda _: None)
    assert main() == 2
    assert "pip install torch-fidelity" in capsys.readouterr().err


@pytest.mark.processes
def test_the_inception_network_scores_samples(vae: EvaluateConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    """An untrained Inception network goes through the same code as the trained one."""
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    def untrained(self: FeatureExtractorInceptionV3, _: dict[str, Tensor]) -> None:  # noqa: ARG001
        torch.manual_seed(0)

    monkeypatch.setattr("torch_fidelity.feature_extractor_inceptionv3.load_state_dict_from_url", lambda *_, **__: {})
    monkeypatch.setattr(FeatureExtractorInceptionV3, "load_state_dict", untrained)
    record = evaluate(replace(of_all_images(vae), fid=True))
    assert record.generation is not None
    assert "Inception" in record.generation["extractor"]
    assert record.generation["resize"].startswith("299 x 299")
    assert record.generation["data"]["crop"] == "centre"
    assert record.generation["standard"]["fid"] > 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--attributes", "labels.csv", "--split", "all"], "name them by --training"),
        (["--training", "pictures"], "--training is for --attributes"),
        (["--importance-samples", "0"], "at least 1"),
        (["--attributes", "no-such-file.csv"], "no-such-file.csv"),
    ],
)
def test_impossible_options_are_refused_in_one_sentence(
    vae: EvaluateConfig,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    sentence: str,
) -> None:
    before = (vae.model / RECORD).read_bytes()
    monkeypatch.setattr(sys, "argv", arguments(vae, *options))
    assert main() == 2
    printed = capsys.readouterr().err
    assert sentence in printed
    assert printed.count("\n") == 1
    assert (vae.model / RECORD).read_bytes() == before


def test_the_command_prints_optional_metrics(
    vae: EvaluateConfig,
    labels: Path,
    others: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ["--attributes", str(labels), "--training", str(others), "--importance-samples", "2", "--split", "all"]
    monkeypatch.setattr(sys, "argv", arguments(vae, *options))
    assert main() == 0
    printed = capsys.readouterr().out
    assert "2 attributes, a proxy" in printed
    assert "labels alone:" in printed
    assert "negative importance weighted bound" in printed
    for name in ("odd", "third"):
        assert f"  {name} " in printed
