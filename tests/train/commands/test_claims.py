"""The command `claims` on small models and drawn faces."""

import csv
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.conftest import draw_face
from tests.dial_folder import write_dial
from tests.train.claims.models import OBJECTIVES, scores
from train.__main__ import main
from train.claims import reference
from train.claims.table import CLAIMS
from train.commands.claims import ClaimsConfig
from train.data.options import DataOptions
from train.data.pictures import DataError
from train.errors import UserError
from vae_models import Autoencoder, ModelConfig
from vae_models.files.names import WEIGHTS
from vae_models.files.training_record import TrainingRecord


@pytest.fixture(scope="module", autouse=True)
def _few() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference, "COMPONENTS", 8)
        patch.setattr(reference, "RESAMPLES", 5)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save four models that decode each code differently."""
    root = tmp_path_factory.mktemp("models")
    for index, (name, (recipe, objective)) in enumerate(OBJECTIVES.items()):
        torch.manual_seed(index)
        model = Autoencoder(ModelConfig(width=2, latent_dim=4, stochastic=name != "ae")).eval()
        with torch.no_grad():
            for kernel in (p for p in model.parameters() if p.dim() > 1):
                kernel.mul_(3)  # an untrained model would decode every code to grey
        model.save_pretrained(root / name)
        TrainingRecord(recipe, objective, {}, {}, 1, 1, {}, {}, 1, scores(recipe, index), {}, {}).write(root / name)
    return root


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw forty faces, none of them in `faces_folder`."""
    root = tmp_path_factory.mktemp("training")
    for seed in range(100, 140):
        draw_face(seed).save(root / f"{seed}.png")
    return root


@pytest.fixture
def labels(faces_folder: Path, training: Path, tmp_path: Path) -> Path:
    """Label every second face with eyeglasses, every third as young."""
    file = tmp_path / "labels.csv"
    pictures = [*sorted(faces_folder.glob("*.png")), *sorted(training.glob("*.png"))]
    with file.open("w", newline="") as stream:
        rows = [[f"{n:03d}", n % 2, int(n % 3 == 0)] for n in (int(picture.stem) for picture in pictures)]
        csv.writer(stream).writerows([["image_id", "Eyeglasses", "Young"], *rows])
    return file


@pytest.fixture(scope="module")
def without_labels(
    folder: Path, faces_folder: Path, faces_cache: Path, training: Path, tmp_path_factory: pytest.TempPathFactory
) -> ClaimsConfig:
    """Configure the command for the four models."""
    return ClaimsConfig(
        faces_folder,
        training,
        (folder,),
        output=tmp_path_factory.mktemp("without-labels") / "claims.json",
        count=16,
        pairs=6,
        steps=4,
        options=DataOptions(cache=faces_cache),
    )


@pytest.fixture(scope="module")
def finished(without_labels: ClaimsConfig) -> tuple[str, bytes]:
    """Run the command once; return what it prints and its file."""
    return without_labels.run(), without_labels.output.read_bytes()


@pytest.fixture
def config(without_labels: ClaimsConfig, tmp_path: Path) -> ClaimsConfig:
    """Configure the command with another file as its output."""
    return replace(without_labels, output=tmp_path / "claims.json")


def test_every_claim_has_a_number_for_every_model_that_can_have_one(config: ClaimsConfig, labels: Path) -> None:
    *table, empty, note = replace(config, attributes=labels).run().splitlines()
    assert empty == ""
    assert "over pictures: too narrow" in note
    facts = json.loads(config.output.read_text())
    assert list(facts["models"]) == ["ae", "vae", "beta-vae", "beta-tcvae"]
    assert table[0] == "|  | training faces | ae | vae | beta-vae | beta-tcvae |"
    assert {line.count("|") for line in table} == {7}
    for claim in CLAIMS:
        for row in claim.rows:
            missing = [name for name, one in facts["models"].items() if one["measures"][row.name] is None]
            allowed = {"rate": ["ae"]}
            if not row.name.startswith("rival_"):
                assert missing == allowed.get(row.name, []), row.name
    assert facts["samples"] == 16
    assert facts["pairs"] == 6
    assert facts["data"]["training"]["pictures"] == 40
    assert facts["data"]["validation"]["pictures"] == 60


def test_intervals_are_over_people_and_a_dial_is_left_out(
    config: ClaimsConfig, finished: tuple[str, bytes], tmp_path: Path
) -> None:
    over_pictures = json.loads(finished[1])
    assert over_pictures["intervals"]["over"] == "pictures"
    identities = tmp_path / "identities.csv"
    identities.write_text("image_id,identity\n" + "".join(f"{n:03d},{n // 4}\n" for n in range(200)))
    write_dial(tmp_path / "beta-dial")
    models = (*config.models, tmp_path / "beta-dial")
    *_, note, left_out = replace(config, identities=identities, models=models).run().splitlines()
    assert "15 people in 60 pictures" in note
    assert left_out == "beta-dial was left out: the claims are of models of one beta"
    over_people = json.loads(config.output.read_text())
    assert list(over_people["models"]) == ["ae", "vae", "beta-vae", "beta-tcvae"]
    assert over_people["intervals"] == {"level": "95 %", "over": "people", "pictures": 60, "people": 15}
    for name in ("reconstruction_variance", "reconstruction_energy"):
        one, other = (facts["models"]["vae"]["measures"][name] for facts in (over_people, over_pictures))
        assert one["value"] == other["value"]
        assert one["interval"] != other["interval"]


def test_numbers_depend_on_the_seed_and_on_nothing_else(config: ClaimsConfig, finished: tuple[str, bytes]) -> None:
    table, numbers = finished
    assert config.run() == table
    assert config.output.read_bytes() == numbers
    assert replace(config, seed=1).run() != table


def test_the_measures_of_a_model_do_not_depend_on_the_others(
    config: ClaimsConfig, finished: tuple[str, bytes], folder: Path
) -> None:
    together = json.loads(finished[1])["models"]["vae"]
    replace(config, models=(folder / "vae",)).run()
    assert json.loads(config.output.read_text())["models"] == {"vae": together}
    digest = hashlib.sha256((folder / "vae" / WEIGHTS).read_bytes()).hexdigest()
    described = {"recipe": "vae", "beta": 1.0, "seed": None, "weights": digest}
    assert {name: value for name, value in together.items() if name != "measures"} == described


def test_without_labels_and_recorded_scores_attribute_measures_are_missing(finished: tuple[str, bytes]) -> None:
    assert "| linear probe: AUROC of eyeglasses | - | - | - | - | - |" in finished[0]


def test_impossible_settings_are_refused(
    config: ClaimsConfig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("count", 1), ("pairs", 3), ("steps", 3), ("steps", 0)):
        changes: Any = {name: value}
        with pytest.raises(UserError, match=f"{name}={value}"):
            replace(config, **changes)
    with pytest.raises(DataError, match="would both train and validate"):
        replace(config, training=config.data).run()
    monkeypatch.setattr(reference, "COMPONENTS", 60)
    with pytest.raises(DataError, match="more than 60"):
        config.run()
    monkeypatch.setattr(sys, "argv", ["train", "claims", "nowhere", "--data", "nothing", "--training", "nothing"])
    assert main() == 2
    assert "There is no folder nowhere" in capsys.readouterr().err
