import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from train.errors import UserError
from train.evaluation.results_table import read_records, render
from vae_models.catalogue import BUNDLED
from vae_models.files.names import RECORD
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER

VAE = TrainingRecord.read(BUNDLED_FOLDER / "vae")
BETAS = {"β-VAE": (2, 5, 10), "β-TCVAE": (5, 20, 50)}


def with_means(record: TrainingRecord, **means: float | None) -> TrainingRecord:
    return replace(record, attributes={"means": means})


def head(records: list[TrainingRecord]) -> str:
    return render(records).splitlines()[0]


def test_the_bundled_models_are_in_the_order_of_the_catalogue() -> None:
    records = read_records(())
    assert [record.recipe for record in records] == [re.sub(r"-b\d+$", "", name) for name in BUNDLED]
    titles = [line.split(" | ")[0].removeprefix("| ") for line in render(records).splitlines()[2:]]
    assert titles == ["AE", "VAE", *(f"{family}, β = {beta}" for family, betas in BETAS.items() for beta in betas)]


def test_a_folder_of_folders_is_sorted_by_recipe_and_beta(tmp_path: Path) -> None:
    for name, beta in (("z", 2.0), ("a", 10.0), ("m", 5.0)):
        (tmp_path / name).mkdir()
        replace(VAE, recipe="beta-vae", objective=replace(VAE.objective, kl=beta)).write(tmp_path / name)
    (tmp_path / "empty").mkdir()
    assert [record.objective.kl for record in read_records((tmp_path,))] == [2, 5, 10]
    assert [record.objective.kl for record in read_records((tmp_path / "a", tmp_path / "z"))] == [10, 2]


def test_a_missing_score_is_a_dash_and_an_empty_column_is_omitted() -> None:
    ae = TrainingRecord.read(BUNDLED_FOLDER / "ae")
    bare = [replace(record, attributes=None) for record in (ae, VAE)]
    top, _, first, second = render(bare).splitlines()
    assert "gap" not in top
    assert "MIG" not in top
    assert first.count("| - ") == 2
    assert "| 35.5 |" in second
    measured = replace(with_means(bare[1], gap=0.0312), disentanglement={"scores": {"mig": None}})
    top, _, first, second = render([bare[0], measured]).splitlines()
    assert top.endswith("| gap |")
    assert first.endswith("| - |")
    assert second.endswith("| 0.031 |")


def test_leakage_is_shown_beside_that_of_the_labels_alone() -> None:
    """Correlated labels leak by themselves: without this floor every code seems to."""
    assert "| leakage (labels alone: 0.062) |" in head(read_records(()))
    own, other = (with_means(VAE, leakage=0.07, leakage_of_labels=floor) for floor in (0.0621, 0.081))
    assert "| leakage (labels alone: 0.062) |" in head([own, VAE])
    assert "| leakage (labels alone: 0.062 to 0.081) |" in head([other, own])
    assert "| leakage |" in head([with_means(VAE, leakage=0.07)])


def test_a_score_that_is_no_number_is_not_shown_as_one() -> None:
    nan: Any = float("nan")
    assert "nan" not in render([replace(VAE, scores={**VAE.scores, "psnr": nan})])


def test_runs_of_one_objective_are_told_apart_by_size_and_seed(tmp_path: Path) -> None:
    for seed in (2, 0, 1):
        (tmp_path / f"s{seed}").mkdir()
        replace(VAE, settings={**VAE.settings, "seed": seed}).write(tmp_path / f"s{seed}")
    rows = render(read_records((tmp_path,))).splitlines()[2:]
    assert [row.split(" | ")[0] for row in rows] == ["| VAE, seed 0", "| VAE, seed 1", "| VAE, seed 2"]
    small = replace(VAE, settings={**VAE.settings, "latent_dim": 8})
    assert "| VAE, latent 8 |" in render([small, VAE])
    assert "| VAE, latent 32 |" in render([small, VAE])
    assert "latent" not in render([VAE, VAE])


def test_a_damaged_record_is_the_users_to_fix(tmp_path: Path) -> None:
    (tmp_path / RECORD).write_text("{")
    with pytest.raises(UserError, match="not a training record"):
        read_records((tmp_path,))
