import csv
import math
import sys
from pathlib import Path

import pytest
import torch

from metrics.attributes import linear_probe
from train.__main__ import main
from train.config import TrainConfig
from train.data import cache, source
from train.data.source import DataError
from train.evaluation import attributes
from train.evaluation.attributes import Attributes
from train.evaluation.inference import Codes
from train.evaluation.latent_facts import facts
from train.evaluation.latent_names import Labelled, name_latents
from train.loop import train
from vae_models.files.latent_names import NAMES, LatentNames


def drawn(seed: int, n: int = 3000) -> Labelled:
    """Dimension 2 falls with Smiling, dimensions 0 and 1 share Big_Nose; nothing tells Young."""
    generator = torch.Generator().manual_seed(seed)
    labels = (torch.rand(n, 3, generator=generator) < 0.4).double()
    codes = torch.randn(n, 5, generator=generator, dtype=torch.float64)
    codes[:, 2] -= 1.5 * labels[:, 0]
    codes[:, :2] += 1.2 * labels[:, 1:2]
    return Labelled(codes, Attributes(("Smiling", "Big_Nose", "Young"), labels))


def test_a_name_is_granted_to_the_dimension_that_alone_tells_an_attribute() -> None:
    names = name_latents(drawn(0), drawn(1))
    assert [(name.index, name.name, name.attribute) for name in names.dimensions] == [(2, "smiling -", "Smiling")]
    assert names.dimensions[0].interval[0] < names.dimensions[0].auroc < names.dimensions[0].interval[1]
    assert names.best["big nose"].index in (0, 1)
    assert names.best["smiling"].grows is False
    assert names.best["young"].auroc == pytest.approx(0.5, abs=0.05)


def test_what_does_not_hold_on_the_validation_faces_has_no_name() -> None:
    shuffled = drawn(1)
    labels = shuffled.attributes.labels[torch.randperm(3000, generator=torch.Generator().manual_seed(2))]
    names = name_latents(drawn(0), shuffled._replace(attributes=Attributes(shuffled.attributes.names, labels)))
    assert names.dimensions == ()
    assert names.directions == {}


def test_a_direction_has_the_length_of_a_deviation_and_says_what_a_logit_takes() -> None:
    training = drawn(0)
    names = name_latents(training, drawn(1))
    assert set(names.directions) == {"smiling", "big nose"}
    found = names.directions["smiling"]
    direction = torch.tensor(found.direction, dtype=torch.float64)
    assert direction.abs().argmax() == 2
    assert direction[2] < 0
    along = training.codes @ (direction / direction.norm())
    assert direction.norm().item() == pytest.approx(along.std(correction=0).item())
    # for Gaussian classes 1.5 apart with unit variance the logit grows by 1.5 a unit
    assert (found.per_logit * direction.norm()).item() == pytest.approx(1 / 1.5, rel=0.1)


def test_leakage_is_how_far_a_step_along_one_direction_moves_the_other_probes_score() -> None:
    training = drawn(0)
    names = name_latents(training, drawn(1))
    weights, _ = linear_probe(training.codes, training.attributes.labels[:, :2])
    deviation = (training.codes @ weights).std(dim=0, correction=0)
    for a, attribute in enumerate(("smiling", "big nose")):
        step = torch.tensor(names.directions[attribute].direction, dtype=torch.float64)
        moved = (step @ weights / deviation).tolist()
        assert list(names.leakage[attribute].values()) == pytest.approx(moved, abs=1e-3)
        assert moved[a] == pytest.approx(1)
        assert abs(moved[1 - a]) < 0.1  # they were drawn independently


def test_what_a_dead_dimensions_mean_whispers_names_nothing_and_moves_nothing() -> None:
    """A hundredth of the posterior's deviation: no decoder ever sees it, though it tells the labels perfectly."""
    training, validation = drawn(0), drawn(1)
    heard, whispered = [], []
    for part, seed in ((training, 2), (validation, 3)):
        mean = part.codes.clone()
        mean[:, 4] = 0.01 * part.attributes.labels[:, 2]
        codes = Codes(mean, torch.full_like(mean, -6.0).index_fill(1, torch.tensor([4]), 0.0))
        heard.append(part._replace(codes=codes.drawn(seed)))
        whispered.append(part._replace(codes=codes.mean))
    assert "young" in name_latents(*whispered).directions
    names = name_latents(*heard)
    assert "young" not in names.directions
    assert all(abs(found.direction[4]) < 0.1 for found in names.directions.values())


def test_a_sample_is_of_its_posterior_and_a_point_is_itself() -> None:
    mean = torch.arange(20_000.0, dtype=torch.float64)[:, None].expand(-1, 2)
    codes = Codes(mean, torch.tensor([0.0, -2.0], dtype=torch.float64).expand_as(mean))
    noise = codes.drawn() - mean
    torch.testing.assert_close(noise.mean(dim=0), torch.zeros(2).double(), atol=0.03, rtol=0)
    torch.testing.assert_close(noise.std(dim=0), torch.tensor([1.0, math.exp(-1)]).double(), atol=0.02, rtol=0)
    assert torch.equal(codes.drawn(), codes.drawn())
    assert torch.equal(Codes(mean, None).drawn(), mean)


def test_facts_are_of_every_dimension() -> None:
    training, validation = drawn(0), drawn(1)
    codes = Codes(2 * validation.codes, torch.zeros_like(validation.codes))
    found = facts(training, validation, codes)
    assert [fact.index for fact in found] == list(range(5))
    assert [found[j].attribute for j in (0, 1, 2)] == ["Big_Nose", "Big_Nose", "Smiling"]
    assert (found[0].grows, found[2].grows) == (True, False)
    names = name_latents(training, validation)
    assert found[2].auroc == names.dimensions[0].auroc
    assert found[2].interval == names.dimensions[0].interval
    assert found[2].spread == pytest.approx(2 * validation.codes[:, 2].std(correction=0).item())
    assert found[3].kl == pytest.approx(2 * validation.codes[:, 3].square().mean().item())
    assert found[3].interval[0] <= 0.5 <= found[3].interval[1] + 0.02
    assert facts(training, validation, Codes(validation.codes, None))[0].kl is None


def test_labels_are_found_by_name_and_what_is_missing_is_said(faces_folder: Path, tmp_path: Path) -> None:
    faces = cache.load(source.find(faces_folder, None), tmp_path / "cache")
    file = tmp_path / "labels.csv"
    rows = [[Path(name).stem, "train", i % 2, -1] for i, name in enumerate(faces.names)]
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([["image_id", "split", "Odd", "Never"], *rows[::-1]])
    found = attributes.read(file, faces)
    assert found.names == ("Odd", "Never")
    assert found.labels[:, 0].tolist() == [i % 2 for i in range(len(faces))]
    assert not found.labels[:, 1].any()
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([["image_id", "Odd"], *([row[0], row[2]] for row in rows[1:])])
    with pytest.raises(DataError, match="no row for 1 of 60 pictures"):
        attributes.read(file, faces)
    file.write_text("name,Odd\n")
    with pytest.raises(DataError, match="needs a column image_id"):
        attributes.read(file, faces)


def test_the_command_names_a_finished_model(
    config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = train(config)
    file = tmp_path / "labels.csv"
    with file.open("w", newline="") as stream:
        rows = [[picture.stem, i % 2] for i, picture in enumerate(sorted(config.data.glob("*.png")))]
        csv.writer(stream).writerows([["image_id", "Odd"], *rows])
    command = ["train", "name-latents", str(folder), "--data", str(config.data), "--val", str(config.data)]
    monkeypatch.setattr(sys, "argv", [*command, "--attributes", str(file), "--cache", str(tmp_path / "cache")])
    assert main() == 0
    assert NAMES in capsys.readouterr().out
    names = LatentNames.read(folder, 4)
    assert set(names.best) == {"odd"}
    assert [fact.attribute for fact in names.facts] == ["Odd"] * 4
    assert all(fact.kl is not None for fact in names.facts)
