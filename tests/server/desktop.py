"""A desktop with a fake browser and a fake pywebview, and the ports of this machine."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VAE = str(ROOT / "assets" / "weights" / "vae")

RECORD = """
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
with open(sys.argv[1], "a") as seen:
    print(sys.argv[2], opener.open(sys.argv[2], timeout=120).status, file=seen)
"""
WEBVIEW = """
import os, subprocess, sys
settings = {}
class WebViewException(Exception): pass
def create_window(title, url, **looks): settings["shown"] = [title, url]
def start(gui, icon):
    subprocess.run([sys.executable, *os.environ["RECORDER"].split(), settings["shown"][1]], check=True)
"""
STARTED = """
import runpy, sys
if "--hide-webview" in sys.argv:
    sys.argv.remove("--hide-webview")
    sys.modules["webview"] = None
try:
    runpy.run_path("app.py", run_name="__main__")
finally:
    print("imported:", *sorted({"gradio", "torch", "webview"} & {name for name in sys.modules if sys.modules[name]}))
"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def listen(host: str) -> socket.socket:
    """Listen at a free port of this host; skip the test if this machine has no such address."""
    try:
        return socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        pytest.skip(f"{host}: {error}")


def desktop_environment(desktop: Path) -> dict[str, str]:
    """Return the environment variables of a desktop with the fake browser and pywebview."""
    recorder = f"{desktop / 'record.py'} {desktop / 'seen.txt'}"
    return {
        **os.environ,
        "DISPLAY": ":0",
        "BROWSER": f"{sys.executable} {recorder} %s",
        "RECORDER": recorder,
        "PYTHONPATH": str(desktop),
        "GRADIO_TEMP_DIR": str(desktop),
    }


def read_shown(desktop: Path) -> str:
    """Return the addresses that were shown, with the status of their answers."""
    file = desktop / "seen.txt"
    return file.read_text() if file.exists() else ""


def run_app(
    desktop: Path, *arguments: str, variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the app on a desktop until it ends; its last line names the heavy packages that it imported."""
    return subprocess.run(
        [sys.executable, "-c", STARTED, *arguments],
        cwd=ROOT,
        env={**desktop_environment(desktop), **(variables or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
