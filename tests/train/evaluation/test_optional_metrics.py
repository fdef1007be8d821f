"""What `evaluate` measures only where it is asked to."""

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

from metrics.attributes import auroc
from train import loop
from train.__main__ import main
from train.commands.evaluate import EvaluateConfig
from train.config import TrainConfig
from train.data import cache, source
from train.data import folder as folder_source
from train.data.pictures import DataError
from train.evaluation import attribute_scores, fid, inference
from train.evaluation.attribute_scores import scored
from train.evaluation.attributes import Attributes
from train.evaluation.fid import Extractor
from train.evaluation.latent_names import Labelled
from train.evaluation.requested import importance_weighted
from train.run import finalize
from vae_models import Autoencoder, Objective
from vae_models.files.training_record import RECORD, TrainingRecord


@pytest.fixture
def vae(config: TrainConfig) -> EvaluateConfig:
    return EvaluateConfig(loop.train(replace(config, steps=4)), config.data, cache=config.cache)


def drawn(seed: int, n: int = 3000) -> Labelled:
    """Dimension 2 falls with Smiling, dimensions 0 and 1 share Big_Nose; all have Young, and nothing tells Bald."""
    generator = torch.Generator().manual_seed(seed)
    labels = (torch.rand(n, 4, generator=generator) < 0.4).double()
    labels[:, 2] = 1
    codes = torch.randn(n, 5, generator=generator, dtype=torch.float64)
    codes[:, 2] -= 1.5 * labels[:, 0]
    codes[:, :2] += torch.tensor([1.3, 1.1]) * labels[:, 1:2]
    return Labelled(codes, Attributes(("Smiling", "Big_Nose", "Young", "Bald"), labels))


def test_the_summary_says_how_well_and_how_separately_attributes_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attribute_scores, "RESAMPLES", 30)
    validation = drawn(1)
    entry = scored(drawn(0), validation)
    assert list(entry["by_attribute"]) == ["Smiling", "Big_Nose", "Bald"]
    smile, nose = entry["by_attribute"]["Smiling"], entry["by_attribute"]["Big_Nose"]
    assert (smile["dimension"], smile["grows"]) == (2, False)
    assert (nose["dimension"], nose["second"], nose["grows"]) == (0, 1, True)
    area = auroc(validation.codes, validation.attributes.labels)
    assert smile["auroc"] == pytest.approx(1 - area[0, 2].item())
    assert smile["gap"] > 0.3
    assert nose["gap"] == pytest.approx((area[1, 0] - area[1, 1]).item())
    assert nose["probe_auroc"] > nose["auroc"] + 0.05
    assert smile["probe_auroc"] == pytest.approx(smile["auroc"], abs=0.01)
    for found in entry["by_attribute"].values():
        assert found["interval"][0] <= found["auroc"] <= found["interval"][1]
        assert found["gap_interval"][0] <= found["gap"] <= found["gap_interval"][1]
        assert found["probe_interval"][0] <= found["probe_auroc"] <= found["probe_interval"][1]
    assert entry["auroc"][0][2] == pytest.approx(area[0, 2].item(), abs=1e-4)
    assert [row[a] for a, row in enumerate(entry["leakage"])] == pytest.approx(
        [found["auroc"] for found in entry["by_attribute"].values()], abs=1e-4
    )
    means = entry["means"]
    assert means["gap"] == pytest.approx(sum(f["gap"] for f in entry["by_attribute"].values()) / 3)
    assert means["gap_interval"][0] <= means["gap"] <= means["gap_interval"][1]
    leakage = torch.tensor(entry["leakage"])
    assert (leakage[:2] - torch.eye(3)[:2] - 0.5).lt(0.03).all()  # they were drawn independently
    assert means["leakage"] == pytest.approx((leakage.sum() - leakage.trace()).item() / 6 - 0.5, abs=1e-3)
    assert abs(means["leakage_of_labels"]) < 0.02
    assert "proxy" in entry["note"]


def test_labels_that_come_together_leak_as_labels() -> None:
    training, validation = drawn(0), drawn(1)
    for part in (training, validation):
        part.attributes.labels[:, 3] = part.attributes.labels[:, 0]
    entry = scored(training, validation)
    assert entry["leakage"][0][2] == entry["leakage"][0][0] > 0.8
    assert entry["means"]["leakage"] == pytest.approx(2 * (entry["leakage"][0][2] - 0.5) / 6, abs=0.02)
    assert entry["means"]["leakage_of_labels"] == pytest.approx(2 * 0.5 / 6, abs=0.02)


def test_a_single_attribute_leaks_nowhere_and_none_is_refused() -> None:
    training, validation = drawn(0, 300), drawn(1, 300)
    for part in (training, validation):
        part.attributes.labels[:, 1:] = 1
    means = scored(training, validation)["means"]
    assert (means["leakage"], means["leakage_of_labels"]) == (None, None)
    training.attributes.labels[:, 0] = 1
    with pytest.raises(DataError, match="No attribute"):
        scored(training, validation)


def test_labels_and_bounds_are_recorded_where_they_are_asked_for(
    vae: EvaluateConfig, labels: Path, others: Path
) -> None:
    asked = replace(vae, split="all", attributes=labels, training=others, importance_samples=3)
    record = finalize.update(asked)
    assert record == TrainingRecord.read(vae.model)
    entry = record.attributes
    assert entry is not None
    assert entry["data"]["choosing"]["pictures"] == entry["data"]["held_out"]["pictures"] == 60
    assert list(entry["by_attribute"]) == ["Odd", "Third"]
    assert len(entry["auroc"][0]) == 4
    assert record.scores["importance_samples"] == 3
    bound = record.scores["negative_importance_weighted_bound"]
    assert bound < record.scores["negative_elbo"]
    # another evaluation keeps what it was not asked for, and says of which pictures it is
    again = finalize.update(vae)
    assert again.attributes == entry
    assert "importance_samples" not in again.scores
    json.loads((vae.model / RECORD).read_text(), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def test_faces_that_are_scored_do_not_train_the_probes(
    vae: EvaluateConfig, labels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match="60 pictures would choose probes and be scored by them"):
        finalize.update(replace(vae, split="all", attributes=labels, training=Path(vae.data)))
    monkeypatch.setattr(folder_source, "VALIDATION_SHARE", 0.3)
    record = finalize.update(replace(vae, attributes=labels))  # by default the other split
    assert record.attributes is not None
    assert record.attributes["faces"] == {"choosing": 42, "held_out": 18}


def test_the_answers_do_not_depend_on_the_batches(
    vae: EvaluateConfig, labels: Path, others: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Autoencoder.from_pretrained(vae.model)
    with torch.no_grad():  # a decoder that four steps trained hardly listens to its code
        next(model.decoder.parameters()).mul_(100)
    faces = cache.load(source.find(Path(vae.data), None), vae.cache)
    extractor = Extractor("pooled colours", "none", lambda x: F.adaptive_avg_pool2d(x, 2).flatten(1))
    asked = replace(vae, split="all", attributes=labels, training=others)

    def answers() -> list[float]:
        entry = finalize.update(asked).attributes
        assert entry is not None
        distances = fid.scored(model, faces, extractor)["standard"]
        bound = importance_weighted(model, faces, Objective(), 3)
        areas = [area for row in entry["auroc"] for area in row]
        return [bound or math.nan, distances["fid"], distances["kid"]["mean"], entry["means"]["gap"], *areas]

    whole = answers()
    monkeypatch.setattr(inference, "BATCH", 7)
    assert answers() == pytest.approx(whole, rel=1e-4, abs=1e-5)


def test_more_samples_tighten_the_bound(vae: EvaluateConfig) -> None:
    model = Autoencoder.from_pretrained(vae.model)
    with torch.no_grad():
        next(model.decoder.parameters()).mul_(100)
    faces = cache.load(source.find(Path(vae.data), None), vae.cache)
    bounds = [importance_weighted(model, faces, Objective(), samples) or math.nan for samples in (1, 8, 64)]
    assert bounds[0] > bounds[1] > bounds[2]
    elbo = inference.score(model, faces, Objective()).surprise
    assert bounds[0] == pytest.approx(elbo.mean().item(), rel=0.05)
    point = Autoencoder(replace(model.config, stochastic=False)).eval()
    assert importance_weighted(point, faces, Objective(kl=0.0), 3) is None


def test_fid_and_kid_say_what_they_are_of(vae: EvaluateConfig) -> None:
    model = Autoencoder.from_pretrained(vae.model)
    faces = cache.load(source.find(Path(vae.data), None), vae.cache)
    extractor = Extractor("pooled colours", "none", lambda x: F.adaptive_avg_pool2d(x, 2).flatten(1))
    entry = fid.scored(model, faces, extractor)
    assert (entry["extractor"], entry["resize"]) == ("pooled colours", "none")
    assert entry["pictures"] == entry["samples"] == 60
    assert entry["standard"]["fid"] > 0
    assert entry["standard"] != entry["fitted"]
    assert entry["fitted"]["kid"]["subset"] == 60
    assert entry == fid.scored(model, faces, extractor)


def test_samples_that_are_the_pictures_are_at_no_distance(monkeypatch: pytest.MonkeyPatch, vae: EvaluateConfig) -> None:
    """The extractor is given what the decoder draws and what the data hold: an oracle decoder scores 0."""
    model = Autoencoder.from_pretrained(vae.model)
    faces = cache.load(source.find(Path(vae.data), None), vae.cache)
    everything = faces.batch(slice(None))
    monkeypatch.setattr(Autoencoder, "decode", lambda _, z: everything[: len(z)])
    extractor = Extractor("colours", "none", lambda x: x.mean(dim=(2, 3)))
    entry = fid.scored(model, faces, extractor)
    assert entry["standard"]["fid"] == pytest.approx(0, abs=1e-9)
    assert entry["standard"]["kid"]["mean"] <= 0


def test_fid_without_a_network_is_refused_in_a_sentence(
    vae: EvaluateConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def offline(*_: object, **__: object) -> None:
        raise URLError("no route to host")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("torch.hub.download_url_to_file", offline)
    before = (vae.model / RECORD).read_bytes()
    arguments = ["evaluate", str(vae.model), "--data", str(vae.data), "--cache", str(vae.cache), "--fid"]
    monkeypatch.setattr(sys, "argv", ["train", *arguments])
    assert main() == 2
    told = capsys.readouterr().err.splitlines()  # torch says first what it downloads
    assert told[-1].startswith("error: The Inception network's weights could not be downloaded")
    assert len(told) == 2
    assert (vae.model / RECORD).read_bytes() == before
    monkeypatch.setattr(fid, "find_spec", lambda _: None)
    assert main() == 2
    assert "pip install torch-fidelity" in capsys.readouterr().err


@pytest.mark.slow
def test_the_inception_network_scores_samples(vae: EvaluateConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its layers with weights of no training: whatever they are, all of the way is gone."""
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    def untrained(self: FeatureExtractorInceptionV3, _: dict[str, Tensor]) -> None:  # noqa: ARG001
        torch.manual_seed(0)

    monkeypatch.setattr("torch_fidelity.feature_extractor_inceptionv3.load_state_dict_from_url", lambda *_, **__: {})
    monkeypatch.setattr(FeatureExtractorInceptionV3, "load_state_dict", untrained)
    record = finalize.update(replace(vae, split="all", fid=True))
    assert record.generation is not None
    assert "Inception" in record.generation["extractor"]
    assert record.generation["resize"].startswith("299 x 299")
    assert record.generation["data"]["crop"] == "centre"
    assert record.generation["standard"]["fid"] > 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--attributes", "labels.csv", "--split", "all"], "name them by --training"),
        (["--training", "pictures"], "--training is for --attributes"),
        (["--importance-samples", "0"], "at least 1"),
        (["--attributes", "no-such-file.csv"], "no-such-file.csv"),
    ],
)
def test_what_cannot_be_asked_is_answered_in_a_sentence(
    vae: EvaluateConfig,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    before = (vae.model / RECORD).read_bytes()
    command = ["evaluate", str(vae.model), "--data", str(vae.data), "--cache", str(vae.cache)]
    monkeypatch.setattr(sys, "argv", ["train", *command, *arguments])
    assert main() == 2
    told = capsys.readouterr().err
    assert sentence in told
    assert told.count("\n") == 1
    assert (vae.model / RECORD).read_bytes() == before


def test_the_command_prints_what_it_was_asked_for(
    vae: EvaluateConfig,
    labels: Path,
    others: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = ["evaluate", str(vae.model), "--data", str(vae.data), "--cache", str(vae.cache), "--split", "all"]
    asked = ["--attributes", str(labels), "--training", str(others), "--importance-samples", "2"]
    monkeypatch.setattr(sys, "argv", ["train", *command, *asked])
    assert main() == 0
    printed = capsys.readouterr().out
    assert "2 attributes, a proxy" in printed
    assert "negative importance weighted bound" in printed
    for name in ("odd", "third"):
        assert f"  {name} " in printed
