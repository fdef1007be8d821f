"""What the Models tab is told: code that loads a model, facts that are the same for all, citations."""

import re

import pytest

from pages.about import describe, write_load
from tests.conftest import bundled_models, report_models
from vae_models import Autoencoder
from vae_models.hub.pull import Loaded
from vae_models.hub.source import Origin


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
