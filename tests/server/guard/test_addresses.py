"""Every address that answers has a test that sends it hostile input; every other one answers 404 with a sentence."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from server.guard.addresses import OF_GRADIO, OpenAddresses, find_address, path_below
from tests.server.guard import hostile

CLOSED = (
    "pwa_icon",
    "pwa_icon/999999",
    "monitoring",
    "monitoring/summary",
    "login",
    "logout",
    "theme.css",
    "robots.txt",
    "static/x.js",
    "assets/x.js",
    "svelte/x.js",
    "docs",
    "redoc",
    "openapi.json",
    "gradio_api/openapi.json",
    "gradio_api/deep_link",
    "gradio_api/proxy=https://example.org",
    "gradio_api/file/etc/hostname",
    "gradio_api/stream/x",
    "gradio_api/component_server",
    "gradio_api/upload_progress?upload_id=x",
    "gradio_api/heartbeat/x",
    "gradio_api/run/sample",
    "gradio_api/api/sample",
    "gradio_api/process_recording",
    "gradio_api/vibe-code",
    "gradio_api/vibe-edit",
    "gradio_api/undo-vibe-edit",
    "gradio_api/vibe-starter-queries",
    "gradio_api/user",
    "gradio_api/token",
    "gradio_api/app_id",
    "gradio_api/dev/reload",
    "gradio_api/runs",
    "gradio_api/mcp/sse",
    "gradio_api/mcp/messages/",
    "gradio_api/mcp/sse/",
    "gradio_api//config",
    "%2fconfig",
    "gradio_api/%2e%2e/config",
    "gradio_api/info/x",
    "gradio_api/call/sample/x/y",
    "gradio_api/call/../config",
    "config.json",
    "Config",
    "page",
)

ATTACKS = [
    pytest.param(attack, marks=pytest.mark.processes) if attack in hostile.SLOW else attack
    for attack in dict.fromkeys(attack for attacks in hostile.TESTS.values() for attack in attacks)
]


def walk(routes: list[BaseRoute], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield method and path of every route, those of mounted applications and routers too."""
    for route in routes:
        router = getattr(route, "original_router", None)
        if isinstance(route, Mount):
            yield from walk(list(route.routes), before + route.path)
            yield "GET", before + route.path + "/"
        elif router is not None:
            yield from walk(router.routes, before)
        else:
            assert isinstance(route, Route), route
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield method, before + route.path


def fill(path: str) -> str:
    """Replace the parameters of a route's path by a value."""
    return "0".join(part.rpartition("}")[2] for part in path.split("{"))


def is_open(client: TestClient, method: str, path: str) -> bool:
    """Check whether the guard lets a request through."""
    admission: Any = client.app.admission  # type: ignore[attr-defined]
    return OpenAddresses(client.app, admission.own, with_mcp=True).refuse(fill(path), method) is None


def test_every_route_that_answers_has_a_test_with_hostile_input(client: TestClient) -> None:
    routes = [*walk(client.app.routes)]  # type: ignore[attr-defined]
    answering = {f"{method} {path.rstrip('/') or '/'}" for method, path in routes if is_open(client, method, path)}
    assert len(routes) > len(answering) + 40  # most are closed
    assert answering == hostile.TESTS.keys()
    for functions in hostile.TESTS.values():
        assert functions


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_hostile_input_gets_a_sentence(client: TestClient, attack: Callable[[TestClient], None]) -> None:
    attack(client)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_every_other_address_answers_404(client: TestClient, method: str) -> None:
    for path in CLOSED:
        answer = client.request(method, f"/{path}")
        assert answer.status_code == 404, path
        assert method == "HEAD" or answer.json()["detail"].startswith("There is nothing at this address."), path


def test_a_wrong_method_is_refused_with_the_right_ones(client: TestClient) -> None:
    for address in ("gradio_api/upload", "gradio_api/call/sample", "gradio_api/queue/join", "gradio_api/cancel"):
        answer = client.get(f"/{address}")
        assert (answer.status_code, answer.headers["allow"]) in ((405, "POST"), (404, None)), address
    assert client.put("/config").status_code == 405


def test_no_websocket_is_accepted() -> None:
    async def accept(_: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close"})

    client = TestClient(OpenAddresses(accept, [Route("/", accept)], with_mcp=True))
    for path in ("/", "/gradio_api/queue/join", "/none"):
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(path):
            pass


def test_other_sites_may_still_ask_what_is_allowed(client: TestClient) -> None:
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST", "Host": "faces.example.org"}
    answer = client.options("/gradio_api/call/sample", headers=headers)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "https://example.org")


@pytest.mark.parametrize("root", ["", "/faces", "/a/b"])
@pytest.mark.parametrize("stripped", [True, False])
def test_addresses_are_the_same_below_any_path(root: str, stripped: bool) -> None:
    before = "" if stripped else root
    for path in ("/config", "/gradio_api/call/sample", "/"):
        assert path_below({"path": before + path, "root_path": root}) == path
    assert path_below({"path": "/facesconfig", "root_path": "/faces"}) == "/facesconfig"


def test_mcp_is_closed_unless_it_is_served() -> None:
    for path in ("/gradio_api/mcp", "/gradio_api/mcp/", "/gradio_api/mcp/schema"):
        assert find_address(path, with_mcp=True)
        assert not find_address(path, with_mcp=False)
    assert any(not address.with_mcp for address in OF_GRADIO)


def test_the_sentences_are_json(client: TestClient) -> None:
    answer = client.get("/gradio_api/vibe-code")
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.content).keys() == {"detail"}
