"""Starts without the Hub load intact models from its cache, and nothing else."""

from pathlib import Path

import pytest
from huggingface_hub import HfApi, try_to_load_from_cache

from tests.fake_hub import faults
from tests.fake_hub.repositories import Blob
from tests.fake_hub.server import Hub
from tests.vae_models.hub.small_models import folder_of, group_by_model, has_weights_of, write_models
from vae_models.catalogue import RECIPES
from vae_models.hub.cache import is_intact, write_blob
from vae_models.hub.pull import Loaded, pull


def pull_without_hub(hub: Hub, source: str = "hub:lab") -> Loaded:
    hub.fail(".", faults.status(403))
    loaded = pull(source)
    hub.heal()
    return loaded


def sources(loaded: Loaded) -> list[str]:
    return [pulled.origin.source for pulled in loaded.models]


def test_the_cache_has_the_same_weights_as_the_hub(hub: Hub, published: dict[str, str], written: Path) -> None:
    online = pull("hub:lab")
    offline = pull_without_hub(hub)
    for first, second in zip(online.models, offline.models, strict=True):
        assert second.origin == first.origin._replace(source="cache")
        assert second.origin.commit == published[second.name]
        assert second.folder == first.folder
        assert has_weights_of(second, written / second.name)
    assert [failure.origin.source for failure in offline.failures] == ["hub"] * len(RECIPES)
    assert offline.missing == ()


@pytest.mark.usefixtures("published")
def test_without_a_cache_the_bundled_models_are_loaded(hub: Hub, bundle: Path) -> None:
    loaded = pull_without_hub(hub)
    assert set(sources(loaded)) == {"bundled"}
    assert all(has_weights_of(pulled, bundle / pulled.name) for pulled in loaded.models)


def test_the_cache_keeps_revisions_apart(hub: Hub, published: dict[str, str], written: Path, tmp_path: Path) -> None:
    for name in RECIPES:
        HfApi().create_tag(f"lab/{name}-celeba64", tag="v1")
    newer = write_models(tmp_path, seed=50)
    for name in RECIPES:
        hub.add(f"lab/{name}-celeba64", newer / name)
    pull("hub:lab@v1")
    assert set(sources(pull_without_hub(hub))) == {"bundled"}, "v1 is not main"
    pull("hub:lab")
    for source, folder in (("hub:lab@v1", written), ("hub:lab", newer)):
        loaded = pull_without_hub(hub, source)
        assert set(sources(loaded)) == {"cache"}
        assert all(has_weights_of(pulled, folder / pulled.name) for pulled in loaded.models)
    commit = published["vae"]
    assert sources(pull_without_hub(hub, f"hub:lab@{commit}")) == ["bundled", "cache", "bundled", "bundled"]


def test_a_broken_commit_does_not_replace_a_cached_one(hub: Hub, published: dict[str, str], written: Path) -> None:
    pull("hub:lab")
    hub.put(hub.repository("lab/vae-celeba64"), {"config.json": Blob(b'{"depth": 9}')})
    loaded = pull("hub:lab")
    assert sources(loaded) == ["hub", "cache", "hub", "hub"]
    assert loaded.models[1].origin.commit == published["vae"]
    assert has_weights_of(loaded.models[1], written / "vae")
    assert [failure.origin.source for failure in loaded.failures] == ["hub"]


DAMAGED = [  # file, contents; None: zeros of the right length
    (file, contents)
    for file in ("model.safetensors", "config.json", "decoder.onnx")
    for contents in (b"", b"short", None)
]


@pytest.mark.parametrize("cases", group_by_model(DAMAGED))
@pytest.mark.usefixtures("published")
def test_damaged_cached_files_are_downloaded_again(
    hub: Hub, written: Path, cases: dict[str, tuple[str, bytes | None]]
) -> None:
    files = {pulled.name: folder_of(pulled) / cases[pulled.name][0] for pulled in pull("hub:lab").models}
    right = {name: (written / name / file.name).read_bytes() for name, file in files.items()}
    for name, file in files.items():
        contents = cases[name][1]
        file.resolve().write_bytes(bytes(len(right[name])) if contents is None else contents)
    hub.log.clear()
    loaded = pull("hub:lab")
    assert not loaded.failures
    assert sources(loaded) == ["hub"] * len(RECIPES)
    assert {name: file.read_bytes() for name, file in files.items()} == right
    assert len([request for request in hub.asked("GET /l") if request.status == 200]) == len(files)


@pytest.mark.usefixtures("published")
def test_damaged_cached_files_are_not_loaded_pull_without_hub(hub: Hub, bundle: Path) -> None:
    folders = {pulled.name: folder_of(pulled) for pulled in pull("hub:lab").models}
    weights = (folders["vae"] / "model.safetensors").resolve()
    contents = bytearray(weights.read_bytes())
    contents[-1] ^= 1  # one bit of one weight
    weights.write_bytes(contents)
    (folders["ae"] / "decoder.onnx").resolve().write_bytes(b"")
    loaded = pull_without_hub(hub)
    assert sources(loaded) == ["cache", "bundled", "cache", "cache"]
    assert has_weights_of(loaded.models[1], bundle / "vae")
    assert "model.safetensors is damaged, and was deleted" in [failure.reason for failure in loaded.failures]
    assert not (folders["ae"] / "decoder.onnx").exists()
    assert sources(pull("hub:lab")) == ["hub"] * len(RECIPES)
    assert (folders["ae"] / "decoder.onnx").is_file()


@pytest.mark.usefixtures("published")
def test_an_incomplete_cached_model_is_not_loaded(hub: Hub) -> None:
    hub.fail("GET .*/vae-celeba64/resolve.*model.safetensors", faults.status(403))
    assert sources(pull("hub:lab")) == ["hub", "bundled", "hub", "hub"]
    assert try_to_load_from_cache("lab/vae-celeba64", "config.json") is None, (
        "main is the last commit that was complete"
    )
    hub.heal()
    assert sources(pull_without_hub(hub)) == ["cache", "bundled", "cache", "cache"]


def test_digests_are_git_s_and_sha256(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"hello\n")
    assert is_intact(file, "ce013625030ba8dba906f756967f9e9ca394464a"), "git hash-object"
    assert is_intact(file, "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"), "sha256sum"
    assert not is_intact(file, "0" * 40)
    assert not is_intact(file, "0" * 64)
    assert is_intact(file, None)


def test_wrong_contents_never_enter_the_cache(hub: Hub) -> None:  # noqa: ARG001
    digest = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
    assert write_blob("lab/vae-celeba64", digest, [b"hel", b"lo!"]) is None
    blob = write_blob("lab/vae-celeba64", digest, [b"hel", b"lo\n"])
    assert blob is not None
    assert [(file.name, file.read_bytes()) for file in blob.parent.iterdir()] == [(digest, b"hello\n")]
