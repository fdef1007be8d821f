"""How the app starts: a first time and again, beside others, in a browser, in a window, where nothing can be shown."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import ProxyHandler, build_opener

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from ui import serving
from ui.serving import Start, StartError, nameplate, running, viewer
from ui.theme import CSS

ROOT = Path(__file__).parents[2]
VAE = str(ROOT / "assets" / "weights" / "vae")

RECORD = """
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
with open(sys.argv[1], "a") as seen:
    print(sys.argv[2], opener.open(sys.argv[2], timeout=30).status, file=seen)
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


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove settings of the developer's own machine."""
    for name in (
        "SPACE_ID",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "GRADIO_SERVER_NAME",
        "GRADIO_SERVER_PORT",
        "VAE_FACES_MODELS",
    ):
        monkeypatch.delenv(name, raising=False)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


Serve = Callable[[frozenset[str]], int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve a page with this nameplate and return its port."""
    servers = []

    def served(lines: frozenset[str]) -> int:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200 if self.path in ("/", serving.NAMEPLATE) else 404)
                self.end_headers()
                self.wfile.write("\n".join(lines).encode() if self.path == serving.NAMEPLATE else b"")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Log nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        return server.server_port

    yield served
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("first", "second", "enough"),
    [
        (Start("bundled"), Start("bundled"), True),
        (Start(VAE), Start(os.path.relpath(VAE)), True),
        (Start(VAE), Start("bundled"), False),
        (Start("bundled"), Start(VAE), False),
        (Start("bundled", host="0.0.0.0"), Start("bundled"), True),
        (Start("bundled", host="0.0.0.0"), Start("bundled", host="0.0.0.0"), True),
        (Start("bundled"), Start("bundled", host="0.0.0.0"), False),
        (Start("bundled", share=True), Start("bundled"), True),
        (Start("bundled"), Start("bundled", share=True), False),
    ],
)
def test_a_page_that_runs_will_do_exactly_if_it_has_all_that_is_asked_for(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, first: Start, second: Start, enough: bool
) -> None:
    port, nobody = serve(nameplate(first)), free_port()
    monkeypatch.setattr(serving, "PORTS", [port, nobody])
    assert running(second) == (f"http://127.0.0.1:{port}" if enough else None)
    monkeypatch.setenv("GRADIO_SERVER_PORT", str(port))  # gradio's own way to ask for a port
    if enough:
        assert running(second) == f"http://127.0.0.1:{port}"
    else:
        with pytest.raises(StartError, match=f"Port {port} is taken by VAE Faces with other options"):
            running(second)


def test_without_a_port_those_taken_are_passed_over_until_one_is_ours_or_free(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger, other, ours = serve(frozenset()), serve(nameplate(Start(VAE))), serve(nameplate(Start("bundled")))
    monkeypatch.setattr(serving, "PORTS", [stranger, other, ours])
    assert running(Start("bundled")) == f"http://127.0.0.1:{ours}"
    monkeypatch.setattr(serving, "PORTS", [stranger, other])
    assert running(Start("bundled")) is None


@pytest.mark.parametrize(
    "said", [b"", b"220 mail.example.org ESMTP\r\n", b"HTTP/1.0 404 Not Found\r\n\r\nnothing here"]
)
def test_a_port_taken_by_whatever_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr(serving, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def talk() -> None:
            connection, _ = server.accept()
            with closing(connection):
                connection.sendall(said)
                connection.settimeout(10)
                while connection.recv(1000):  # until the other side has had enough
                    pass

        talking = threading.Thread(target=talk)
        talking.start()
        with pytest.raises(StartError, match=f"Port {port} is taken by something else"):
            running(Start("bundled", port=port))
        talking.join()


def test_a_port_where_nobody_listens_is_free() -> None:
    assert running(Start("bundled", port=free_port())) is None


def listen(host: str) -> socket.socket:
    """Listen at a free port of this host; skip the test if this machine has no such address."""
    try:
        return socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        pytest.skip(f"{host}: {error}")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "[::1]", "localhost", "0.0.0.0", "::"])
def test_a_port_is_free_if_nobody_listens_there_in_its_own_family(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    with listen({"localhost": "127.0.0.1"}.get(host, host.strip("[]"))) as server:
        taken = server.getsockname()[1]
        start = Start("bundled", host=host)
        nobody = free_port()
        monkeypatch.setattr(serving, "PORTS", [taken, nobody])
        assert serving.free_port(start) == nobody
        with pytest.raises(StartError, match=f"Port {taken} is taken"):
            serving.free_port(Start("bundled", host=host, port=taken))
        monkeypatch.setattr(serving, "PORTS", [taken])
        with pytest.raises(StartError, match="--port"):
            serving.free_port(start)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "no such name"])
def test_a_host_that_is_not_of_this_machine_is_refused(host: str) -> None:
    with pytest.raises(StartError, match=re.escape(f"cannot be served at {serving.in_address(host)}:")):
        serving.free_port(Start("bundled", host=host))


@pytest.mark.parametrize("host", ["::", "::1", "[::1]"])
def test_a_page_served_by_ipv6_is_recognised_and_shown_in_brackets(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    start = Start("bundled", host=host)
    answer = "\n".join(nameplate(start)).encode()
    with listen("::1") as server:
        port = server.getsockname()[1]

        def serve_once() -> None:
            connection, _ = server.accept()
            with closing(connection):
                connection.recv(1000)
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + answer)

        serving_thread = threading.Thread(target=serve_once)
        serving_thread.start()
        monkeypatch.setattr(serving, "PORTS", [port])
        assert running(start) == f"http://[::1]:{port}"
        serving_thread.join()
    assert serving.local_address(start, port) == f"http://[::1]:{port}/"


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_what_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    with pytest.raises(StartError, match="no port"):
        running(Start("bundled", port=port))
    monkeypatch.setenv("GRADIO_SERVER_PORT", "seven")
    with pytest.raises(StartError, match="'seven' is no port"):
        running(Start("bundled"))


def test_a_nameplate_does_not_tell_where_the_models_are() -> None:
    assert not [line for line in nameplate(Start(VAE)) if "weights" in line]


def test_a_space_serves_and_opens_nothing(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    port = serve(nameplate(Start("bundled")))
    monkeypatch.setenv("SPACE_ID", "someone/faces")
    monkeypatch.setenv("DISPLAY", ":0")
    assert running(Start("bundled", port=port)) is None
    assert viewer(browser=True, window=False) == "nobody"


@pytest.mark.parametrize(
    ("platform", "display", "seen"),
    [
        ("linux", None, "nobody"),
        ("linux", "DISPLAY", "browser"),
        ("linux", "WAYLAND_DISPLAY", "browser"),
        ("darwin", None, "browser"),
        ("win32", None, "browser"),
    ],
)
def test_a_browser_is_opened_where_it_can_be_seen_and_only_if_wanted(
    monkeypatch: pytest.MonkeyPatch, platform: str, display: str | None, seen: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    if display:
        monkeypatch.setenv(display, "0")
    assert viewer(browser=True, window=False) == seen
    assert viewer(browser=False, window=False) == "nobody"


def test_a_window_is_refused_where_there_is_no_display(monkeypatch: pytest.MonkeyPatch, desktop: Path) -> None:
    monkeypatch.syspath_prepend(desktop)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(StartError, match="needs a display"):
        viewer(browser=True, window=True)
    monkeypatch.setenv("DISPLAY", ":0")
    assert viewer(browser=True, window=True) == "window"


@pytest.fixture
def desktop(tmp_path: Path) -> Path:
    """Write a fake browser and a fake pywebview, which fetch a page, add it to seen.txt and exit, into a folder."""
    (tmp_path / "record.py").write_text(RECORD)
    (tmp_path / "webview.py").write_text(WEBVIEW)
    return tmp_path


def environment(desktop: Path) -> dict[str, str]:
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


def seen(desktop: Path) -> str:
    """Return the addresses that were shown, with the status of their answers."""
    file = desktop / "seen.txt"
    return file.read_text() if file.exists() else ""


def started(
    desktop: Path, *arguments: str, variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the app on a desktop until it ends; its last line names the heavy packages that it imported."""
    return subprocess.run(
        [sys.executable, "-c", STARTED, *arguments],
        cwd=ROOT,
        env={**environment(desktop), **(variables or {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_second_start_says_where_the_page_is_and_opens_it_without_importing_anything_slow(
    serve: Serve, desktop: Path
) -> None:
    port = serve(nameplate(Start("bundled")))
    done = started(desktop, "--port", str(port))
    said = f"VAE Faces is already running at http://127.0.0.1:{port}\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{said}imported:\n", "")
    assert seen(desktop) == f"http://127.0.0.1:{port} 200\n"
    quiet = started(desktop, "--port", str(port), "--no-open")
    assert (quiet.returncode, quiet.stdout) == (0, f"{said}imported:\n")
    assert seen(desktop).count("\n") == 1


def test_a_second_start_with_a_window_shows_that_page_in_it(serve: Serve, desktop: Path) -> None:
    port = serve(nameplate(Start("bundled")))
    done = started(desktop, "--port", str(port), "--window")
    assert (done.returncode, done.stdout.splitlines()[1:], done.stderr) == (0, ["imported: webview"], "")
    assert seen(desktop) == f"http://127.0.0.1:{port} 200\n"


def test_a_window_without_its_package_is_one_sentence_at_once(desktop: Path) -> None:
    done = started(desktop, "--window", "--hide-webview")
    assert (done.returncode, done.stdout) == (2, "imported:\n")
    assert re.fullmatch(r'error: .*pip install "?pywebview.*\n', done.stderr)


def test_the_icon_is_in_the_colours_of_the_models() -> None:
    colours = re.findall(r"--(?:ae|vae|beta-vae|beta-tcvae): (#\w{6});", CSS.read_text())
    with Image.open(serving.ICON) as icon:
        assert icon.width == icon.height == 512
        stripes = np.asarray(icon.convert("RGB"))[440, [64, 192, 320, 448]]
    assert ["#" + stripe.tobytes().hex() for stripe in stripes] == colours


@pytest.mark.processes
def test_the_running_app_is_recognised_by_its_second_start(address: str, desktop: Path) -> None:
    port = address.rstrip("/").rpartition(":")[2]
    done = started(desktop, "--port", port)
    said = f"VAE Faces is already running at http://127.0.0.1:{port}\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{said}imported:\n", "")
    other = started(desktop, "--port", port, "--models", VAE)
    assert (other.returncode, other.stdout) == (2, "imported:\n")
    assert other.stderr.startswith(f"error: Port {port} is taken by VAE Faces with other options")


@pytest.mark.processes
def test_the_browser_is_sent_to_the_page_once_it_is_served(desktop: Path) -> None:
    port = free_port()
    deadline = time.monotonic() + 120
    with subprocess.Popen([sys.executable, "app.py", "--port", str(port)], cwd=ROOT, env=environment(desktop)) as app:
        try:
            while not seen(desktop).endswith("\n"):
                assert app.poll() is None, "the app has ended"
                assert time.monotonic() < deadline, "nothing was opened"
                time.sleep(0.2)
        finally:
            app.terminate()
    assert seen(desktop) == f"http://127.0.0.1:{port}/ 200\n"


@pytest.mark.processes
def test_the_app_ends_with_its_window(desktop: Path) -> None:
    port = free_port()
    done = started(desktop, "--port", str(port), "--window")
    assert done.returncode == 0, done.stderr
    assert seen(desktop) == f"http://127.0.0.1:{port}/ 200\n"


@pytest.mark.processes
def test_a_port_that_is_kept_but_not_listened_at_is_one_sentence(desktop: Path) -> None:
    with socket.socket() as kept:
        kept.bind(("127.0.0.1", 0))
        done = started(desktop, "--port", str(kept.getsockname()[1]))
    assert done.returncode == 2
    assert re.fullmatch(r"error: Port \d+ is taken by something else: .*\n", done.stderr)


@pytest.mark.processes
def test_whatever_the_server_raises_is_one_sentence(desktop: Path) -> None:
    done = started(desktop, "--port", str(free_port()), variables={"GRADIO_NUM_WORKERS": "many"})
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
            deadline = time.monotonic() + 120
            address = serving.local_address(Start("bundled", host=host), port)
            while "Running on" not in (tmp_path / "output.txt").read_text():
                assert app.poll() is None, (tmp_path / "output.txt").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.1)
            with build_opener(ProxyHandler({})).open(address, timeout=30) as answer:
                assert answer.status == 200
            assert list(tmp_path.glob("vae-faces-*"))
        finally:
            app.send_signal(number)
            app.wait(60)
    assert app.returncode == 128 + number
    assert not list(tmp_path.glob("vae-faces-*"))  # uploads
    assert f"Running on local URL:  http://{serving.in_address(host)}:{port}\n" in (tmp_path / "output.txt").read_text()


@pytest.mark.browser
def test_chromium_finds_the_page_installable_under_its_name_with_its_icon(page: Page, address: str) -> None:
    chromium = page.context.new_cdp_session(page)
    errors = chromium.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # a page of Playwright's is a private one, where nothing can be installed; Chromium reports the rest all the same
    assert [error["errorId"] for error in errors] == ["in-incognito"]
    manifest = page.request.get(f"{address}manifest.json").json()
    assert manifest["name"] == "VAE Faces"
    assert [icon["sizes"] for icon in manifest["icons"]] == ["192x192", "512x512"]
    for icon in manifest["icons"]:
        with Image.open(BytesIO(page.request.get(urljoin(address, icon["src"])).body())) as served:
            assert f"{served.width}x{served.height}" == icon["sizes"]
    assert page.request.get(f"{address}favicon.ico").body() == serving.ICON.read_bytes()
