"""Ports and screens as a test wants them."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from server.start import NAMEPLATE
from tests.server.desktop import RECORD, WEBVIEW

Serve = Callable[[frozenset[str]], int]


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


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve a page with this nameplate and return its port."""
    servers = []

    def served(lines: frozenset[str]) -> int:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200 if self.path in ("/", NAMEPLATE) else 404)
                self.end_headers()
                self.wfile.write("\n".join(lines).encode() if self.path == NAMEPLATE else b"")

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


@pytest.fixture
def desktop(tmp_path: Path) -> Path:
    """Write a fake browser and a fake pywebview, which fetch a page, add it to seen.txt and exit, into a folder."""
    (tmp_path / "record.py").write_text(RECORD)
    (tmp_path / "webview.py").write_text(WEBVIEW)
    return tmp_path
