"""The documents of the page describe dials beside the models, and change nothing about these."""

import json
from dataclasses import replace
from typing import Any

import pytest

from pages.documents import DOCUMENTS
from pages.files import list_files
from tests.conftest import report_models
from tests.dial_folder import CURVE, load_dials, write_dial
from vae_models.hub.pull import Loaded, PulledDial


@pytest.fixture(scope="module")
def dial(tmp_path_factory: pytest.TempPathFactory) -> PulledDial:
    folder = tmp_path_factory.mktemp("models")
    write_dial(folder / "beta-dial", onnx=True)
    (pulled,) = load_dials(folder)
    return pulled


def document(name: str, *dials: PulledDial) -> Any:
    return json.loads(DOCUMENTS[name](Loaded(report_models(), dials=dials)))


def test_a_dial_is_described_by_its_range_files_curve_and_code(dial: PulledDial) -> None:
    (described,) = document("models.json", dial)["dials"]
    assert described["curve"] == {name: CURVE[name] for name in ("beta", "squared_error", "kl", "active_units")}
    assert {key: described[key] for key in ("name", "title", "base", "latents", "channels", "highest")} == {
        "name": "beta-dial",
        "title": "β dial",
        "base": "beta-vae",
        "latents": 32,
        "channels": 3,
        "highest": 50,
    }
    served = [address for address, _ in list_files((dial.at_one,)) if address.startswith("models/")]
    assert sorted(served) == [described["decoder"], described["encoder"]]
    kl = dial.at_one.record.latents["kl"]
    assert described["order"] == sorted(range(32), key=lambda index: -kl[index])
    assert described["inUse"] == len(described["used"])
    assert described["kept"] == []


def test_numbers_and_directions_of_a_dial_are_those_of_beta_one(dial: PulledDial) -> None:
    entry = document("explore.json", dial)["beta-dial"]
    assert [number["index"] for number in entry["numbers"]] == document("models.json", dial)["dials"][0]["order"]
    assert entry["mean"] == [0] * 32
    assert entry["directions"] == {}


def test_a_dial_changes_nothing_about_the_models(dial: PulledDial) -> None:
    for name in DOCUMENTS:
        with_dial, without = document(name, dial), document(name)
        changed = {key for key in with_dial if with_dial[key] != without.get(key)}
        assert changed <= {"dials", "beta-dial"}, name


def test_a_dial_without_files_or_curve_has_its_documents(dial: PulledDial) -> None:
    bare = dial.at_one._replace(folder=None, record=replace(dial.at_one.record, curve=None, latents={}))
    (described,) = document("models.json", dial._replace(at_one=bare))["dials"]
    assert described["encoder"] is described["decoder"] is described["densities"] is described["curve"] is None
    assert described["inUse"] == 32
