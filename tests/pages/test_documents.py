"""The documents of the page: they say what the records say, and are small enough for a phone."""

import gzip
import json
from functools import cache
from typing import Any

import pytest

from pages.documents import DOCUMENTS, models
from pages.features import FEATURES
from tests.conftest import bundled_models, report_models
from vae_models.files.latent_names import LatentNames
from vae_models.hub.pull import Loaded
from vae_models.hub.source import Failure, Origin


@cache
def document(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(DOCUMENTS[name](Loaded(bundled_models())))
    return content


def test_models_stand_in_the_order_of_the_page() -> None:
    assert [model["name"] for model in document("models.json")["models"]] == [one.name for one in bundled_models()]


def test_averages_equal_the_records_to_five_digits() -> None:
    for model, pulled in zip(document("models.json")["models"], bundled_models(), strict=True):
        assert model["error"] == pytest.approx(pulled.record.scores["squared_error"], rel=1e-4)
        kl = pulled.record.scores["kl"]
        assert (model["information"] is None) == (kl is None)
        assert kl is None or model["information"] == pytest.approx(kl, rel=1e-4)


def test_kept_features_are_those_with_a_direction() -> None:
    explore = document("explore.json")
    for model in document("models.json")["models"]:
        assert model["kept"] == list(explore[model["name"]]["directions"])


def test_only_the_vae_has_quantiles_of_typicality() -> None:
    having = [model["name"] for model in document("models.json")["models"] if model["typicality"]]
    assert having == ["vae"]
    typicality = document("models.json")["models"][1]["typicality"]
    assert {len(values) for values in typicality["quantiles"].values()} == {101}


def test_a_step_along_a_feature_raises_its_own_logit_by_one() -> None:
    for pulled in bundled_models():
        for feature in FEATURES:
            known = document("explore.json")[pulled.name]["directions"].get(feature.key)
            if known:
                found = pulled.names.directions[feature.key]
                sign = -1 if feature.opposite else 1
                assert known["step"][0] == pytest.approx(
                    sign * found.per_logit * found.direction[0], rel=1e-3, abs=1e-6
                )


def test_beard_moves_against_its_label() -> None:
    effects = document("explore.json")["vae"]["directions"]["no beard"]["also"]
    assert dict(effects).get("5 o clock shadow", 1) > 0


def test_no_judgement_of_a_person_is_offered() -> None:
    offered = {feature["key"] for feature in document("models.json")["features"]}
    assert len(offered) == 23
    assert not offered & {"attractive", "male", "young", "chubby", "pale skin", "big nose", "big lips", "narrow eyes"}


@pytest.mark.parametrize(
    ("name", "most"), [("models.json", 6_000), ("explore.json", 30_000), ("priors.json", 20_000), ("about.json", 8_000)]
)
def test_documents_are_small_when_packed(name: str, most: int) -> None:
    assert len(gzip.compress(DOCUMENTS[name](Loaded(bundled_models())))) < most


def test_a_static_site_says_that_it_has_no_server() -> None:
    assert json.loads(models(Loaded(report_models()), server=False))["server"] is False
    assert document("models.json")["server"] is True


def test_the_page_knows_how_many_bytes_each_network_has() -> None:
    for pulled, model in zip(bundled_models(), document("models.json")["models"], strict=True):
        assert pulled.folder
        for kind in ("encoder", "decoder"):
            assert model["bytes"][kind] == (pulled.folder / f"{kind}.onnx").stat().st_size


def test_missing_models_and_their_reasons_are_listed() -> None:
    failures = (Failure("beta-vae", Origin("hub"), "the Hub does not answer"),)
    loaded = Loaded(tuple(one for one in report_models() if one.name != "beta-vae"), failures)
    assert json.loads(models(loaded))["missing"] == ["beta-vae"]
    failures = json.loads(DOCUMENTS["about.json"](loaded))["failures"]
    assert "the Hub does not answer" in str(failures)


def test_models_without_names_or_files_have_their_documents() -> None:
    bare = tuple(one._replace(names=LatentNames(), folder=None) for one in report_models())
    for model in json.loads(models(Loaded(bare)))["models"]:
        assert model["kept"] == []
        assert model["encoder"] is model["decoder"] is model["densities"] is None
    for name in DOCUMENTS:
        assert json.loads(DOCUMENTS[name](Loaded(bare)))
