"""Users without a home folder, or with one that can only be read: nothing is lost but what a cache saves."""

import functools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VAE = ROOT / "assets" / "weights" / "vae"
SMALL = ["--width", "4", "--latent-dim", "4", "--batch-size", "8", "--steps", "4"]
USER = 54321  # in no user database
NOTE = "no cache can be written in "

pytestmark = pytest.mark.processes


@functools.cache
def unknown_user() -> list[str]:
    """Return the beginning of a command that runs as an unknown user; nothing if only root could do that.

    The user may read everything, because Python and the packages may be in a folder of root.
    """
    capabilities = ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]
    prefix = ["setpriv", "--reuid", str(USER), "--regid", str(USER), "--clear-groups", *capabilities]
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("setpriv") is None:
        return []
    done = subprocess.run([*prefix, sys.executable, "-c", ""], capture_output=True, check=False)
    return [] if done.returncode else prefix


class Machine:
    """Folders of a user, with as few variables as possible."""

    def __init__(self, folder: Path) -> None:
        self.temporary, self.results = folder / "temporary", folder / "results"
        for part in (self.temporary, self.results):
            part.mkdir()
            part.chmod(0o777)

    def command(self, *arguments: str, **variables: str) -> list[str]:
        """Return the command of a Python program that runs with nothing but these variables."""
        common = {"PATH": os.environ["PATH"], "TMPDIR": str(self.temporary), "PYTHONDONTWRITEBYTECODE": "1"}
        settings = [f"{name}={value}" for name, value in {**common, "OMP_NUM_THREADS": "1", **variables}.items()]
        return [*unknown_user(), "env", "-i", *settings, sys.executable, *arguments]

    def run(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(*arguments, **variables), cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
        )

    def caches(self) -> list[Path]:
        return list(self.temporary.glob("vae-faces-cache-*"))


@pytest.fixture
def machine() -> Iterator[Machine]:
    """Return the folders of a user; pytest's own folders are closed to all others."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Machine(Path(folder))


def homes() -> dict[str, dict[str, str]]:
    """Return variables of users whose home folder is of no use; without root only some of them can be tried."""
    missing = {"HOME": "/nonexistent"}
    if not unknown_user():
        return {"missing": missing}
    return {"none": {}, "missing": missing, "read-only": {"HOME": "/"}, "of another user": {"HOME": "/root"}}


@pytest.mark.parametrize("home", homes().values(), ids=homes())
def test_training_keeps_its_cache_below_the_temporary_folder(
    machine: Machine, faces_folder: Path, home: dict[str, str]
) -> None:
    output = str(machine.results / "run")
    done = machine.run("-m", "train", "vae", "--data", str(faces_folder), "--output", output, *SMALL, **home)
    assert done.returncode == 0, done.stderr
    (cache,) = machine.caches()
    assert re.findall(rf"^{NOTE}.*: caches are in (\S+) ", done.stderr, re.MULTILINE) == [str(cache)]
    assert list((cache / "vae-faces").glob("*/index.json"))
    assert not (ROOT / "~").exists()


def test_a_cache_folder_that_cannot_be_written_is_one_sentence(machine: Machine, faces_folder: Path) -> None:
    cache = machine.results / "file"
    cache.touch()
    arguments = ["--data", str(faces_folder), "--output", str(machine.results / "run"), "--cache", str(cache)]
    done = machine.run("-m", "train", "vae", *arguments, *SMALL)
    assert done.returncode == 2
    assert re.search(r"^error: The cache of decoded images cannot be written .*--cache$", done.stderr, re.MULTILINE)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["figures", "sample"])
def test_a_command_needs_no_home_folder(machine: Machine, command: str) -> None:
    count = ["--count", "4"] if command == "sample" else []
    done = machine.run("-m", "train", command, str(VAE), "--output", str(machine.results / "output"), *count)
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if "temporary cache" in line or "Matplotlib" in line] == []


def test_the_page_needs_no_home_folder(machine: Machine) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    output = machine.results / "output.txt"
    with output.open("w") as file:
        command = machine.command("app.py", "--no-open", "--port", str(port), PYTHONUNBUFFERED="1")
        app = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=file)
        try:
            deadline = time.monotonic() + 300
            while "Running on" not in output.read_text():
                assert app.poll() is None, output.read_text()
                assert time.monotonic() < deadline, output.read_text()
                time.sleep(0.2)
        finally:
            app.send_signal(signal.SIGTERM)
            app.wait(300)
    assert "Traceback" not in output.read_text()
