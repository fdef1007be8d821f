"""The Hub's cache: what a start without the Hub finds, and what it does not take."""

from pathlib import Path

import pytest
from huggingface_hub import HfApi, try_to_load_from_cache

from tests.fake_hub import faults
from tests.fake_hub.repositories import Blob
from tests.fake_hub.server import Hub
from tests.vae_models.hub.family import by_families, same, write_family
from vae_models.catalogue import RECIPES
from vae_models.hub.cache import is_whole
from vae_models.hub.pull import Loaded, pull


def without_the_hub(hub: Hub, source: str = "hub:lab") -> Loaded:
    hub.fail(".", faults.status(403))
    loaded = pull(source)
    hub.heal()
    return loaded


def places(loaded: Loaded) -> list[str]:
    return [pulled.origin.place for pulled in loaded.models]


def test_a_warm_cache_serves_the_same_weights_without_the_hub(hub: Hub, family: dict[str, str], written: Path) -> None:
    online = pull("hub:lab")
    offline = without_the_hub(hub)
    for first, second in zip(online.models, offline.models, strict=True):
        assert second.origin == first.origin._replace(place="cache")
        assert second.origin.commit == family[second.name]
        assert second.folder == first.folder
        assert same(second, written / second.name)
    assert [failure.origin.place for failure in offline.failures] == ["hub"] * len(RECIPES)
    assert offline.missing == ()


@pytest.mark.usefixtures("family")
def test_a_cold_cache_gives_way_to_the_bundled_models(hub: Hub, bundle: Path) -> None:
    loaded = without_the_hub(hub)
    assert set(places(loaded)) == {"bundled"}
    assert all(same(pulled, bundle / pulled.name) for pulled in loaded.models)


def test_revisions_are_kept_apart(hub: Hub, family: dict[str, str], written: Path, tmp_path: Path) -> None:
    for name in RECIPES:
        HfApi().create_tag(f"lab/{name}-celeba64", tag="v1")
    newer = write_family(tmp_path, seed=50)
    for name in RECIPES:
        hub.add(f"lab/{name}-celeba64", newer / name)
    pull("hub:lab@v1")
    assert set(places(without_the_hub(hub))) == {"bundled"}, "v1 is not main"
    pull("hub:lab")
    for source, folder in (("hub:lab@v1", written), ("hub:lab", newer)):
        loaded = without_the_hub(hub, source)
        assert set(places(loaded)) == {"cache"}
        assert all(same(pulled, folder / pulled.name) for pulled in loaded.models)
    commit = family["vae"]
    assert places(without_the_hub(hub, f"hub:lab@{commit}")) == ["bundled", "cache", "bundled", "bundled"]


def test_a_commit_that_cannot_be_loaded_does_not_take_the_place_of_one_that_can(
    hub: Hub, family: dict[str, str], written: Path
) -> None:
    pull("hub:lab")
    hub.put(hub.repository("lab/vae-celeba64"), {"config.json": Blob(b'{"depth": 9}')})
    loaded = pull("hub:lab")
    assert places(loaded) == ["hub", "cache", "hub", "hub"]
    assert loaded.models[1].origin.commit == family["vae"]
    assert same(loaded.models[1], written / "vae")
    assert [failure.origin.place for failure in loaded.failures] == ["hub"]


DAMAGED = [  # file, contents; None: as many wrong ones
    (file, contents)
    for file in ("model.safetensors", "config.json", "decoder.onnx")
    for contents in (b"", b"short", None)
]


@pytest.mark.parametrize("cases", by_families(DAMAGED))
@pytest.mark.usefixtures("family")
def test_what_is_damaged_in_the_cache_is_fetched_again(
    hub: Hub, written: Path, cases: dict[str, tuple[str, bytes | None]]
) -> None:
    files = {pulled.name: pulled.folder / cases[pulled.name][0] for pulled in pull("hub:lab").models}
    right = {name: (written / name / file.name).read_bytes() for name, file in files.items()}
    for name, file in files.items():
        contents = cases[name][1]
        file.resolve().write_bytes(bytes(len(right[name])) if contents is None else contents)
    hub.log.clear()
    loaded = pull("hub:lab")
    assert not loaded.failures
    assert places(loaded) == ["hub"] * len(RECIPES)
    assert {name: file.read_bytes() for name, file in files.items()} == right
    assert len([request for request in hub.asked("GET /l") if request.status == 200]) == len(files)


@pytest.mark.usefixtures("family")
def test_what_is_damaged_in_the_cache_is_not_loaded_without_the_hub(hub: Hub, bundle: Path) -> None:
    folders = {pulled.name: pulled.folder for pulled in pull("hub:lab").models}
    weights = (folders["vae"] / "model.safetensors").resolve()
    turned = bytearray(weights.read_bytes())
    turned[-1] ^= 1  # one bit of one weight
    weights.write_bytes(turned)
    (folders["ae"] / "decoder.onnx").resolve().write_bytes(b"")
    loaded = without_the_hub(hub)
    assert places(loaded) == ["cache", "bundled", "cache", "cache"]
    assert same(loaded.models[1], bundle / "vae")
    assert "model.safetensors is damaged, and was deleted" in [failure.reason for failure in loaded.failures]
    assert not (folders["ae"] / "decoder.onnx").exists()
    assert places(pull("hub:lab")) == ["hub"] * len(RECIPES)
    assert (folders["ae"] / "decoder.onnx").is_file()


@pytest.mark.usefixtures("family")
def test_half_a_model_in_the_cache_is_none(hub: Hub) -> None:
    hub.fail("HEAD .*/vae-celeba64.*model.safetensors", faults.status(403))
    assert places(pull("hub:lab")) == ["hub", "bundled", "hub", "hub"]
    assert try_to_load_from_cache("lab/vae-celeba64", "config.json") is None, "main is what was pulled whole"
    hub.heal()
    assert places(without_the_hub(hub)) == ["cache", "bundled", "cache", "cache"]


def test_digests_are_those_of_the_hub(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"hello\n")
    assert is_whole(file, "ce013625030ba8dba906f756967f9e9ca394464a"), "git hash-object"
    assert is_whole(file, "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"), "sha256sum"
    assert not is_whole(file, "0" * 40)
    assert not is_whole(file, "0" * 64)
    assert is_whole(file, None)
