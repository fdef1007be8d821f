import csv
import sys
from pathlib import Path

import pytest

from train.__main__ import main
from train.commands.evaluate import EvaluateConfig
from vae_models.files.latent_names import LatentNames
from vae_models.files.names import LATENTS


@pytest.fixture
def labels(faces_folder: Path, tmp_path: Path) -> Path:
    file = tmp_path / "odd.csv"
    with file.open("w", newline="") as stream:
        rows = [[picture.stem, i % 2] for i, picture in enumerate(sorted(faces_folder.glob("*.png")))]
        csv.writer(stream).writerows([["image_id", "Odd"], *rows])
    return file


def command(vae: EvaluateConfig, val: Path, labels: Path) -> list[str]:
    arguments = ["--data", str(vae.data), "--val", str(val), "--attributes", str(labels)]
    return ["train", "name-latents", str(vae.model), *arguments, "--cache", str(vae.options.cache)]


def test_the_command_names_the_latents_of_a_finished_model(
    vae: EvaluateConfig,
    others: Path,
    labels: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", command(vae, others, labels))
    assert main() == 0
    assert LATENTS in capsys.readouterr().out
    names = LatentNames.read(vae.model, 4)
    assert set(names.best) == {"odd"}
    assert [fact.attribute for fact in names.facts] == ["Odd"] * 4
    assert all(fact.kl is not None for fact in names.facts)


def test_names_have_to_hold_for_people_where_these_are_known(
    vae: EvaluateConfig,
    others: Path,
    labels: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", command(vae, others, labels))
    assert main() == 0
    assert "over pictures: too narrow" in capsys.readouterr().out
    acceptance = LatentNames.read(vae.model, 4).acceptance
    assert acceptance
    assert (acceptance.people, acceptance.pictures) == (None, 60)
    identities = labels.with_name("identities.csv")
    identities.write_text("".join(f"{file.stem},{i // 5}\n" for i, file in enumerate(sorted(others.glob("*.png")))))
    monkeypatch.setattr(sys, "argv", [*command(vae, others, labels), "--identities", str(identities)])
    assert main() == 0
    assert "12 people in 60 pictures" in capsys.readouterr().out
    acceptance = LatentNames.read(vae.model, 4).acceptance
    assert acceptance
    assert acceptance.people == 12


def test_names_are_not_accepted_on_the_images_that_chose_them(
    vae: EvaluateConfig, labels: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", command(vae, Path(vae.data), labels))
    assert main() == 2
    assert "would both train and validate" in capsys.readouterr().err
    assert not (vae.model / LATENTS).exists()
