"""Sessions: only the answers of calls that were made can be waited for.

For others, gradio would begin to answer, send the number of an error, and fail.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from server.guard.addresses import path_below

CALL = re.compile(r"/gradio_api/call(?:/v2)?/[^/]+/(?P<event>[^/]+)/?")
SESSION = re.compile("/gradio_api/queue/data/?")
UNKNOWN = "There is no such call: its answer was fetched already, or it was never made."


class KnownSessions:
    """Middleware that refuses to wait for answers that nobody has asked for."""

    def __init__(self, app: ASGIApp, get_queue: Callable[[], Any]) -> None:
        """Look sessions and calls up in gradio's queue."""
        self.app = app
        self.get_queue = get_queue

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless it waits for an unknown session or call."""
        if scope["type"] == "http" and scope["method"] == "GET" and not self._is_known(scope):
            await JSONResponse({"detail": UNKNOWN}, 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        path = path_below(scope)
        if SESSION.fullmatch(path):
            (session, *_) = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])
            return session in self.get_queue().pending_messages_per_session
        if call := CALL.fullmatch(path):
            return self._is_call(call["event"])
        return True

    def _is_call(self, event: str) -> bool:
        queue = self.get_queue()
        in_session = any(event in events for events in queue.pending_event_ids_session.values())
        return in_session or event in queue.event_ids_to_events or event in queue.pending_messages_per_session
