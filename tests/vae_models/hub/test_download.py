"""Models pulled from the Hub: the right ones, whole, side by side, and with what stands beside them."""

from pathlib import Path

import pytest
from huggingface_hub import HfApi, constants

from tests.fake_hub import faults
from tests.fake_hub.people import READ, WRITE
from tests.fake_hub.repositories import Blob
from tests.fake_hub.server import Hub
from tests.fake_hub.visiting import visit
from tests.vae_models.hub.family import FURTHER, by_families, same, write_family, write_model
from vae_models.catalogue import RECIPES
from vae_models.hub import cache
from vae_models.hub.pull import BUNDLED_FOLDER, pull
from vae_models.hub.source import Origin


def places(source: str = "hub:lab") -> dict[str, str]:
    """Where each model came from."""
    return {pulled.name: pulled.origin.place for pulled in pull(source).models}


def test_what_is_on_the_hub_is_pulled_bit_for_bit_with_all_that_stands_beside_it(
    hub: Hub, family: dict[str, str], written: Path
) -> None:
    loaded = pull("hub:lab")
    assert [pulled.name for pulled in loaded.models] == list(RECIPES)
    assert loaded.failures == loaded.missing == ()
    for pulled in loaded.models:
        assert pulled.origin == Origin("hub", f"lab/{pulled.name}-celeba64", family[pulled.name])
        assert pulled.record.recipe == pulled.name
        assert same(pulled, written / pulled.name)
        for name in FURTHER:
            assert (pulled.folder / name).read_bytes() == (written / pulled.name / name).read_bytes()
    assert not hub.asked("gitattributes")


def test_what_huggingface_hub_has_pushed_comes_back(hub: Hub, bundle: Path, written: Path) -> None:  # noqa: ARG001
    api = HfApi()
    for name in RECIPES:
        api.create_repo(f"lab-org/{name}-celeba64")
        api.upload_folder(repo_id=f"lab-org/{name}-celeba64", folder_path=written / name)
    loaded = pull("hub:lab-org")
    assert not loaded.failures
    assert all(same(pulled, written / pulled.name) for pulled in loaded.models)


@pytest.mark.usefixtures("family")
def test_a_second_pull_asks_but_fetches_nothing(hub: Hub) -> None:
    pull("hub:lab")
    hub.log.clear()
    assert set(places().values()) == {"hub"}
    assert sorted({request.method for request in hub.asked()}) == ["GET"]
    assert len(hub.asked("/api/models/")) == len(hub.asked()) == len(RECIPES)


def test_a_new_commit_is_pulled_and_a_pinned_revision_is_not_left(
    hub: Hub, family: dict[str, str], written: Path, tmp_path: Path
) -> None:
    for name in RECIPES:
        HfApi().create_tag(f"lab/{name}-celeba64", tag="v1")
    newer = write_family(tmp_path, seed=50)
    commits = {name: hub.add(f"lab/{name}-celeba64", newer / name).head.oid for name in RECIPES}
    for source, right, folder in (("hub:lab", commits, newer), ("hub:lab@v1", family, written)):
        for pulled in pull(source).models:
            assert (pulled.origin.place, pulled.origin.commit) == ("hub", right[pulled.name])
            assert same(pulled, folder / pulled.name)


def test_a_commit_pins_the_model_that_has_it(family: dict[str, str]) -> None:
    loaded = pull(f"hub:lab@{family['vae']}")
    assert {pulled.name: pulled.origin.place for pulled in loaded.models} == {
        name: "hub" if name == "vae" else "bundled" for name in RECIPES
    }
    assert {failure.reason for failure in loaded.failures} == {"it has no such revision"}


@pytest.mark.usefixtures("family")
def test_models_are_fetched_side_by_side(hub: Hub) -> None:
    hub.fail("/api/models/", faults.delay(0.3))
    assert set(places().values()) == {"hub"}
    assert hub.most_at_once >= len(RECIPES)


@pytest.mark.usefixtures("family")
@pytest.mark.parametrize("token", [WRITE, READ, None])
def test_the_token_of_the_environment_is_used_and_not_told(
    hub: Hub,
    token: str | None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in RECIPES:
        hub.repository(f"lab/{name}-celeba64").private = token is not None
    visit(monkeypatch, hub.url, tmp_path, token)
    hub.fail("GET .*/ae-celeba64/.*model.safetensors", faults.status(403))  # something to be told
    loaded = pull("hub:lab")
    assert [pulled.origin.place for pulled in loaded.models] == ["bundled", "hub", "hub", "hub"]
    asked = {request.authorization for request in hub.asked("/api/models/|resolve")}
    assert asked == {f"Bearer {token}" if token else None}
    assert {request.authorization for request in hub.asked(" /lfs/")} == {None}
    said = "".join((*capfd.readouterr(), caplog.text, *map(str, loaded.failures)))
    assert "hf_" not in said


@pytest.mark.usefixtures("family")
def test_only_safetensors_are_loaded(hub: Hub) -> None:
    repository = hub.repository("lab/vae-celeba64")
    files = dict(repository.head.files)
    files["pytorch_model.bin"] = files.pop("model.safetensors")
    repository.commit("main", files, "A pickle")
    loaded = pull("hub:lab")
    (failure,) = loaded.failures
    assert (failure.name, failure.origin.place) == ("vae", "hub")
    assert "only pytorch_model.bin, a pickle" in failure.reason
    assert not hub.asked("pytorch_model.bin")
    assert not loaded.missing


WRONG = [  # file, contents, reason
    ("config.json", b'{"width": 2, "latent_dim": 2, "depth": 9}', "newer version, which knows depth"),
    ("config.json", b'{"width": "2"}', "width='2'"),
    ("config.json", b"[]", "config.json"),
    ("config.json", b'{"width": 4, "latent_dim": 2}', "weights do not fit"),
    ("model.safetensors", b"no weights", "weights are damaged"),
    ("training.json", b'{"recipe": "vae"}', "not a training record"),
    ("latents.json", b"{}", "does not name"),
]


@pytest.mark.parametrize("cases", by_families(WRONG))
@pytest.mark.usefixtures("family")
def test_what_is_on_the_hub_whole_but_wrong_is_refused_with_the_reason(
    hub: Hub, cases: dict[str, tuple[str, bytes, str]]
) -> None:
    for name, (file, contents, _) in cases.items():
        hub.put(hub.repository(f"lab/{name}-celeba64"), {file: Blob(contents, file == "model.safetensors")})
    loaded = pull("hub:lab")
    assert {pulled.origin.place for pulled in loaded.models} == {"bundled"}
    assert [failure.name for failure in loaded.failures] == list(RECIPES)
    for failure in loaded.failures:
        assert failure.origin.place == "hub"
        assert cases[failure.name][2] in failure.reason
        assert "\n" not in failure.reason
        assert constants.HF_HUB_CACHE not in failure.reason


@pytest.mark.usefixtures("family")
def test_a_model_without_its_record_or_without_anything_beside_it(hub: Hub, tmp_path: Path) -> None:
    write_model(tmp_path, "vae")
    for name in (*FURTHER, "latents.json"):
        (tmp_path / name).unlink()
    repository = hub.repository("lab/vae-celeba64")
    repository.commit("main", {}, "Nothing")
    hub.add("lab/vae-celeba64", tmp_path)
    assert places()["vae"] == "hub"
    repository.commit("main", {path: b for path, b in repository.head.files.items() if path != "training.json"}, "Less")
    (failure,) = pull("hub:lab").failures
    assert failure.reason == "it has no training.json"


@pytest.mark.parametrize("source", ["hub:", "hub:@v1", "hub:lab@", "hub:a/b", "hub:../..", "hub:lab lab"])
def test_what_names_no_namespace_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="names no models of the Hub"):
        pull(source)


def test_all_that_stands_beside_bundled_weights_is_pulled_but_the_card() -> None:
    for name in RECIPES:
        files = {file.name for file in (BUNDLED_FOLDER / name).iterdir()}
        assert files - {"README.md"} == {*cache.NEEDED, *cache.FURTHER}
