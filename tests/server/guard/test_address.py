"""The address of the page as it is believed: forwarded headers count only if the owner said that there is a proxy."""

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from server.guard.address import PROXY_VARIABLES, BelievedAddress, believes_proxy, public_address
from server.start import Start

LIES = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "192.0.2.7",
    "X-Forwarded-Prefix": "/evil",
    "X-Gradio-Server": "http://evil.example",
    "X-Real-IP": "192.0.2.7",
    "Forwarded": "host=evil.example",
}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXY_VARIABLES, "SPACE_HOST"):
        monkeypatch.delenv(name, raising=False)


async def _tell(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope)
    answer = {"address": public_address(request), "headers": dict(request.headers)}
    await JSONResponse(answer)(scope, receive, send)


def ask(believes: bool, headers: dict[str, str]) -> dict[str, Any]:
    client = TestClient(BelievedAddress(_tell, believes), base_url="http://faces.example:7860")
    answer: dict[str, Any] = client.get("/page", headers=headers).json()
    return answer


def test_without_a_proxy_no_forwarded_header_is_believed() -> None:
    told = ask(False, LIES)
    assert told["address"] == "http://faces.example:7860/"
    assert not {name.lower() for name in LIES} & told["headers"].keys()


def test_behind_a_proxy_its_headers_are_believed_but_gradios_own() -> None:
    told = ask(True, LIES | {"X-Forwarded-Host": "faces.example.org, inner"})
    assert told["address"] == "https://faces.example.org/"
    assert "x-gradio-server" not in told["headers"]


@pytest.mark.parametrize("host", ['a"><script>', "a b", "a/b", "user@a", "[", "a:x", "..\\", ""])
def test_a_host_that_is_none_is_refused_or_not_believed(host: str) -> None:
    client = TestClient(BelievedAddress(_tell, True), base_url="http://faces.example")
    refusal = client.get("/", headers={"Host": host})
    assert refusal.status_code == 400
    assert refusal.json()["detail"].endswith("no name of a machine.")
    assert ask(True, {"X-Forwarded-Host": host})["address"] == "http://faces.example:7860/"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:7860", "[::1]:7860", "a-b.example.org", "my_machine"])
def test_any_name_of_a_machine_is_a_host(host: str) -> None:
    assert ask(False, {"Host": host})["address"] == f"http://{host}/"


@pytest.mark.parametrize(
    ("root", "space", "address"),
    [
        ("/faces", "", "http://faces.example:7860/faces/"),
        ("https://example.org/faces/", "", "https://example.org/faces/"),
        ("", "a-faces.hf.space,faces.example.org", "https://a-faces.hf.space/"),
    ],
)
def test_the_owner_names_the_public_address(
    root: str, space: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_ROOT_PATH", root)
    monkeypatch.setenv("SPACE_HOST", space)
    assert ask(False, {})["address"] == address


def test_a_proxy_is_believed_only_if_the_owner_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not believes_proxy(Start("bundled", host="0.0.0.0"))
    assert believes_proxy(Start("bundled", share=True))
    for name in PROXY_VARIABLES:
        with monkeypatch.context() as patch:
            patch.setenv(name, "/faces")
            assert believes_proxy(Start("bundled"))
