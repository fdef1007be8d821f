import json
from pathlib import Path
from typing import Any

import pytest

from vae_models.files.latent_names import (
    Acceptance,
    Best,
    Candidate,
    Direction,
    Effects,
    Fact,
    LatentNames,
    Name,
)
from vae_models.files.names import LATENTS

NAME = {"index": 2, "name": "smile +", "attribute": "Smiling", "auroc": 0.8, "interval": [0.7, 0.9]}
DIRECTION = {"direction": [0.0, 0.6, 0.8, 0], "per_logit": 0.5, "auroc": 0.9, "interval": [0.85, 0.95]}

FACT = {
    "index": 0,
    "kl": 0.3,
    "spread": 0.9,
    "attribute": "Bald",
    "grows": True,
    "auroc": 0.7,
    "interval": [0.6, 0.8],
}


def write(folder: Path, text: str) -> None:
    (folder / LATENTS).write_text(text)


def test_latent_names_survive_writing_and_reading(tmp_path: Path) -> None:
    names = LatentNames(
        (Name(2, "smile +", "Smiling", 0.8, (0.7, 0.9)), Name(0, "bald -", "Bald", 0.7, (0.6, 0.8))),
        {"smile": Direction((0.0, 0.6, 0.8, 0.0), 0.5, 0.9, (0.85, 0.95))},
        {"smile": Best(2, True, 0.8), "bald": Best(0, False, 0.7)},
        {"smile": {"smile": 1.0}},
        tuple(Fact(j, None if j else 0.3, 0.9, "Bald", False, 0.7, (0.6, 0.8)) for j in range(4)),
        Acceptance((Candidate("Smiling", 2, 0.8, 0.75, 0.1, 0.06, True),), 90, 450),
        Effects(300, None, {"smile": 0.9, "young": 0.8}, {"smile": {"smile": (0.9, 0.8, 1.0), "young": (0.1, 0, 0.2)}}),
    )
    names.write(tmp_path)
    assert LatentNames.read(tmp_path, 4) == names


def test_the_file_has_the_documented_format(tmp_path: Path) -> None:
    write(tmp_path, json.dumps({"dimensions": [NAME], "directions": {"smile": DIRECTION}}))
    read = LatentNames.read(tmp_path, 4)
    assert read.dimensions[0].name == "smile +"
    assert read.directions["smile"].direction == (0, 0.6, 0.8, 0)
    read.write(tmp_path)
    assert json.loads((tmp_path / LATENTS).read_text()) == {
        "dimensions": [NAME],
        "directions": {"smile": DIRECTION},
        "best": {},
        "leakage": {},
        "facts": [],
    }


@pytest.mark.parametrize(
    "best",
    [{"index": 4, "grows": True, "auroc": 0.8}, {"index": 1, "grows": 1, "auroc": 0.8}, {"index": 1, "grows": True}],
)
def test_a_malformed_best_dimension_is_refused(tmp_path: Path, best: dict[str, object]) -> None:
    write(tmp_path, json.dumps({"dimensions": [], "directions": {}, "best": {"smile": best}}))
    with pytest.raises(ValueError, match="does not name 4 latent dimensions"):
        LatentNames.read(tmp_path, 4)


@pytest.mark.parametrize(
    "change",
    [
        {"leakage": {"bald": {"smile": 1.0}}},
        {"leakage": {"smile": {}}},
        {"leakage": {"smile": {"smile": None}}},
        {"facts": [FACT]},
        {"facts": [{**FACT, "index": j} for j in (1, 0, 2, 3)]},
        {"facts": [{**FACT, "index": j, "auroc": 1.2} for j in range(4)]},
        {"facts": [{**FACT, "index": j, "kl": float("nan")} for j in range(4)]},
        {"facts": [{"index": j} for j in range(4)]},
    ],
)
def test_malformed_facts_and_crosstalk_are_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    write(tmp_path, json.dumps({"dimensions": [], "directions": {"smile": DIRECTION}, **change}))
    with pytest.raises(ValueError, match="does not name 4 latent dimensions"):
        LatentNames.read(tmp_path, 4)


def test_without_the_file_no_dimension_has_a_name(tmp_path: Path) -> None:
    assert LatentNames.read(tmp_path, 4) == LatentNames((), {})


@pytest.mark.parametrize(
    "change",
    [
        {"index": 4},
        {"index": -1},
        {"index": True},
        {"index": 1.0},
        {"name": ""},
        {"name": None},
        {"attribute": 3},
        {"auroc": 0.95},
        {"auroc": float("nan")},
        {"auroc": "0.8"},
        {"interval": [0.9, 0.7]},
        {"interval": [0.7]},
        {"interval": 0.7},
        {"interval": [0.7, 1.2]},
        {"colour": "red"},
    ],
)
def test_a_malformed_name_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    write(tmp_path, json.dumps({"dimensions": [{**NAME, **change}], "directions": {}}))
    with pytest.raises(ValueError, match=r"latents.json does not name 4 latent dimensions: .+"):
        LatentNames.read(tmp_path, 4)


@pytest.mark.parametrize(
    "change",
    [
        {"direction": [1, 2, 3]},
        {"direction": [1, 2, 3, float("inf")]},
        {"direction": [1, 2, 3, "4"]},
        {"direction": None},
        {"per_logit": None},
        {"per_logit": float("inf")},
        {"auroc": 2},
        {"sign": 1},
    ],
)
def test_a_malformed_direction_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    write(tmp_path, json.dumps({"dimensions": [], "directions": {"smile": {**DIRECTION, **change}}}))
    with pytest.raises(ValueError, match=r"latents.json does not name 4 latent dimensions: .+"):
        LatentNames.read(tmp_path, 4)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        "{}",
        '{"dimensions": []}',
        '{"dimensions": 1, "directions": {}}',
        '{"dimensions": [1], "directions": {}}',
        '{"dimensions": [], "directions": []}',
        '{"dimensions": [], "directions": {"smile": 1}}',
        json.dumps({"dimensions": [NAME, NAME], "directions": {}}),
    ],
)
def test_other_files_than_latent_names_are_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    with pytest.raises(ValueError, match=r"latents.json does not name 4 latent dimensions: .+"):
        LatentNames.read(tmp_path, 4)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / LATENTS).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="does not name 4"):
        LatentNames.read(tmp_path, 4)


@pytest.mark.parametrize(
    "change",
    [
        {"acceptance": {"candidates": [], "people": 3}},
        {"acceptance": {"candidates": [{"attribute": "Bald", "index": 1}], "people": 3, "pictures": 9}},
        {"effects": {"pictures": 3, "people": 3, "probe_auroc": {"a": 0.8}, "changes": {"smile": {"b": [0, 0, 0]}}}},
        {"effects": {"pictures": 3, "people": 3, "probe_auroc": {"a": 0.8}, "changes": {"smile": {"a": [0, 0]}}}},
        {"effects": {"pictures": 3, "people": 3, "probe_auroc": {}, "changes": {"frown": {}}}},
    ],
)
def test_malformed_acceptance_and_effects_are_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    write(tmp_path, json.dumps({"dimensions": [], "directions": {"smile": DIRECTION}, **change}))
    with pytest.raises(ValueError, match="does not name 4 latent dimensions"):
        LatentNames.read(tmp_path, 4)
