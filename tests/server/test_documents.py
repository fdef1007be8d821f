import gzip
from collections.abc import Mapping
from pathlib import Path

import brotli
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from server.documents import Document, answer_binary, answer_text

TEXT = b"A sentence that is repeated. " * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "text.html").write_bytes(TEXT)
    (tmp_path / "binary.onnx").write_bytes(bytes(range(256)))
    return tmp_path


@pytest.fixture
def client(folder: Path) -> TestClient:
    def send_text(request: Request) -> Response:
        return answer_text(request, folder / "text.html", "text/html")

    def send_binary(request: Request) -> Response:
        return answer_binary(request, folder / "binary.onnx", "application/octet-stream")

    return TestClient(Starlette(routes=[Route("/text", send_text), Route("/binary", send_binary)]))


def fetch_raw(client: TestClient, accepted: str) -> tuple[bytes, Mapping[str, str]]:
    """Return the bytes as they were sent, and the headers."""
    with client.stream("GET", "/text", headers={"Accept-Encoding": accepted}) as answer:
        return b"".join(answer.iter_raw()), answer.headers


def test_a_text_is_sent_in_the_shortest_encoding_that_is_accepted(client: TestClient) -> None:
    for accepted, encoding, decode in (
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip;q=1.0, deflate", "gzip", gzip.decompress),
        ("", None, bytes),
        ("zstd", None, bytes),
    ):
        data, headers = fetch_raw(client, accepted)
        assert headers.get("content-encoding") == encoding
        assert headers["vary"] == "Accept-Encoding"
        assert decode(data) == TEXT
        assert len(data) == int(headers["content-length"])


def test_what_compression_does_not_shorten_is_sent_as_it_is() -> None:
    assert list(Document.create(b"x", "text/plain").encodings) == ["identity"]
    assert list(Document.create(TEXT, "image/png").encodings) == ["identity"]


@pytest.mark.parametrize("address", ["/text", "/binary"])
def test_a_browser_that_has_the_file_gets_no_copy(client: TestClient, address: str) -> None:
    first = client.get(address)
    etag = first.headers["etag"]
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-cache"
    for known in (etag, f'"other", {etag}', etag.removeprefix("W/")):
        again = client.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(("address", "name"), [("/text", "text.html"), ("/binary", "binary.onnx")])
def test_a_file_that_has_changed_is_sent_anew(client: TestClient, folder: Path, address: str, name: str) -> None:
    etag = client.get(address).headers["etag"]
    (folder / name).write_bytes(b"changed")
    again = client.get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (200, b"changed")


def test_a_part_of_a_large_file_can_be_requested(client: TestClient) -> None:
    part = client.get("/binary", headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"\x02\x03\x04")


def test_the_page_may_load_from_its_own_server_only(client: TestClient) -> None:
    for address in ("/text", "/binary"):
        policy = client.get(address).headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "http" not in policy
        assert "script-src 'self' 'wasm-unsafe-eval';" in policy


@pytest.mark.parametrize("part", ["bytes=9-1", "bytes=999999999-", "bytes=-", "lines=1-2", "bytes=0-1,0-1", "x" * 9000])
def test_an_odd_part_of_a_file_is_all_of_it(client: TestClient, part: str) -> None:
    whole = client.get("/binary")
    answer = client.get("/binary", headers={"Range": part})
    assert (answer.status_code, answer.content) == (200, whole.content)
