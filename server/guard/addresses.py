"""The addresses that are answered: the page's own, and those of gradio's that its clients need; every other is 404.

Gradio opens about 70 addresses of its own, most for pages that it would draw itself: icons of any size, analytics, code
written by a language model, a proxy. What nobody needs here cannot be used against the app.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

READ, WRITE = frozenset({"GET", "HEAD"}), frozenset({"POST"})
CLOSED = "There is nothing at this address. GET /gradio_api/info lists the endpoints and their parameters."
NAME, EVENT = r"[\w-]{1,64}", r"[0-9a-f]{1,64}"


class Address(NamedTuple):
    """Address of gradio's that is answered."""

    pattern: str  # of the whole path, below the app's own
    methods: frozenset[str]
    with_mcp: bool = False  # answered only if the endpoints are served as MCP tools


OF_GRADIO = (
    # what clients read first
    Address("/config/?", READ),
    Address("/gradio_api/info/?", READ),
    Address("/gradio_api/startup-events", READ),  # asked by gradio itself before the page is shown
    # pictures there and back
    Address("/gradio_api/upload/?", WRITE),
    Address("/gradio_api/file=.+", READ),
    # calls: of curl and its like, then of gradio's clients
    Address(f"/gradio_api/call(/v2)?/{NAME}/?", WRITE),
    Address(f"/gradio_api/call(/v2)?/{NAME}/{EVENT}", READ),
    Address("/gradio_api/queue/join", WRITE),
    Address("/gradio_api/queue/data", READ),
    Address("/gradio_api/queue/status", READ),
    Address("/gradio_api/cancel", WRITE),
    Address("/gradio_api/reset/?", WRITE),
    Address("/gradio_api/mcp(/|/http/?)?", READ | WRITE | {"DELETE"}, with_mcp=True),
    Address("/gradio_api/mcp/schema", READ, with_mcp=True),
)


def find_address(path: str, with_mcp: bool) -> Address | None:
    """Return the address of gradio's that answers a path; None if none does."""
    for address in OF_GRADIO:
        if (with_mcp or not address.with_mcp) and re.fullmatch(address.pattern, path):
            return address
    return None


def path_below(scope: Scope) -> str:
    """Return the path of a request below the app's own, which a proxy removes or not."""
    path, root = str(scope["path"]), str(scope.get("root_path", "")).rstrip("/")
    inside = root and path.startswith(root) and path[len(root) : len(root) + 1] in ("", "/")
    return path[len(root) :] if inside else path


class OpenAddresses:
    """Middleware that answers 404 at every address that is not open, and accepts no WebSockets."""

    def __init__(self, app: ASGIApp, own: Iterable[BaseRoute], with_mcp: bool) -> None:
        """Open the addresses of our own routes, and of gradio's those that clients need."""
        self.app = app
        self.own = [route.path_regex for route in own if isinstance(route, Route)]
        self.with_mcp = with_mcp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["type"] == "http":
            refusal = self.refuse(path_below(scope), scope["method"])
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def refuse(self, path: str, method: str) -> JSONResponse | None:
        """Return the answer to a request at a closed address, None if it is open."""
        if path == "" or any(pattern.match(path) for pattern in self.own):
            return None
        address = find_address(path, self.with_mcp)
        if address is None:
            return JSONResponse({"detail": CLOSED}, 404)
        if method in address.methods or method == "OPTIONS":  # a browser asks whether other sites may send it
            return None
        allowed = ", ".join(sorted(address.methods))
        return JSONResponse({"detail": f"This address answers {allowed} only."}, 405, {"Allow": allowed})
