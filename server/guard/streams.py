"""Answers that stay open until something happens: how many there may be at a time, and for how long."""

import re
import time

import anyio
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.guard.addresses import path_below

MOST, SECONDS = 256, 600.0
STREAM = re.compile(r"/gradio_api/(queue/data|call(/v2)?/[^/]+/[^/]+|mcp(/http)?)/?")
BUSY = "The app waits with too many visitors for their answers: try again in a minute."


class Streams:
    """Middleware that counts the answers that are open, and ends each that is open for too long."""

    def __init__(self, app: ASGIApp) -> None:
        """Count from none."""
        self.app = app
        self.count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it if too many are open."""
        if scope["type"] != "http" or not STREAM.fullmatch(path_below(scope)):
            await self.app(scope, receive, send)
            return
        if self.count >= MOST:
            await JSONResponse({"detail": BUSY}, 503, {"Retry-After": "60"})(scope, receive, send)
            return
        end = time.monotonic() + SECONDS

        async def read() -> Message:
            with anyio.move_on_after(end - time.monotonic()):
                return await receive()
            return {"type": "http.disconnect"}  # as if the visitor had gone: the answer ends in good order

        self.count += 1
        try:
            await self.app(scope, read, send)
        finally:
            self.count -= 1
