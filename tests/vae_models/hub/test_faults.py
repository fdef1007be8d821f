"""Any fault of the Hub costs at most seconds and is reported in one sentence; the app always starts."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from tests.fake_hub import faults
from tests.fake_hub.client import connect
from tests.fake_hub.faults import Fault
from tests.fake_hub.responses import Response
from tests.fake_hub.server import Hub
from tests.vae_models.hub.small_models import folder_of, group_by_model, has_weights_of
from vae_models.catalogue import RECIPES
from vae_models.hub import pull as pull_module
from vae_models.hub import watchdog
from vae_models.hub.pull import Loaded, pull

INFO, FILES = "GET /api/models/.*/{}-celeba64", "GET /lab/{}-celeba64/resolve/"
WEIGHTS = "GET /lfs/.*/{}-celeba64/.*model.safetensors"

Case = tuple[str, Fault, str]  # pattern of requests with {} for the model's name, fault, reported reason

REFUSED: list[Case] = [
    (INFO, faults.status(401, "Invalid credentials in Authorization header"), r"accept the token.*\(401\)"),
    (INFO, faults.status(403), r"may not read it \(403\)"),
    (INFO, faults.NO_REPOSITORY, r"no such repository on the Hub.*\(404\)"),
    (INFO, faults.NO_REVISION, "no such revision"),
    (INFO, faults.too_many(60), r"wait 60 seconds \(429\)"),
    (INFO, faults.status(418), "status 418"),
    (INFO, faults.corrupt(), "not come from a Hub"),
    (INFO, faults.cut(10), "broke off"),
    (INFO, Fault("response", Response(200, b"{}")), "not come from a Hub"),
    (FILES, faults.GATED, r"gated \(403\).*hf auth login"),
    (FILES, faults.status(401), r"\(401\)"),
    (FILES, faults.NO_FILE, "not there"),
    (WEIGHTS, faults.status(404), "status 404"),
    (WEIGHTS, faults.corrupt(), r"model\.safetensors came damaged, twice"),
]
PASSING: list[Case] = [
    (INFO, faults.status(500), ""),
    (INFO, faults.too_many(1), ""),
    (FILES, faults.status(503), ""),
    (WEIGHTS, faults.status(500), ""),
    (WEIGHTS, faults.cut(1000), ""),
    (WEIGHTS, faults.corrupt(), ""),
]
STUCK: list[Case] = [
    (INFO, faults.hang(), "nothing came"),
    (INFO, faults.stall(20), "nothing came"),
    (FILES, faults.hang(), "nothing came"),
    (WEIGHTS, faults.stall(300), "nothing came"),
    (WEIGHTS, faults.too_many(2), r"wait 2 seconds \(429\)"),
    (FILES, faults.status(500), r"fault of its own \(500\)"),
]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up after a second."""
    monkeypatch.setattr(watchdog, "PATIENCE", 1.0)


def apply_faults(hub: Hub, cases: dict[str, Case], times: int | None = None) -> None:
    for name, (path, fault, _) in cases.items():
        hub.fail(path.format(name), fault, times)


def assert_reported(loaded: Loaded, cases: dict[str, Case]) -> None:
    reasons = {failure.name: failure.reason for failure in loaded.failures}
    assert reasons.keys() == cases.keys()
    for name, (_, _, reason) in cases.items():
        assert re.search(reason, reasons[name]), reasons[name]
        assert "\n" not in reasons[name]
        assert "http" not in reasons[name]


@pytest.mark.parametrize("cases", group_by_model(REFUSED))
@pytest.mark.usefixtures("published")
def test_a_refusal_is_reported_and_the_bundled_model_is_loaded(hub: Hub, bundle: Path, cases: dict[str, Case]) -> None:
    apply_faults(hub, cases)
    loaded = pull("hub:lab")
    assert_reported(loaded, cases)
    for pulled in loaded.models:
        assert pulled.origin.source == "bundled"
        assert has_weights_of(pulled, bundle / pulled.name)


@pytest.mark.hub
@pytest.mark.parametrize("cases", group_by_model(PASSING))
@pytest.mark.usefixtures("published")
def test_a_passing_fault_is_waited_for(hub: Hub, written: Path, cases: dict[str, Case]) -> None:
    apply_faults(hub, cases, times=1)
    loaded = pull("hub:lab")
    assert not loaded.failures
    for pulled in loaded.models:
        assert pulled.origin.source == "hub"
        assert has_weights_of(pulled, written / pulled.name)


@pytest.mark.hub
@pytest.mark.parametrize("cases", group_by_model(STUCK))
@pytest.mark.usefixtures("published", "impatient")
def test_a_stuck_download_is_given_up_and_its_threads_end(hub: Hub, cases: dict[str, Case]) -> None:
    before = set(threading.enumerate())
    apply_faults(hub, cases)
    loaded = pull("hub:lab")
    assert_reported(loaded, cases)
    assert {pulled.origin.source for pulled in loaded.models} == {"bundled"}
    hub.closing.set()
    deadline = time.monotonic() + 120
    while any(thread.name == "hub download" for thread in set(threading.enumerate()) - before):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.hub
@pytest.mark.usefixtures("published", "impatient")
def test_a_slow_download_may_take_its_time(hub: Hub) -> None:
    hub.fail("GET .*model.safetensors", faults.trickle(0.15))
    start = time.monotonic()
    assert {pulled.origin.source for pulled in pull("hub:lab").models} == {"hub"}
    assert time.monotonic() - start > watchdog.PATIENCE


@pytest.mark.usefixtures("published")
def test_an_optional_file_that_stays_damaged_is_left_out(hub: Hub) -> None:
    hub.fail("GET .*/vae-celeba64.*decoder.onnx", faults.corrupt())
    loaded = pull("hub:lab")
    assert {pulled.origin.source for pulled in loaded.models} == {"hub"}
    assert [str(failure.reason) for failure in loaded.failures] == ["decoder.onnx came damaged, twice, and is left out"]
    folder = folder_of(loaded.models[1])
    assert not (folder / "decoder.onnx").exists()
    assert (folder / "samples.png").is_file()
    hub.heal()
    assert not pull("hub:lab").failures
    assert (folder / "decoder.onnx").is_file()


@pytest.mark.hub
@pytest.mark.usefixtures("published", "impatient")
def test_a_model_is_loaded_without_an_optional_file_that_stalls(hub: Hub) -> None:
    hub.fail("GET .*/vae-celeba64.*samples.png", faults.stall(10))
    loaded = pull("hub:lab")
    assert {pulled.origin.source for pulled in loaded.models} == {"hub"}
    (failure,) = loaded.failures
    assert "may be missing" in failure.reason


@pytest.mark.usefixtures("published")
def test_a_cache_that_cannot_be_written_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "file"))
    loaded = pull("hub:lab")
    assert {pulled.origin.source for pulled in loaded.models} == {"bundled"}
    assert {failure.reason for failure in loaded.failures} == {
        "its files could not be stored or read (Not a directory)"
    }


@pytest.mark.usefixtures("published")
def test_a_model_without_any_source_is_missing_and_others_load(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull_module, "BUNDLED_FOLDER", tmp_path)
    hub.fail("/vae-celeba64", faults.NO_REPOSITORY)
    loaded = pull("hub:lab")
    assert [pulled.name for pulled in loaded.models] == ["ae", "beta-vae", "beta-tcvae"]
    assert loaded.missing == ("vae",)
    hub.fail(".", faults.status(403))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "empty"))
    with pytest.raises(ValueError, match=r"^No model of hub:lab could be loaded: .*\(40.\)"):
        pull("hub:lab")


@pytest.fixture
def silent() -> Iterator[str]:
    """Return the address of a server that accepts connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(50)
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.usefixtures("bundle")
def test_a_refused_connection_costs_no_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # bound, but nobody listens
        connect(monkeypatch, f"http://127.0.0.1:{free.getsockname()[1]}", tmp_path)
        monkeypatch.setattr(watchdog, "PATIENCE", 60.0)
        start = time.monotonic()
        loaded = pull("hub:lab")
    assert time.monotonic() - start < 30
    assert len({failure.reason for failure in loaded.failures}) == 1
    assert "cannot be reached" in loaded.failures[0].reason


@pytest.mark.usefixtures("bundle")
def test_an_unknown_host_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(monkeypatch, "http://hub.invalid", tmp_path)
    assert "cannot be reached" in pull("hub:lab").failures[0].reason


@pytest.mark.usefixtures("published")
def test_offline_mode_sends_no_request(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert {failure.reason for failure in pull("hub:lab").failures} == {
        "HF_HUB_OFFLINE is set, so the Hub was not asked"
    }
    assert not hub.asked()


@pytest.mark.hub
@pytest.mark.usefixtures("bundle")
def test_a_hub_that_never_answers_costs_less_than_five_seconds(
    silent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three seconds of waiting, and less than two of work, which take longer on a busy machine."""
    connect(monkeypatch, silent, tmp_path)
    start = time.process_time()
    loaded = pull("hub:lab")
    assert watchdog.PATIENCE + time.process_time() - start < 5
    assert [pulled.name for pulled in loaded.models] == list(RECIPES)
    assert {failure.reason for failure in loaded.failures} == {"nothing came from the Hub for 3 seconds"}


def test_a_proxy_that_cannot_be_used_is_named_in_the_reason(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    connect(monkeypatch, hub.url, tmp_path)  # a new client, which reads the environment
    loaded = pull("hub:lab")
    assert not loaded.missing
    assert {failure.reason for failure in loaded.failures} == {
        "the proxy of this environment (ALL_PROXY) needs one more package: pip install socksio"
    }
