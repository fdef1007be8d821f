"""Nothing phones home: page, trainer and export ask no other machine and write only to the folders of the docs.

docs/training.md ("Files and the network") lists the folders.
"""

import os
import re
import shutil
import socket
import sys
import time
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest
from gradio_client import Client

from tests import strace
from tests.strace import Trace

ROOT = Path(__file__).parents[1]
VAE = ROOT / "assets" / "weights" / "vae"
SMALL = ["--width", "4", "--latent-dim", "4", "--batch-size", "8", "--steps", "4"]

pytestmark = pytest.mark.processes


class Machine:
    """Home folder and temporary folder of a program, of which nothing else is known."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home, self.temporary, self.results = folder / "home", folder / "temporary", folder / "results"
        for part in (self.home, self.temporary, self.results):
            part.mkdir()
        self.cache = self.home / ".cache" / "vae-faces"

    def environment(self) -> dict[str, str]:
        """Return its variables; none switches telemetry off, and Python itself writes no bytecode."""
        names = ("PATH", "LANG", "LD_LIBRARY_PATH")
        folders = {"HOME": str(self.home), "TMPDIR": str(self.temporary)}
        own = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"}
        return {**{name: os.environ[name] for name in names if name in os.environ}, **folders, **own}

    def run(self, *command: str) -> Trace:
        """Run a Python program to its end and return what it has done."""
        logs = self.folder / "logs"
        with strace.traced([sys.executable, *command], logs, folder=ROOT, environment=self.environment()) as program:
            assert program.wait(300) == 0, (logs / "output.txt").read_text()
        return strace.read(logs, ROOT)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def copy_model(folder: Path) -> Path:
    """Copy a bundled model without its ONNX files."""
    shutil.copytree(VAE, folder / "vae", ignore=shutil.ignore_patterns("*.onnx"))
    return folder / "vae"


def test_strace_sees_what_a_program_must_not_do(machine: Machine) -> None:
    """A lookup, connections, and files that are opened, renamed and linked, relative to the folder and not."""
    outside = machine.folder / "outside"
    program = f"""
import contextlib, os, socket
with contextlib.suppress(OSError):
    socket.getaddrinfo("name.invalid", 80)
for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"), (socket.AF_INET, "127.0.0.1")):
    with socket.socket(family) as stream:
        stream.setblocking(False)
        stream.connect_ex((address, 9))
os.makedirs({str(outside)!r})
os.chdir({str(outside)!r})
open("opened", "w").close()
os.rename("opened", "renamed")
os.symlink("renamed", "linked")
open({str(machine.temporary / "allowed")!r}, "w").close()
open({__file__!r}).close()
"""
    trace = machine.run("-c", program)
    assert {"192.0.2.1 port 9", "2001:db8::1 port 9"} <= trace.elsewhere
    assert any(place.endswith("port 53") for place in trace.elsewhere) or any("/" in place for place in trace.elsewhere)
    assert not any(place.startswith("127.0.0.1 port 9") for place in trace.elsewhere)
    assert trace.outside(machine.temporary) == {outside, *(outside / name for name in ("opened", "renamed", "linked"))}


@pytest.mark.parametrize("tracker", [None, "tensorboard"])
def test_training_writes_its_result_and_its_cache(machine: Machine, faces_folder: Path, tracker: str | None) -> None:
    output = machine.results / "run"
    track = ["--track", tracker] if tracker else []
    trace = machine.run("-m", "train", "vae", "--data", str(faces_folder), "--output", str(output), *SMALL, *track)
    assert trace.elsewhere == set()
    assert trace.outside(output, machine.cache, machine.temporary) == {machine.cache.parent}
    assert (output / "decoder.onnx").is_file()


@pytest.mark.parametrize("command", ["export", "sample", "figures"])
def test_a_command_writes_only_its_results(machine: Machine, command: str) -> None:
    model = copy_model(machine.results)
    output = ["--output", str(machine.results / "output")]
    arguments = {"export": [], "sample": ["--count", "4", *output], "figures": output}[command]
    trace = machine.run("-m", "train", command, str(model), *arguments)
    assert trace.elsewhere == set()
    assert trace.outside(machine.results, machine.cache, machine.temporary) <= {machine.cache.parent}


def test_loading_the_bundled_models_writes_nothing(machine: Machine) -> None:
    trace = machine.run("-c", "from vae_models.hub.pull import pull; assert len(pull('bundled').models) == 8")
    assert trace.elsewhere == set()
    assert trace.outside(machine.temporary) == set()  # torch tries which folder is the temporary one


def test_the_page_answers_without_asking_anybody(machine: Machine) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    logs = machine.folder / "logs"
    command = [sys.executable, "app.py", "--no-open", "--mcp", "--port", str(port)]
    with strace.traced(command, logs, folder=ROOT, environment=machine.environment()) as program:
        deadline = time.monotonic() + 300
        while "Running on" not in (output := (logs / "output.txt").read_text()):
            assert program.poll() is None, output
            assert time.monotonic() < deadline, output
            time.sleep(0.2)
        with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/", timeout=300) as answer:
            page = answer.read().decode()
        client = Client(f"http://127.0.0.1:{port}/", verbose=False)
        client.predict(api_name="/sample")
        client.close()
    trace = strace.read(logs, ROOT)
    assert trace.elsewhere == set()
    assert trace.outside(machine.cache, machine.temporary) <= {machine.cache.parent}
    assert list(machine.temporary.glob("vae-faces-*")) == []  # its uploads and results end with it
    others = page.replace(f"http://127.0.0.1:{port}/", "")  # its own address, for previews of links
    fetched = re.findall(r"<(?:link|script|img|iframe)\b[^>]*?(?:href|src)=[\"']?(https?:)?//", others)
    assert fetched == []
