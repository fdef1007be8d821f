"""Models are downloaded from the Hub complete and at the same time, and only if they can be loaded."""

from pathlib import Path

import pytest
from huggingface_hub import HfApi, constants

from tests.fake_hub import faults
from tests.fake_hub.accounts import READ, WRITE
from tests.fake_hub.client import connect
from tests.fake_hub.repositories import Blob
from tests.fake_hub.server import Hub
from tests.vae_models.hub.small_models import (
    OPTIONAL,
    folder_of,
    group_by_model,
    has_weights_of,
    write_model,
    write_models,
)
from vae_models.catalogue import RECIPES
from vae_models.hub import cache
from vae_models.hub.pull import BUNDLED_FOLDER, pull
from vae_models.hub.source import Origin


def sources(source: str = "hub:lab") -> dict[str, str]:
    """Return where each model came from."""
    return {pulled.name: pulled.origin.source for pulled in pull(source).models}


def test_models_are_pulled_bit_for_bit_with_their_other_files(
    hub: Hub, published: dict[str, str], written: Path
) -> None:
    loaded = pull("hub:lab")
    assert [pulled.name for pulled in loaded.models] == list(RECIPES)
    assert not loaded.failures
    assert not loaded.missing
    for pulled in loaded.models:
        assert pulled.origin == Origin("hub", f"lab/{pulled.name}-celeba64", published[pulled.name])
        assert pulled.record.recipe == pulled.name
        assert has_weights_of(pulled, written / pulled.name)
        for name in OPTIONAL:
            assert (folder_of(pulled) / name).read_bytes() == (written / pulled.name / name).read_bytes()
    assert not hub.asked("gitattributes")


def test_models_that_huggingface_hub_uploaded_are_pulled(hub: Hub, bundle: Path, written: Path) -> None:  # noqa: ARG001
    api = HfApi()
    for name in RECIPES:
        api.create_repo(f"lab-org/{name}-celeba64")
        api.upload_folder(repo_id=f"lab-org/{name}-celeba64", folder_path=written / name)
    loaded = pull("hub:lab-org")
    assert not loaded.failures
    assert all(has_weights_of(pulled, written / pulled.name) for pulled in loaded.models)


@pytest.mark.usefixtures("published")
def test_a_second_pull_downloads_nothing(hub: Hub) -> None:
    pull("hub:lab")
    hub.log.clear()
    assert set(sources().values()) == {"hub"}
    assert len(hub.asked("GET /api/models/")) == len(RECIPES)
    assert len(hub.asked(r"GET /api/models\?")) == 1
    assert len(hub.asked()) == len(RECIPES) + 1


def test_a_new_commit_is_pulled_unless_a_revision_is_pinned(
    hub: Hub, published: dict[str, str], written: Path, tmp_path: Path
) -> None:
    for name in RECIPES:
        HfApi().create_tag(f"lab/{name}-celeba64", tag="v1")
    newer = write_models(tmp_path, seed=50)
    commits = {name: hub.add(f"lab/{name}-celeba64", newer / name).head.oid for name in RECIPES}
    for source, right, folder in (("hub:lab", commits, newer), ("hub:lab@v1", published, written)):
        for pulled in pull(source).models:
            assert (pulled.origin.source, pulled.origin.commit) == ("hub", right[pulled.name])
            assert has_weights_of(pulled, folder / pulled.name)


def test_a_commit_pins_the_model_that_has_it(published: dict[str, str]) -> None:
    loaded = pull(f"hub:lab@{published['vae']}")
    assert {pulled.name: pulled.origin.source for pulled in loaded.models} == {
        name: "hub" if name == "vae" else "bundled" for name in RECIPES
    }
    assert {failure.reason for failure in loaded.failures} == {"it has no such revision"}


@pytest.mark.usefixtures("published")
def test_models_are_downloaded_at_the_same_time(hub: Hub) -> None:
    hub.fail("/api/models/", faults.delay(0.3))
    assert set(sources().values()) == {"hub"}
    assert hub.most_at_once >= len(RECIPES)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("token", [WRITE, READ, None])
def test_the_environment_s_token_is_used_and_never_printed(
    hub: Hub,
    token: str | None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in RECIPES:
        hub.repository(f"lab/{name}-celeba64").private = token is not None
    connect(monkeypatch, hub.url, tmp_path, token)
    hub.fail("GET .*/ae-celeba64/.*model.safetensors", faults.status(403))  # so that there is a failure to report
    loaded = pull("hub:lab")
    assert [pulled.origin.source for pulled in loaded.models] == ["bundled", "hub", "hub", "hub"]
    asked = {request.authorization for request in hub.asked("/api/models/|resolve")}
    assert asked == {f"Bearer {token}" if token else None}
    assert {request.authorization for request in hub.asked(" /lfs/")} == {None}
    output = "".join((*capfd.readouterr(), caplog.text, *map(str, loaded.failures)))
    assert "hf_" not in output


@pytest.mark.usefixtures("published")
def test_only_safetensors_are_loaded(hub: Hub) -> None:
    repository = hub.repository("lab/vae-celeba64")
    files = dict(repository.head.files)
    files["pytorch_model.bin"] = files.pop("model.safetensors")
    repository.commit("main", files, "A pickle")
    loaded = pull("hub:lab")
    (failure,) = loaded.failures
    assert (failure.name, failure.origin.source) == ("vae", "hub")
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


@pytest.mark.parametrize("cases", group_by_model(WRONG))
@pytest.mark.usefixtures("published")
def test_intact_files_with_wrong_contents_are_refused_with_a_reason(
    hub: Hub, cases: dict[str, tuple[str, bytes, str]]
) -> None:
    for name, (file, contents, _) in cases.items():
        hub.put(hub.repository(f"lab/{name}-celeba64"), {file: Blob(contents, file == "model.safetensors")})
    loaded = pull("hub:lab")
    assert {pulled.origin.source for pulled in loaded.models} == {"bundled"}
    assert [failure.name for failure in loaded.failures] == list(RECIPES)
    for failure in loaded.failures:
        assert failure.origin.source == "hub"
        assert cases[failure.name][2] in failure.reason
        assert "\n" not in failure.reason
        assert constants.HF_HUB_CACHE not in failure.reason


@pytest.mark.usefixtures("published")
def test_a_record_is_required_and_other_files_are_optional(hub: Hub, tmp_path: Path) -> None:
    write_model(tmp_path, "vae")
    for name in (*OPTIONAL, "latents.json"):
        (tmp_path / name).unlink()
    repository = hub.repository("lab/vae-celeba64")
    repository.commit("main", {}, "Nothing")
    hub.add("lab/vae-celeba64", tmp_path)
    assert sources()["vae"] == "hub"
    repository.commit("main", {path: b for path, b in repository.head.files.items() if path != "training.json"}, "Less")
    (failure,) = pull("hub:lab").failures
    assert failure.reason == "it has no training.json"


@pytest.mark.parametrize("source", ["hub:", "hub:@v1", "hub:lab@", "hub:a/b", "hub:../..", "hub:lab lab"])
def test_an_invalid_namespace_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="names no models of the Hub"):
        pull(source)


def test_every_file_of_a_bundled_model_but_its_card_is_pulled() -> None:
    for name in RECIPES:
        files = {file.name for file in (BUNDLED_FOLDER / name).iterdir()}
        assert files - {"README.md"} == {*cache.REQUIRED_FILES, *cache.OPTIONAL_FILES}


def test_further_models_of_the_namespace_are_found(hub: Hub, published: dict[str, str], tmp_path: Path) -> None:
    write_model(tmp_path / "vae-d8", "vae", seed=9)
    hub.add("lab/vae-d8-celeba64", tmp_path / "vae-d8")
    hub.add("lab/vae-sprites64", tmp_path / "vae-d8")  # of other data
    loaded = pull("hub:lab")
    assert not loaded.failures
    assert {pulled.name for pulled in loaded.models} == {*published, "vae-d8"}
    (further,) = (pulled for pulled in loaded.models if pulled.name == "vae-d8")
    assert has_weights_of(further, tmp_path / "vae-d8")
    hub.fail(".", faults.status(403))
    assert {(pulled.name, pulled.origin.source) for pulled in pull("hub:lab").models} == {
        (name, "cache") for name in (*published, "vae-d8")
    }


@pytest.mark.usefixtures("bundle")
def test_only_the_namespace_s_own_models_are_shown(hub: Hub, tmp_path: Path) -> None:
    write_model(tmp_path / "vae-d8", "vae", seed=9)
    hub.add("lab/vae-d8-celeba64", tmp_path / "vae-d8")
    assert sources() == {"vae-d8": "hub"}
    assert not pull("hub:lab").failures


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("fault", [faults.status(403), faults.corrupt(), faults.cut(3)], ids=["403", "no JSON", "cut"])
def test_without_a_list_the_bundled_names_are_pulled(hub: Hub, fault: faults.Fault) -> None:
    hub.fail(r"GET /api/models\?", fault)
    assert sources() == dict.fromkeys(RECIPES, "hub")


def test_a_namespace_without_models_shows_the_bundled_ones(hub: Hub, bundle: Path) -> None:  # noqa: ARG001
    loaded = pull("hub:nobody")
    assert {pulled.origin.source for pulled in loaded.models} == {"bundled"}
    assert all("no such repository" in failure.reason for failure in loaded.failures)
