"""The app as a Space runs it: in a folder that has only the Space's files, configured by environment variables."""

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
from train.hub import space_files
from vae_models.hub.source import Namespace

REPO = "someone/faces"
KEPT_VARIABLES = ("PATH", "LANG", "LD_LIBRARY_PATH", "TMPDIR", "NO_PROXY")  # of this process's environment


class RunningSpace(NamedTuple):
    """Process that serves the page."""

    address: str
    process: "subprocess.Popen[bytes]"
    seconds: float  # from its start to its first page


def assemble(folder: Path, models: str | None = None) -> Path:
    """Write the Space's files into `folder`."""
    namespace = Namespace.parse(models) if models else None
    for name, data in space_files.files(namespace, space_files.bundled_repositories(namespace)).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@contextmanager
def running_space(
    folder: Path, home: Path, python: str = sys.executable, variables: dict[str, str] | None = None
) -> Iterator[RunningSpace]:
    """Start the app in `folder` with a Space's environment variables and stop it at the end.

    `variables` are added to the environment. Standard error goes to home/errors.txt, because gradio warns at length
    about a package that only the Hub installs. Raises RuntimeError if the app ends by itself or does not answer within
    two minutes.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
        "HOME": str(home),
        "SPACE_ID": REPO,
        "SYSTEM": "spaces",
        "GRADIO_SSR_MODE": "true",
        "GRADIO_SERVER_NAME": "0.0.0.0",
        "GRADIO_SERVER_PORT": str(port),
        **(variables or {}),
    }
    start = time.monotonic()
    errors = home / "errors.txt"
    with errors.open("w", encoding="utf-8") as file:
        process = subprocess.Popen([python, "app.py"], cwd=folder, env=environment, stderr=file)
    address = f"http://127.0.0.1:{port}/"
    try:
        while not answers(address):
            if process.poll() is not None or time.monotonic() > start + PATIENCE:
                output = errors.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise RuntimeError(f"the Space has ended, or does not answer: {output}")
            time.sleep(0.02)
        yield RunningSpace(address, process, time.monotonic() - start)
    finally:
        process.terminate()
        process.wait(20)


def memory(process: "subprocess.Popen[bytes]") -> tuple[int, int]:
    """Return current and peak resident memory of a process and its children, in bytes (Linux only)."""
    usage = [_status(pid) for pid in (process.pid, *children(process))]
    return sum(now for now, _ in usage), sum(peak for _, peak in usage)


def children(process: "subprocess.Popen[bytes]") -> list[int]:
    """List the process ids of the children of a process (Linux only)."""
    files = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(pid) for file in files for pid in file.read_text(encoding="utf-8").split()]


def _status(pid: int) -> tuple[int, int]:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    facts = dict(line.split(":", 1) for line in lines)
    return int(facts["VmRSS"].split()[0]) * 1024, int(facts["VmHWM"].split()[0]) * 1024
