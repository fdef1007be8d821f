"""A process that is killed in the middle of a pull leaves nothing that a later start would take for a model."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fake_hub import faults
from tests.fake_hub.server import Hub
from tests.fake_hub.visiting import variables, visit
from tests.vae_models.hub.family import same
from vae_models.catalogue import RECIPES
from vae_models.hub.pull import pull

ROOT = Path(__file__).parents[3]
PULL = """from vae_models import catalogue, hub
hub.BUNDLED = catalogue.RECIPES  # as `bundle` has it in this process
print([pulled.origin.place for pulled in hub.pull("hub:lab").models])"""


@pytest.mark.slow
@pytest.mark.parametrize("file", ["training.json", "model.safetensors", "decoder.onnx"])
@pytest.mark.usefixtures("family")
def test_the_start_after_a_kill_in_the_middle_of_a_pull_heals(
    hub: Hub, written: Path, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    visit(monkeypatch, hub.url, tmp_path)
    hub.fail(f"GET .*{file}", faults.stall(100))
    with subprocess.Popen([sys.executable, "-c", PULL], cwd=ROOT, env=variables(hub.url, tmp_path)) as child:
        deadline = time.monotonic() + 60
        while len(hub.asked(f"GET .*{file}")) < len(RECIPES) and time.monotonic() < deadline:
            time.sleep(0.01)
        child.kill()
    assert list(tmp_path.rglob("*.incomplete")), "it was in the middle"

    hub.fail(".", faults.status(403))
    hub.faults.reverse()
    loaded = pull("hub:lab")
    assert {pulled.origin.place for pulled in loaded.models} == {"bundled"}
    assert all(same(pulled, bundle / pulled.name) for pulled in loaded.models)

    hub.heal()
    loaded = pull("hub:lab")
    assert not loaded.failures
    for pulled in loaded.models:
        assert pulled.origin.place == "hub"
        assert same(pulled, written / pulled.name)
        assert (pulled.folder / "decoder.onnx").read_bytes() == (written / pulled.name / "decoder.onnx").read_bytes()


@pytest.mark.slow
@pytest.mark.usefixtures("family")
def test_two_processes_that_pull_at_the_same_time_both_get_all(hub: Hub, tmp_path: Path) -> None:
    hub.fail("GET .*model.safetensors", faults.trickle(0.1))
    children = [
        subprocess.Popen(
            [sys.executable, "-c", PULL], cwd=ROOT, env=variables(hub.url, tmp_path), stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    assert [child.communicate(timeout=60)[0] for child in children] == [f"{['hub'] * len(RECIPES)}\n"] * 2
