import csv
import math
import sys
from pathlib import Path

import pytest
import torch

from train import attributes
from train.__main__ import main
from train.attributes import Attributes
from train.config import TrainConfig
from train.data import cache, source
from train.data.source import DataError
from train.evaluate import Codes
from train.loop import train
from train.naming import CARRIES, Labelled, carried, name_latents
from vae_models.names import NAMES, LatentNames


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


def test_what_drowns_in_the_posteriors_noise_tells_nothing() -> None:
    """Dimension 4's mean tells Young perfectly, and is 0.001 wide where the posterior is as wide as the prior."""
    training = drawn(0)
    mean = training.codes.clone()
    mean[:, 4] = 1e-3 * (training.attributes.labels[:, 2] - 0.5)
    logvar = torch.full_like(mean, -2.0)
    logvar[:, 4] = 0.0
    labelled = Labelled(mean, training.attributes)
    assert name_latents(labelled, labelled).best["young"].auroc == 1
    heard = labelled._replace(codes=carried(Codes(mean, logvar)))
    names = name_latents(heard, heard)
    assert names.best["young"].auroc < 0.55
    assert "young" not in names.directions
    assert all(found.direction[4] == 0 for found in names.directions.values())
    assert torch.equal(heard.codes[:, :4], mean[:, :4])
    assert torch.equal(carried(Codes(mean, None)), mean)


def test_a_dimension_carries_from_a_twentieth_of_a_nat_on() -> None:
    kl = torch.tensor([0.9, 1.1], dtype=torch.float64) * CARRIES
    mean = (2 * kl).sqrt().expand(10, 2)  # with unit variance the KL is half the squared mean
    assert carried(Codes(mean, torch.zeros_like(mean)))[0].bool().tolist() == [False, True]


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
    assert set(LatentNames.read(folder, 4).best) == {"odd"}
    monkeypatch.setattr("train.naming.CARRIES", math.inf)
    assert main() == 0
    assert LatentNames.read(folder, 4).best["odd"].auroc == 0.5
