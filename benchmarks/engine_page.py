"""A small page on the browser's engine (tests/assets/engine/page), served as the app would serve it."""

import json
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from vae_models.catalogue import BUNDLED
from vae_models.config import ModelConfig
from vae_models.files.names import CONFIG, DECODER, ENCODER
from vae_models.files.training_record import TrainingRecord

ROOT = Path(__file__).parent.parent
WEIGHTS = ROOT / "assets" / "weights"
PAGE = ROOT / "tests" / "assets" / "engine" / "page"
FOLDERS = {  # first part of an address -> folder
    "assets": ROOT / "assets",
    "finder": ROOT / "faces" / "models",
    "models": WEIGHTS,
}
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".onnx": "application/octet-stream"}


class Request(NamedTuple):
    """Request that the server received."""

    method: str
    path: str  # with its query
    size: int  # bytes of its body
    sent: int  # bytes of the answer, without headers


class EnginePage(NamedTuple):
    """The page's address, and the requests so far."""

    address: str
    requests: list[Request]


def describe_models(folder: Path = WEIGHTS) -> list[dict[str, Any]]:
    """Describe the models of a folder for the engine: `Model` in assets/engine/types.js."""
    return [_describe_model(folder / name) for name in BUNDLED]


def _describe_model(folder: Path) -> dict[str, Any]:
    config, record = ModelConfig.read(folder / CONFIG), TrainingRecord.read(folder)
    facts = record.typicality
    return {
        "name": folder.name,
        "latents": config.latent_dim,
        "channels": config.channels,
        "encoder": f"models/{folder.name}/{ENCODER}",
        "decoder": f"models/{folder.name}/{DECODER}",
        "typicality": None
        if record.family != "vae"
        else {
            "samples": facts["samples"],
            "weight": record.objective.distortion_weight,
            "quantiles": facts["quantiles"],
        },
    }


def find_file(path: str) -> Path | None:
    """Return the file of a path of the page; None if there is none."""
    first, _, rest = unquote(path).lstrip("/").partition("/")
    file = FOLDERS[first] / rest if first in FOLDERS else PAGE / (first or "index.html")
    allowed = any(file.resolve().is_relative_to(folder) for folder in (*FOLDERS.values(), PAGE))
    return file if allowed and file.is_file() else None


@contextmanager
def serve_engine_page(app: str = "") -> Iterator[EnginePage]:
    """Serve the page on a free port. `app` is the address of an app that its content security policy allows."""
    requests: list[Request] = []
    policy = (
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self' data: blob: {app}"
    )

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps connections open, as the app does

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            file = find_file(path)
            if path == "/models.json":
                self._send(json.dumps(describe_models()).encode(), "application/json")
            elif file is None:
                self._refuse(0)
            else:
                guess = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                self._send(file.read_bytes(), TYPES.get(file.suffix, guess))

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            self.rfile.read(size)
            self._refuse(size)

        def _refuse(self, size: int) -> None:
            requests.append(Request(self.command, self.path, size, 0))
            self.send_error(HTTPStatus.NOT_FOUND)

        def _send(self, data: bytes, kind: str) -> None:
            requests.append(Request(self.command, self.path, 0, len(data)))
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True  # connections stay open
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield EnginePage(f"http://127.0.0.1:{server.server_port}/", requests)
        finally:
            server.shutdown()
            thread.join()
