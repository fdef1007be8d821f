"""The public address of the page, and the headers that are believed about it.

A proxy names the address that the visitor asked for in headers, which every visitor can send as well. Gradio writes
them into its answers, so they are removed unless the owner has said that there is a proxy.
"""

import os
import re

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from server.start import Start

PROXY_VARIABLES = (  # each says that a proxy is in front of the app
    "GRADIO_ROOT_PATH",  # the path below which, or the whole address at which the proxy serves the page
    "FORWARDED_ALLOW_IPS",  # uvicorn's: the proxies that are believed
    "SPACE_ID",  # set on a Space
)
FORWARDED = re.compile(rb"forwarded|x-forwarded-.*|x-real-ip")
NEVER_BELIEVED = b"x-gradio-server"  # from gradio's own proxies, which this app does not have
HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", re.IGNORECASE)
NO_HOST = "The header Host of this request is no name of a machine."


def believes_proxy(start: Start) -> bool:
    """Check whether the owner has said that a proxy is in front of the app, or shares it by Gradio's."""
    return start.share or any(os.environ.get(name) for name in PROXY_VARIABLES)


def public_address(request: HTTPConnection) -> str:
    """Return the address of the page as a visitor from elsewhere has to write it, with a slash at its end."""
    root = os.environ.get("GRADIO_ROOT_PATH", "")
    if re.match("https?://", root):
        return f"{root.rstrip('/')}/"
    spaces = os.environ.get("SPACE_HOST")
    origin = f"https://{spaces.partition(',')[0].strip()}" if spaces else _origin(request)
    return f"{origin}/{root.strip('/')}/" if root.strip("/") else f"{origin}/"


def _origin(request: HTTPConnection) -> str:
    """Return scheme and host of a request whose headers are those that are believed."""
    host = _first(request.headers.get("x-forwarded-host")) or request.url.netloc
    scheme = _first(request.headers.get("x-forwarded-proto")) or request.url.scheme
    return f"{'https' if scheme in ('https', 'wss') else 'http'}://{host}"


def _first(value: str | None) -> str:
    """Return the first value of a header: each proxy adds its own behind."""
    return (value or "").partition(",")[0].strip()


class BelievedAddress:
    """Middleware that removes what a request says about its address, unless it is believed."""

    def __init__(self, app: ASGIApp, believes: bool) -> None:
        """Believe proxies, or not."""
        self.app = app
        self.believes = believes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it if its host is none."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif all(HOST.fullmatch(value.decode("latin-1")) for name, value in scope["headers"] if name == b"host"):
            headers = [(name, value) for name, value in scope["headers"] if self._keeps(name, value)]
            await self.app({**scope, "headers": headers}, receive, send)
        else:
            await JSONResponse({"detail": NO_HOST}, 400)(scope, receive, send)

    def _keeps(self, name: bytes, value: bytes) -> bool:
        if name == b"x-forwarded-host" and not HOST.fullmatch(_first(value.decode("latin-1"))):
            return False
        return name != NEVER_BELIEVED and (self.believes or not FORWARDED.fullmatch(name))
