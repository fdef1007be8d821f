"""The modules of assets/ in Chromium, from a server of files."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.running_app import running_app
from tests.dial_folder import write_dial
from vae_models import Dial
from vae_models.catalogue import BUNDLED
from vae_models.hub.pull import BUNDLED_FOLDER

ROOT = Path(__file__).parents[2]


class Handler(SimpleHTTPRequestHandler):
    """Files of the project, and an empty page."""

    extensions_map = {  # noqa: RUF012  (the attribute of http.server)
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def do_GET(self) -> None:
        """Answer /blank with an empty page, and other addresses with files."""
        if self.path != "/blank":
            return super().do_GET()
        page = b'<!doctype html><title>Tests</title><link rel="icon" href="data:,">'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)
        return None

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="session")
def assets_address() -> Iterator[str]:
    """Serve the project's folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(ROOT))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def blank_page(browser: Browser, assets_address: str) -> Iterator[Page]:
    """Open an empty page of the server; at the end check that its console has no error."""
    errors: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{assets_address}/blank")
    yield page
    page.close()
    assert not errors


class AppWithDial(NamedTuple):
    """An app that serves the bundled models of one beta, and a small network for every beta."""

    address: str
    folder: Path  # of all models
    dial: Dial  # of its folder "beta-dial"


@pytest.fixture(scope="session")
def app_with_dial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppWithDial]:
    """Start the app with a network for every beta that nobody has trained."""
    folder = tmp_path_factory.mktemp("models")
    for name in BUNDLED:
        (folder / name).symlink_to(BUNDLED_FOLDER / name)
    dial = write_dial(folder / "beta-dial", onnx=True)
    with running_app("--models", str(folder)) as app:
        yield AppWithDial(app.address, folder, dial)
