import re
from dataclasses import replace

import pytest

from tests.conftest import bundled_models
from ui import loading
from ui import models as models_tab
from vae_models import Autoencoder
from vae_models.hub.pull import BUNDLED_FOLDER, Pulled
from vae_models.hub.source import Origin


@pytest.fixture(scope="module")
def models() -> tuple[Pulled, ...]:
    return bundled_models()


def rows(html: str) -> dict[str, list[str]]:
    """Name -> cells, without markup; one cell for all counts for each."""
    found = re.findall(r'<tr><th scope="row">(.*?)<small>.*?</th>(.*?)</tr>', html)
    return {
        name: [
            re.sub("<.*?>", "", cell)
            for columns, cell in re.findall(r'<td(?: class="same" colspan="(\d+)")?>(.*?)</td>', cells)
            for _ in range(int(columns or 1))
        ]
        for name, cells in found
    }


def with_scores(pulled: Pulled, **scores: float | None) -> Pulled:
    return pulled._replace(record=replace(pulled.record, scores={**pulled.record.scores, **scores}))


def test_every_model_has_its_cell_in_every_row(models: tuple[Pulled, ...]) -> None:
    found = rows(models_tab.table(models))
    assert all(len(cells) == len(models) for cells in found.values())
    tcvae = [pulled.name for pulled in models].index("beta-tcvae")
    assert found["Objective"][tcvae] == "‖x − x̂‖² + KL + 19 TC"
    assert found["Parameters"] == [f"{pulled.record.parameters:,}" for pulled in models]
    assert found["Squared error"] == [f"{pulled.record.scores['squared_error']:,.1f}" for pulled in models]


def test_null_is_a_dash_and_what_nobody_recorded_is_no_row(models: tuple[Pulled, ...]) -> None:
    ae = with_scores(models[0], kl=None, negative_elbo=None, active_units=None)
    found = rows(models_tab.table((ae,)))
    assert found["KL"] == found["−ELBO"] == [models_tab.MISSING]
    assert "Active dimensions" not in found
    found = rows(models_tab.table((ae, with_scores(models[1], active_units=0))))
    assert found["Active dimensions"] == [models_tab.MISSING, "0"]


def test_a_record_without_data_is_shown_with_dashes(models: tuple[Pulled, ...]) -> None:
    bare = models[1]._replace(record=replace(models[1].record, data={}, scores={}))
    found = rows(models_tab.table((bare,)))
    assert {found[name][0] for name in ("Data", "Training faces", "Validation faces", "SSIM")} == {models_tab.MISSING}


def test_what_a_record_says_of_its_data_is_escaped(models: tuple[Pulled, ...]) -> None:
    sly = models[1]._replace(record=replace(models[1].record, data={"note": "<script>alert(1)</script>"}))
    assert "<script>" not in models_tab.table((sly,))


def test_the_loading_lines_name_the_folder_and_load(
    models: tuple[Pulled, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    html = loading.lines(models)
    folders = re.findall(r"from_pretrained\(&quot;(.*?)&quot;\)", html)
    assert folders == [f"assets/weights/{pulled.name}" for pulled in models]
    monkeypatch.chdir(BUNDLED_FOLDER.parents[1])
    assert Autoencoder.from_pretrained(folders[0]).config == models[0].model.config
    mine = models[1]._replace(name='a"&<b>', origin=Origin("folder"))
    assert "from_pretrained(&quot;a&quot;&amp;&lt;b&gt;&quot;)" in loading.lines((mine,))


def test_every_symbol_of_the_equations_is_explained() -> None:
    explained = "".join(line for line in models_tab.WHAT.splitlines() if line.startswith(("- ", "  ")))
    for symbol in (
        "$x$",
        "$z$",
        "$g(z)$",
        "$q(z|x)$",
        "$p(z)$",
        r"\mathcal{D}",
        "$q(z)$",
        "$q(z_j)$",
        r"$\beta$",
        "E}_{z",
    ):
        assert symbol in explained


def test_terms_and_sources_are_named() -> None:
    assert "non-commercial research only" in models_tab.LICENCE
    for source in ("Schik", "Kingma", "Higgins", "Chen", "Liu"):
        assert source in models_tab.CITE
