import json
import sys
from pathlib import Path
from typing import Any

import pytest

from train.__main__ import main
from train.claims import reference, run
from train.claims.table import CLAIMS
from train.commands.claims import ClaimsConfig
from train.data.pictures import DataError


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "COMPONENTS", 8)
    monkeypatch.setattr(run, "COMPONENTS", 8)
    monkeypatch.setattr(reference, "RESAMPLES", 5)


@pytest.fixture
def config(folder: Path, faces_folder: Path, training: Path, tmp_path: Path) -> ClaimsConfig:
    return ClaimsConfig(
        faces_folder,
        training,
        (folder,),
        output=tmp_path / "claims.json",
        count=30,
        pairs=10,
        steps=4,
        cache=tmp_path / "cache",
    )


def changed(config: ClaimsConfig, **changes: Any) -> ClaimsConfig:
    return ClaimsConfig(**{**config.__dict__, **changes})


def test_every_claim_has_a_number_of_every_model_that_can_have_one(config: ClaimsConfig, labels: Path) -> None:
    table = run.run(changed(config, attributes=labels)).splitlines()
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
    assert facts["samples"] == 30
    assert facts["pairs"] == 10
    assert facts["data"]["training"]["pictures"] == 40
    assert facts["data"]["validation"]["pictures"] == 60


def test_the_same_command_writes_the_same_numbers_and_another_seed_others(config: ClaimsConfig) -> None:
    table = run.run(config)
    numbers = config.output.read_bytes()
    assert run.run(config) == table
    assert config.output.read_bytes() == numbers
    assert run.run(changed(config, seed=1)) != table


def test_a_model_scores_the_same_whatever_is_measured_beside_it(config: ClaimsConfig, folder: Path) -> None:
    run.run(config)
    together = json.loads(config.output.read_text())["models"]["vae"]["measures"]
    run.run(changed(config, models=(folder / "vae",)))
    assert json.loads(config.output.read_text())["models"] == {
        "vae": {"recipe": "vae", "beta": 1.0, "measures": together}
    }


def test_without_labels_and_recorded_scores_attributes_are_left_open(config: ClaimsConfig) -> None:
    table = run.run(config)
    assert "| linear probe: AUROC of eyeglasses | - | - | - | - | - |" in table


def test_settings_that_cannot_be_are_refused(
    config: ClaimsConfig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for wrong in ({"count": 1}, {"pairs": 3}, {"steps": 3}, {"steps": 0}):
        with pytest.raises(ValueError, match=f"{next(iter(wrong))}={next(iter(wrong.values()))}"):
            changed(config, **wrong)
    with pytest.raises(DataError, match="set aside"):
        run.run(changed(config, training=config.data))
    monkeypatch.setattr(reference, "COMPONENTS", 60)
    with pytest.raises(DataError, match="more than 60"):
        run.run(config)
    monkeypatch.setattr(sys, "argv", ["train", "claims", "nowhere", "--data", "nothing", "--training", "nothing"])
    assert main() == 2
    assert "There is no folder nowhere" in capsys.readouterr().err
