"""Errors of the MCP server: its library repeats what was sent, and adds addresses of its own documentation."""

import json
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.guard.addresses import path_below

BEGINNING = "/gradio_api/mcp"
SENTENCES = {  # codes of JSON-RPC 2.0
    -32700: "The body of this request is not JSON.",
    -32601: "There is no such method.",
    -32602: "This message lacks what its method needs, or is no message of the Model Context Protocol.",
}
OTHER = "This is no request to an MCP server: send JSON by POST, and accept application/json and text/event-stream."


class PlainErrors:
    """Middleware that replaces the refusals of the MCP server by sentences of ours."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; a refusal is held until it is complete."""
        if scope["type"] != "http" or not path_below(scope).startswith(BEGINNING):
            await self.app(scope, receive, send)
            return
        begun: Message = {}
        body = b""

        async def rewrite(message: Message) -> None:
            nonlocal begun, body
            if message["type"] == "http.response.start" and message["status"] >= 400:
                begun = message
            elif begun and message["type"] == "http.response.body":
                body += message.get("body", b"")
                if not message.get("more_body"):
                    body = simplify(body)
                    kept = [(name, value) for name, value in begun["headers"] if name != b"content-length"]
                    await send({**begun, "headers": [*kept, (b"content-length", str(len(body)).encode())]})
                    await send({"type": "http.response.body", "body": body})
            else:
                await send(message)

        await self.app(scope, receive, rewrite)


def simplify(body: bytes) -> bytes:
    """Replace the message of an error of JSON-RPC, or a text; return other JSON as it is."""
    try:
        answer: Any = json.loads(body)
    except ValueError:
        return OTHER.encode()
    if not isinstance(answer, dict) or not isinstance(answer.get("error"), dict):
        return body
    answer["error"] = {
        "code": answer["error"].get("code"),
        "message": SENTENCES.get(answer["error"].get("code"), OTHER),
    }
    return json.dumps(answer).encode()
