"""The record of the tab Models: scores, origins, code that loads a model, the check by group, citations."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import vae_models
from pages.about import SCORES, describe, only_loss_differs, write_load
from pages.citations import ADDRESSES, list_works
from pages.documents import DOCUMENTS
from tests.conftest import bundled_models, report_models
from tests.dial_folder import CURVE, write_dial
from vae_models import Autoencoder, group_errors
from vae_models.hub.pull import BUNDLED_FOLDER, Loaded, pull
from vae_models.hub.source import Failure, Origin


def test_the_code_of_a_bundled_model_loads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    vae = bundled_models()[1]
    loaded: dict[str, Autoencoder] = {}
    assert vae.folder is not None
    monkeypatch.chdir(vae.folder.parents[2])
    exec(write_load(vae), loaded)
    assert loaded["model"].config == vae.model.config


def test_the_code_of_a_model_from_the_hub_names_its_commit() -> None:
    vae = report_models()[1]._replace(origin=Origin("hub", "somebody/vae-celeba64", "a" * 40))
    assert f'from_pretrained("somebody/vae-celeba64", revision="{"a" * 40}")' in write_load(vae)


def test_this_work_is_cited_first_and_the_report_second() -> None:
    entries = re.findall(r"^@\w+\{([\w-]+),", describe(Loaded(report_models()))["bibtex"], re.MULTILINE)
    assert entries[:2] == ["vae-faces", "schik-overview"]
    assert "kingma2014vae" in entries


def test_every_score_and_fact_is_that_of_the_record() -> None:
    described = json.loads(DOCUMENTS["about.json"](Loaded(bundled_models())))["models"]
    assert list(described) == [pulled.name for pulled in bundled_models()]
    for pulled in bundled_models():
        record, model = pulled.record, described[pulled.name]
        assert model["scores"] == {name: record.scores[name] for name in SCORES}
        assert model["facts"]["training"] == record.data["training"]["pictures"]
        assert model["facts"]["validation"] == record.data["validation"]["pictures"]
        for fact, value in (("steps", record.steps), ("parameters", record.parameters), ("data", record.data["note"])):
            assert model["facts"][fact] == value
        assert model["objective"]["kl"] == record.objective.kl
        assert record.attributes is not None
        assert model["probed"] == len(record.attributes["by_attribute"])


def test_a_record_without_metrics_has_empty_scores() -> None:
    vae = bundled_models()[1]
    bare = replace(vae.record, scores={}, attributes=None, data={}, settings={})
    described = describe(Loaded((vae._replace(record=bare),)))["models"]["vae"]
    assert set(described["scores"].values()) == {None}
    assert (described["found"], described["facts"]["data"], described["facts"]["training"]) == (None, None, None)


def test_only_the_loss_differs_between_models_of_the_same_training() -> None:
    records = [pulled.record for pulled in bundled_models()]
    assert only_loss_differs(records)
    assert not only_loss_differs(records[:1])
    vae = records[1]
    for other in (replace(vae, steps=1), replace(vae, data={}), replace(vae, settings={**vae.settings, "seed": 1})):
        assert not only_loss_differs([vae, other])
    assert only_loss_differs([vae, replace(vae, settings={**vae.settings, "preview_every": 9, "compile": True})])


def test_the_check_by_group_is_that_of_the_record() -> None:
    groups = describe(Loaded(report_models()))["groups"]
    assert groups["unexplained"] == group_errors.UNEXPLAINED
    assert groups["imagesSeen"] == group_errors.IMAGES_SEEN
    assert set(groups["counted"]) == {label for shares in groups["unexplained"].values() for label in shares}


def test_failures_of_one_source_and_reason_share_a_line() -> None:
    hub = Origin("hub", "somebody/vae-celeba64")
    failures = (
        Failure("ae", hub, "no answer"),
        Failure("vae", hub, "no answer"),
        Failure("vae", Origin("cache"), "empty"),
    )
    described = describe(Loaded(report_models(), failures))["failures"]
    assert [(one["names"], one["reason"]) for one in described] == [(["ae", "vae"], "no answer"), (["vae"], "empty")]


def test_every_cited_work_has_title_authors_and_address() -> None:
    bibtex = (Path(vae_models.__file__).parent / "citations.bib").read_text(encoding="utf-8")
    assert list(ADDRESSES) == re.findall(r"^@\w+\{([\w-]+),", bibtex, re.MULTILINE)
    works = list_works()
    assert [work.authors for work in works] == [
        "Schik",
        "Kingma and Welling",
        "Higgins et al.",
        "Chen et al.",
        "Liu et al.",
    ]
    assert works[1].title == "Auto-Encoding Variational Bayes"
    assert [work.year for work in works] == [None, "2014", "2017", "2018", "2015"]


def test_the_code_of_a_dial_loads_the_model_of_a_beta(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dial = write_dial(tmp_path / "beta-dial")
    (pulled,) = pull(str(BUNDLED_FOLDER / "vae"), str(tmp_path)).dials
    described = describe(Loaded(report_models(), dials=(pulled,)))["dials"]["beta-dial"]
    assert described["curve"] == CURVE
    assert described["base"] == "beta-vae"
    assert described["facts"]["steps"] == pulled.at_one.record.steps
    monkeypatch.chdir(tmp_path)
    loaded: dict[str, Autoencoder] = {}
    exec(described["load"], loaded)
    z = torch.randn(2, 32)
    assert torch.equal(loaded["model"].decode(z), dial.at(5).decode(z))
