import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import pytest

from faces.errors import PictureError
from server import fetch
from tests.conftest import draw_face

BODY = BytesIO()
draw_face(1).save(BODY, "PNG")
PNG = BODY.getvalue()


class Handler(BaseHTTPRequestHandler):
    """A web server with a picture, and with answers that are none."""

    def do_GET(self) -> None:
        redirects = {
            "/moved": "/face.png",
            "/loop": "/loop",
            "/to-file": "file:///etc/hostname",
            "/to-private": "http://10.0.0.1/face.png",
        }
        with suppress(ConnectionError):  # the client has had enough
            if self.path in redirects:
                self.send_response(302)
                self.send_header("Location", redirects[self.path])
                self.end_headers()
            elif self.path == "/face.png":
                self.send(PNG)
            elif self.path == "/host":
                self.send(str(self.headers["Host"]).encode())
            elif self.path == "/large":
                self.send(*[bytes(2**20)] * 30)
            elif self.path == "/slow":
                self.send(*[b"x"] * 1200, pause=0.1)
            else:
                self.send_error(404)

    def send(self, *chunks: bytes, pause: float = 0) -> None:
        self.send_response(200)
        self.end_headers()
        for chunk in chunks:
            self.wfile.write(chunk)
            time.sleep(pause)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve on this machine, which counts as public for the test."""
    monkeypatch.setattr(fetch, "is_public", lambda address: address == "127.0.0.1")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_picture_is_fetched_and_redirects_are_followed(server: str) -> None:
    assert fetch.fetch(f"{server}/face.png") == PNG
    assert fetch.fetch(f"{server}/moved") == PNG


def test_the_server_is_asked_under_its_own_name(server: str) -> None:
    address = server.replace("127.0.0.1", "localhost")
    assert fetch.fetch(f"{address}/host").decode() == address.removeprefix("http://")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/missing", "404 Not Found"),
        ("/loop", "redirects more than 5 times"),
        ("/to-file", "no http address"),
        ("/to-private", "private network"),
        ("/large", "more than 20 MB"),
    ],
)
def test_an_answer_that_is_no_picture_becomes_a_sentence(server: str, path: str, reason: str) -> None:
    with pytest.raises(PictureError, match=reason):
        fetch.fetch(f"{server}{path}")


def test_a_picture_that_trickles_in_is_not_waited_for(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "SECONDS", 0.5)
    start = time.monotonic()
    with pytest.raises(PictureError, match=r"more than 0\.5 seconds"):
        fetch.fetch(f"{server}/slow")
    assert time.monotonic() - start < 60


def test_a_look_up_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = threading.Event()
    monkeypatch.setattr(fetch, "SECONDS", 0.2)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: waiting.wait(120))
    start = time.monotonic()
    with pytest.raises(PictureError, match="seconds"):
        fetch.fetch("http://example.invalid/face.png")
    assert time.monotonic() - start < 60
    waiting.set()


@pytest.mark.usefixtures("server")
def test_a_refused_connection_becomes_a_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(PictureError, match="connection attempts failed"):
            fetch.fetch(f"http://127.0.0.1:{free.getsockname()[1]}/face.png")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1:9/face.png", "private network"),
        ("http://[::1]/face.png", "private network"),
        ("http://[::ffff:127.0.0.1]/face.png", "private network"),
        ("http://0.0.0.0/face.png", "private network"),
        ("http://169.254.169.254/latest/meta-data/", "private network"),
        ("http://100.64.0.1/face.png", "private network"),
        ("http://224.0.1.1/face.png", "private network"),
        ("http://[fe80::1%25lo]/face.png", "cannot be fetched"),
        ("http:///face.png", "no http address"),
        ("http://[::1", "cannot be fetched"),
        (f"http://{'a' * 300}/face.png", "no machine of this name"),
        ("http://\0/face.png", "cannot be fetched"),
    ],
)
def test_other_addresses_are_not_asked(monkeypatch: pytest.MonkeyPatch, address: str, reason: str) -> None:
    monkeypatch.setattr(socket.socket, "connect", None)
    with pytest.raises(PictureError, match=reason):
        fetch.fetch(address)


def test_an_unknown_name_becomes_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(PictureError, match="no machine of this name is known"):
        fetch.fetch("http://example.invalid/face.png")


def test_a_name_with_a_private_address_beside_a_public_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in ("8.8.8.8", "192.168.1.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: found)
    with pytest.raises(PictureError, match="private network"):
        fetch.fetch("http://example.invalid/face.png")
