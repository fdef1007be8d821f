import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from train.__main__ import main
from train.commands.table import TableConfig
from train.evaluation.results_table import records, render
from vae_models.catalogue import BUNDLED
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER

README = (Path(__file__).parents[3] / "README.md").read_text()
VAE = TrainingRecord.read(BUNDLED_FOLDER / "vae")
LADDER = {"β-VAE": (2, 5, 10), "β-TCVAE": (5, 20, 50)}


def test_the_readme_s_table_is_the_one_that_the_files_give() -> None:
    (printed,) = re.findall(r"<!-- table -->\n(.*?)\n<!-- /table -->", README, re.DOTALL)
    assert printed == TableConfig().run()


def test_the_bundled_models_stand_in_the_catalogues_order() -> None:
    assert [record.recipe for record in records(())] == [re.sub(r"-b\d+$", "", name) for name in BUNDLED]
    titles = [line.split(" | ")[0].removeprefix("| ") for line in TableConfig().run().splitlines()[2:]]
    families = [f"{family}, β = {beta}" for family, betas in LADDER.items() for beta in betas]
    assert titles == ["AE", "VAE", *families]


def test_a_folder_of_folders_is_sorted_by_recipe_and_beta(tmp_path: Path) -> None:
    for name, beta in (("z", 2.0), ("a", 10.0), ("m", 5.0)):
        (tmp_path / name).mkdir()
        replace(VAE, recipe="beta-vae", objective=replace(VAE.objective, kl=beta)).write(tmp_path / name)
    (tmp_path / "empty").mkdir()
    assert [record.objective.kl for record in records((tmp_path,))] == [2, 5, 10]
    assert [record.objective.kl for record in records((tmp_path / "a", tmp_path / "z"))] == [10, 2]


def test_what_a_model_does_not_have_is_a_dash_and_what_none_has_is_no_column() -> None:
    ae = TrainingRecord.read(BUNDLED_FOLDER / "ae")
    bare = [replace(record, attributes=None) for record in (ae, VAE)]
    head, _, first, second = render(bare).splitlines()
    assert "gap" not in head
    assert "MIG" not in head
    assert first.count("| - ") == 2
    assert "| 35.5 |" in second
    measured = replace(bare[1], attributes={"means": {"gap": 0.0312}}, disentanglement={"scores": {"mig": None}})
    head, _, first, second = render([bare[0], measured]).splitlines()
    assert head.endswith("| gap |")
    assert first.endswith("| - |")
    assert second.endswith("| 0.031 |")


def test_runs_that_differ_are_told_apart(tmp_path: Path) -> None:
    for seed in (2, 0, 1):
        (tmp_path / f"s{seed}").mkdir()
        replace(VAE, settings={**VAE.settings, "seed": seed}).write(tmp_path / f"s{seed}")
    rows = render(records((tmp_path,))).splitlines()[2:]
    assert [row.split(" | ")[0] for row in rows] == ["| VAE, seed 0", "| VAE, seed 1", "| VAE, seed 2"]
    small = replace(VAE, settings={**VAE.settings, "latent_dim": 8})
    assert "| VAE, latent 8 |" in render([small, VAE])
    assert "| VAE, latent 32 |" in render([small, VAE])
    assert "latent" not in render([VAE, VAE])


def test_a_folder_without_a_record_is_answered_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in (str(tmp_path), "nowhere"):
        monkeypatch.setattr(sys, "argv", ["train", "table", place])
        assert main() == 2
        assert f"{place} holds no training.json" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["train", "table"])
    assert main() == 0
    assert capsys.readouterr().out == TableConfig().run() + "\n"
