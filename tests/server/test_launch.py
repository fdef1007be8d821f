"""The app as a user starts it: a first time and again, in a browser, in a window, behind proxies."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from server import start as starting
from server.start import Start, nameplate
from tests.server.conftest import Serve
from tests.server.desktop import ROOT, VAE, desktop_environment, free_port, listen, read_shown, run_app


def test_a_second_start_opens_the_running_page_and_imports_nothing_slow(serve: Serve, desktop: Path) -> None:
    port = serve(nameplate(Start("bundled")))
    done = run_app(desktop, "--port", str(port))
    said = f"VAE Faces is already running at http://127.0.0.1:{port}\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{said}imported:\n", "")
    assert read_shown(desktop) == f"http://127.0.0.1:{port} 200\n"
    quiet = run_app(desktop, "--port", str(port), "--no-open")
    assert (quiet.returncode, quiet.stdout) == (0, f"{said}imported:\n")
    assert read_shown(desktop).count("\n") == 1


def test_a_second_start_with_a_window_shows_that_page_in_it(serve: Serve, desktop: Path) -> None:
    port = serve(nameplate(Start("bundled")))
    done = run_app(desktop, "--port", str(port), "--window")
    assert (done.returncode, done.stdout.splitlines()[1:], done.stderr) == (0, ["imported: webview"], "")
    assert read_shown(desktop) == f"http://127.0.0.1:{port} 200\n"


def test_a_window_without_its_package_is_one_sentence_at_once(desktop: Path) -> None:
    done = run_app(desktop, "--window", "--hide-webview")
    assert (done.returncode, done.stdout) == (2, "imported:\n")
    assert re.fullmatch(r'error: .*pip install "?pywebview.*\n', done.stderr)


@pytest.mark.processes
def test_the_running_app_is_recognised_by_its_second_start(address: str, desktop: Path) -> None:
    port = address.rstrip("/").rpartition(":")[2]
    done = run_app(desktop, "--port", port)
    said = f"VAE Faces is already running at http://127.0.0.1:{port}\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{said}imported:\n", "")
    other = run_app(desktop, "--port", port, "--models", VAE)
    assert (other.returncode, other.stdout) == (2, "imported:\n")
    assert other.stderr.startswith(f"error: Port {port} is taken by VAE Faces with other options")


@pytest.mark.processes
def test_the_browser_is_sent_to_the_page_once_it_is_served(desktop: Path) -> None:
    port = free_port()
    deadline = time.monotonic() + 300
    with subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port)], cwd=ROOT, env=desktop_environment(desktop)
    ) as app:
        try:
            while not read_shown(desktop).endswith("\n"):
                assert app.poll() is None, "the app has ended"
                assert time.monotonic() < deadline, "nothing was opened"
                time.sleep(0.2)
        finally:
            app.terminate()
    assert read_shown(desktop) == f"http://127.0.0.1:{port}/ 200\n"


@pytest.mark.processes
def test_the_app_ends_with_its_window(desktop: Path) -> None:
    port = free_port()
    done = run_app(desktop, "--port", str(port), "--window")
    assert done.returncode == 0, done.stderr
    assert read_shown(desktop) == f"http://127.0.0.1:{port}/ 200\n"


@pytest.mark.processes
def test_a_port_that_is_kept_but_not_listened_at_is_one_sentence(desktop: Path) -> None:
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        done = run_app(desktop, "--port", str(kept.getsockname()[1]))
    assert done.returncode == 2
    assert re.fullmatch(r"error: Port \d+ is taken by something else: .*\n", done.stderr)


@pytest.mark.processes
def test_whatever_the_server_raises_is_one_sentence(desktop: Path) -> None:
    done = run_app(desktop, "--port", str(free_port()), variables={"GRADIO_NUM_WORKERS": "many"})
    assert done.returncode == 2
    assert re.fullmatch(r"error: The page cannot be served: .*'many'\n", done.stderr)


@pytest.mark.processes
@pytest.mark.parametrize(
    ("host", "variables", "number"),
    [
        ("127.0.0.1", {"HTTP_PROXY": "http://127.0.0.1:9", "all_proxy": "http://127.0.0.1:9"}, signal.SIGHUP),
        ("::1", {"http_proxy": "http://127.0.0.1:9", "GRADIO_SERVER_NAME": "::1"}, signal.SIGTERM),
        ("::", {"ALL_PROXY": "socks5://127.0.0.1:9"}, signal.SIGTERM),
    ],
)
def test_any_proxy_and_host_serve_a_page_that_ends_cleanly(
    tmp_path: Path, host: str, variables: dict[str, str], number: signal.Signals
) -> None:
    with listen(host) as any_port:
        port = any_port.getsockname()[1]
    # a port of IPv4 and IPv6: gradio wants both
    arguments = [] if "GRADIO_SERVER_NAME" in variables else ["--host", host]
    with (tmp_path / "output.txt").open("w") as output:
        # other tests of this process have set where gradio keeps files
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GRADIO_")}
        app = subprocess.Popen(
            [sys.executable, "app.py", "--no-open", "--port", str(port), *arguments],
            cwd=ROOT,
            env={**environment, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1", **variables},
            stdout=output,
            stderr=output,
        )
        try:
            deadline = time.monotonic() + 300
            address = starting.local_address(Start("bundled", host=host), port)
            while "Running on" not in (tmp_path / "output.txt").read_text():
                assert app.poll() is None, (tmp_path / "output.txt").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.1)
            with build_opener(ProxyHandler({})).open(address, timeout=120) as answer:
                assert answer.status == 200
            assert list(tmp_path.glob("vae-faces-*"))
        finally:
            app.send_signal(number)
            app.wait(300)
    assert app.returncode == 128 + number
    assert not list(tmp_path.glob("vae-faces-*"))  # uploads
    assert (
        f"Running on local URL:  http://{starting.in_address(host)}:{port}\n" in (tmp_path / "output.txt").read_text()
    )
