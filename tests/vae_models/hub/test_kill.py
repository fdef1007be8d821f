"""A pull that is killed leaves nothing behind that a later start would load as a model."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fake_hub import faults
from tests.fake_hub.client import connect, environment
from tests.fake_hub.server import Hub
from tests.vae_models.hub.small_models import folder_of, has_weights_of
from vae_models.catalogue import RECIPES
from vae_models.hub.pull import pull

ROOT = Path(__file__).parents[3]
PULL = """from vae_models import catalogue
from vae_models.hub import pull
pull.BUNDLED, pull.BUNDLED_DIALS = tuple(catalogue.RECIPES), ()  # as the fixture `bundle` does in this process
print([pulled.origin.source for pulled in pull.pull("hub:lab").models])"""


def started(hub: Hub, file: str) -> int:
    """Count the downloads of a file whose bytes have begun to arrive."""
    return sum(request.status == 200 for request in hub.asked(f"GET .*{file}"))


@pytest.mark.kills
@pytest.mark.parametrize("file", ["training.json", "model.safetensors", "decoder.onnx"])
@pytest.mark.usefixtures("published")
def test_the_start_after_a_killed_pull_downloads_everything(
    hub: Hub, written: Path, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    connect(monkeypatch, hub.url, tmp_path)
    hub.fail(f"GET .*{file}", faults.stall(100))
    with subprocess.Popen([sys.executable, "-c", PULL], cwd=ROOT, env=environment(hub.url, tmp_path)) as child:
        deadline = time.monotonic() + 300
        while started(hub, file) < len(RECIPES) and time.monotonic() < deadline:
            time.sleep(0.01)
        child.kill()
    assert list(tmp_path.rglob("*.incomplete")), "the kill came too late"

    hub.fail(".", faults.status(403))
    hub.faults.reverse()
    loaded = pull("hub:lab")
    assert {pulled.origin.source for pulled in loaded.models} == {"bundled"}
    assert all(has_weights_of(pulled, bundle / pulled.name) for pulled in loaded.models)

    hub.heal()
    loaded = pull("hub:lab")
    assert not loaded.failures
    for pulled in loaded.models:
        assert pulled.origin.source == "hub"
        assert has_weights_of(pulled, written / pulled.name)
        assert (folder_of(pulled) / "decoder.onnx").read_bytes() == (
            written / pulled.name / "decoder.onnx"
        ).read_bytes()


@pytest.mark.processes
@pytest.mark.usefixtures("published")
def test_two_processes_can_pull_at_the_same_time(hub: Hub, tmp_path: Path) -> None:
    hub.fail("GET .*model.safetensors", faults.trickle(0.1))
    children = [
        subprocess.Popen(
            [sys.executable, "-c", PULL],
            cwd=ROOT,
            env=environment(hub.url, tmp_path),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert [child.communicate(timeout=300)[0] for child in children] == [f"{['hub'] * len(RECIPES)}\n"] * 2
