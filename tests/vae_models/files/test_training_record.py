import json
import math
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from vae_models.files.names import RECORD
from vae_models.files.training_record import TrainingRecord
from vae_models.objectives.objective import VAE, beta_tcvae

RECORDED = TrainingRecord(
    recipe="beta-tcvae",
    objective=beta_tcvae(20.0),
    data={"note": "β"},
    settings={"width": 32},
    steps=3,
    images_seen=24,
    loss={"first": 900.0, "last": 170.0},
    versions={"torch": "2.14"},
    parameters=9,
    scores={"kl": 3.5, "decomposition": []},
    latents={"kl": [0.1, 3.4]},
    typicality={"error": [0.0, 1.0]},
    generation={"fid": 12.0},
)


def change(folder: Path, **fields: Any) -> None:
    RECORDED.write(folder)
    (folder / RECORD).write_text(json.dumps({**asdict(RECORDED), **fields}))


def test_a_record_survives_writing_and_reading(tmp_path: Path) -> None:
    RECORDED.write(tmp_path)
    assert TrainingRecord.read(tmp_path) == RECORDED
    assert [file.name for file in tmp_path.iterdir()] == [RECORD]


def test_unknown_fields_of_a_newer_version_are_ignored(tmp_path: Path) -> None:
    change(tmp_path, carbon={"grams": 3}, objective={**asdict(RECORDED.objective), "dip": 0.0})
    assert TrainingRecord.read(tmp_path) == RECORDED


@pytest.mark.parametrize("name", ["scores", "latents", "objective", "steps"])
def test_a_record_without_a_required_field_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / RECORD).write_text(json.dumps({key: value for key, value in asdict(RECORDED).items() if key != name}))
    with pytest.raises(ValueError, match=f"is not a training record of this version.*{name}"):
        TrainingRecord.read(tmp_path)


@pytest.mark.parametrize(
    "fields",
    [
        {"scores": None},
        {"scores": {"kl": "3.5"}},
        {"steps": 1.5},
        {"steps": True},
        {"objective": {"kl": -1.0}},
        {"objective": []},
        {"objective": {"distortion": "laplace"}},
    ],
)
def test_a_malformed_record_is_refused(tmp_path: Path, fields: dict[str, Any]) -> None:
    change(tmp_path, **fields)
    with pytest.raises(ValueError, match="is not a training record of this version"):
        TrainingRecord.read(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "3", "{"])
def test_other_files_than_records_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD).write_text(text)
    with pytest.raises(ValueError, match="is not a training record of this version"):
        TrainingRecord.read(tmp_path)


def test_nan_scores_leave_the_old_record_unchanged(tmp_path: Path) -> None:
    RECORDED.write(tmp_path)
    with pytest.raises(ValueError, match="JSON"):
        replace(RECORDED, objective=VAE, scores={"kl": math.nan}).write(tmp_path)
    assert TrainingRecord.read(tmp_path) == RECORDED
