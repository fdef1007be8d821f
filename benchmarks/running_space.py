"""The page as a Space runs it: in a folder that holds a Space's files alone, told where to listen by variables."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.running_app import PATIENCE, answers
from train.commands.space_config import SpaceConfig
from train.hub import space_files

REPO = "someone/faces"
KEPT = ("PATH", "LANG", "LD_LIBRARY_PATH", "TMPDIR", "NO_PROXY")  # of this process's own environment


class RunningSpace(NamedTuple):
    """A process that serves the page."""

    address: str
    process: "subprocess.Popen[bytes]"
    seconds: float  # from its start to its first page


def assemble(folder: Path, models: str | None = None) -> Path:
    """Write the Space's files into `folder`."""
    for name, data in space_files.files(SpaceConfig(REPO, models)).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@contextmanager
def running_space(
    folder: Path, home: Path, python: str = sys.executable, variables: dict[str, str] | None = None
) -> Iterator[RunningSpace]:
    """Started in `folder`, by this interpreter, with a Space's variables and these; stopped afterwards. What it says
    stands in home/errors.txt: gradio misses a package that only the Hub installs, at length. Raises RuntimeError where
    it ends itself or does not answer within two minutes.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        "HOME": str(home),
        "SPACE_ID": REPO,
        "SYSTEM": "spaces",
        "GRADIO_SSR_MODE": "true",
        "GRADIO_SERVER_NAME": "0.0.0.0",
        "GRADIO_SERVER_PORT": str(port),
        **(variables or {}),
    }
    begun = time.monotonic()
    errors = home / "errors.txt"
    with errors.open("w") as file:
        process = subprocess.Popen([python, "app.py"], cwd=folder, env=told, stderr=file)
    address = f"http://127.0.0.1:{port}/"
    try:
        while not answers(address):
            if process.poll() is not None or time.monotonic() > begun + PATIENCE:
                raise RuntimeError(f"the Space has ended, or does not answer: {errors.read_text()[-2000:]}")
            time.sleep(0.02)
        yield RunningSpace(address, process, time.monotonic() - begun)
    finally:
        process.terminate()
        process.wait(20)


def memory(process: "subprocess.Popen[bytes]") -> tuple[int, int]:
    """Bytes that are resident now, and that were at most, of a process and those that it has started (Linux)."""
    seen = [_status(pid) for pid in (process.pid, *children(process))]
    return sum(now for now, _ in seen), sum(most for _, most in seen)


def children(process: "subprocess.Popen[bytes]") -> list[int]:
    """The processes that it has started (Linux)."""
    files = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(pid) for file in files for pid in file.read_text().split()]


def _status(pid: int) -> tuple[int, int]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    facts = dict(line.split(":", 1) for line in lines)
    return int(facts["VmRSS"].split()[0]) * 1024, int(facts["VmHWM"].split()[0]) * 1024
