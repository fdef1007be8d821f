"""The app in its own process, started as a user starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent
PATIENCE = 120.0  # seconds for the first page


class Running(NamedTuple):
    """Process that serves the page."""

    address: str
    process: "subprocess.Popen[bytes]"


@contextmanager
def running_app(
    *arguments: str,
    command: tuple[str, ...] = (sys.executable, "app.py"),
    folder: Path = ROOT,
    variables: dict[str, str] | None = None,
    output: IO[bytes] | None = None,
) -> Iterator[Running]:
    """Start the app in `folder` on a free port and stop it at the end.

    `variables` are added to the environment; `output` receives the app's output and errors. Raises RuntimeError if the
    app ends by itself or does not answer within two minutes.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--no-open", *arguments],
        cwd=folder,
        env={**os.environ, **(variables or {})},
        stdout=output,
        stderr=output,
    )
    address, deadline = f"http://127.0.0.1:{port}/", time.monotonic() + PATIENCE
    try:
        while not answers(address):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the app has ended, or does not answer")
            time.sleep(0.02)
        yield Running(address, process)
    finally:
        process.terminate()
        process.wait(60)


def answers(address: str) -> bool:
    """Check whether the address serves a page."""
    try:
        urlopen(address).close()
    except OSError:
        return False
    return True
