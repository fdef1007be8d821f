"""Hostile requests, drawn from a seed: every address, method, header, body and file name that a server may get."""

import json
from collections.abc import Callable
from typing import NamedTuple

from tests.fuzz.hostile_values import (
    ENDPOINTS,
    GRADIO,
    MARK,
    METHODS,
    NAMES,
    OWN,
    PATHS,
    Draw,
    arguments,
    headers,
    value,
)
from tests.fuzz.picture_files import encode


class Hostile(NamedTuple):
    """Bytes of a request, and how much of them is sent before the connection is closed."""

    data: bytes
    sent: int | None = None  # None: all, and the answer is read

    def show(self) -> str:
        """Return the beginning of the request, for a report."""
        return ascii(self.data[:700])


def draw(seed: int, number: int, uploads: str) -> Hostile:
    """Draw a request to an app whose uploads are in this folder; the same seed and number give the same one."""
    chance = Draw(f"{seed}/{number}")
    chance.uploads = uploads
    kinds: tuple[Callable[[Draw], Hostile], ...] = (address, call, call, call, call, upload, upload, join, mcp, garbage)
    return chance.choice(kinds)(chance)


def request(
    chance: Draw, method: str, path: str, body: bytes = b"", kind: str | None = "application/json", broken: bool = True
) -> Hostile:
    """Write a request, now and then with a wrong length, as chunks, or broken off."""
    path, body = path.replace("UPLOADS", chance.uploads), body.replace(b"UPLOADS", chance.uploads.encode())
    host = chance.choice((*["127.0.0.1"] * 12, "evil.example", 'a"<b', "", "[", "a b", "\xff"))
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{name}: {text}" for name, text in headers(chance)]
    if kind is not None and body:
        lines.append(f"Content-Type: {kind}")
    framing = chance.randrange(12)
    if framing == 0:
        lines.append("Transfer-Encoding: chunked")
        middle = len(body) // 2
        parts = [part for part in (body[:middle], body[middle:]) if part]
        body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    elif framing == 1 and broken and chance.random() < 0.3:
        lines.append(f"Content-Length: {chance.choice(('-1', 'x', '99999999999', '1e3'))}")
    elif body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    data = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body
    stop = chance.randrange(len(data)) if broken and chance.random() < 0.08 else None
    stop = len(data) if b"Content-Length: 99999999999" in data else stop  # the answer waits for the rest
    return Hostile(data, stop)


def address(chance: Draw) -> Hostile:
    """Draw a request of any address."""
    path = "/" + chance.choice((chance.choice(OWN), f"gradio_api/{chance.choice(GRADIO)}"))
    if path.endswith("file="):
        path += quote(chance.choice(PATHS))
    if chance.random() < 0.2:
        path += chance.choice(
            ("/", "?a=%00", "?session_hash=" + MARK, "?" + "a&" * 500, "%ff", "\x7f", "/" * 200, f"?x={MARK}")
        )
    return request(chance, chance.choice(METHODS), path.replace(" ", "%20"), chance.choice((b"", b"{}", b"x")))


def quote(path: str) -> str:
    """Write a path into an address, with or without its own signs."""
    return "".join(sign if " " < sign < "\x7f" else f"%{ord(sign) % 256:02x}" for sign in path)


def call(chance: Draw) -> Hostile:
    """Draw a call by name."""
    name = chance.choice((*ENDPOINTS[:9], *ENDPOINTS))
    version = chance.choice(("call", "call", "call/v2", "run", "api"))
    body: object = {"data": arguments(chance)}
    if chance.random() < 0.25:
        body = chance.choice((value(chance), {"data": value(chance)}, {"data": [], "fn_index": value(chance)}))
    if version == "call/v2":
        body = {chance.choice(("face", "seed", "codes", "model", "square", MARK)): value(chance) for _ in range(3)}
    return request(chance, "POST", f"/gradio_api/{version}/{quote(name)}", to_json(chance, body))


def to_json(chance: Draw, body: object) -> bytes:
    """Write JSON, now and then damaged."""
    text = json.dumps(body)
    kind = chance.randrange(20)
    if kind == 0:
        text = text[: chance.randrange(len(text) + 1)]
    elif kind == 1:
        text = text.replace(":", "::", 1)
    elif kind == 2:
        text = '{"data": ' + "[" * 50_000
    elif kind == 3:
        text = '{"data": [' + "9" * 5000 + "]}"
    return text.encode("utf-8", "surrogatepass")


def join(chance: Draw) -> Hostile:
    """Draw a call by number, or what goes with one."""
    body = {
        "data": arguments(chance),
        "fn_index": chance.choice((*range(9), *range(9), -1, 9, 2**70, None, "0", True, 1.5, MARK)),
        "session_hash": chance.choice(
            (*[f"{MARK}{chance.random()}"] * 6, MARK, "", "\ud800", 5, None, "a" * 5000, {"a": 1})
        ),
        "trigger_id": chance.choice((None, 0, -1, 2**70, MARK)),
        "event_data": value(chance),
        "event_id": chance.choice((None, MARK, 3)),
    }
    for name in list(body):
        if chance.random() < 0.1:
            del body[name]
    path = chance.choice(("queue/join", "queue/join", "queue/join", "cancel", "reset"))
    return request(chance, "POST", f"/gradio_api/{path}", to_json(chance, body))


def mcp(chance: Draw) -> Hostile:
    """Draw a message to the MCP server."""
    tool = chance.choice((*ENDPOINTS, "upload_file_to_gradio", MARK))
    names = ("face", "seed", "count", "model", "codes", "code", "first", "second", MARK)
    given = {chance.choice(names): value(chance) for _ in range(chance.randrange(5))}
    body: object = {
        "jsonrpc": chance.choice(("2.0", "2.0", "1.0", 3)),
        "id": chance.choice((1, MARK, None, -1)),
        "method": chance.choice(("tools/call", "tools/call", "tools/list", "initialize", "resources/read", MARK)),
        "params": chance.choice(({"name": tool, "arguments": given}, {"name": tool}, value(chance), {"uri": PATHS[0]})),
    }
    if chance.random() < 0.1:
        body = value(chance)
    path = chance.choice(("mcp/", "mcp/", "mcp", "mcp/sse", "mcp/messages/", "mcp/http", "mcp/schema"))
    hostile = request(
        chance, chance.choice(("POST", "POST", "POST", "GET", "DELETE")), f"/gradio_api/{path}", to_json(chance, body)
    )
    wanted = b"\r\nAccept: application/json, text/event-stream\r\n"
    data = hostile.data.replace(b"\r\n", wanted, 1)
    return Hostile(data, len(data) if data.startswith(b"GET") else hostile.sent)  # an answer to GET has no end


def upload(chance: Draw) -> Hostile:
    """Draw an upload, complete or not."""
    boundary = chance.choice((b"b", b"-" * 60, b"b"))
    parts = []
    for _ in range(chance.choice((0, 1, 1, 1, 2, 12))):
        name = chance.choice(NAMES).encode("utf-8", "surrogatepass")
        field = chance.choice((b"files", b"files", b"files", b"file", MARK.encode(), b""))
        content = chance.choice((b"", b"x" * chance.choice((1, 5000, 300_000)), encode("PNG", "RGB", 0)))
        disposition = b'Content-Disposition: form-data; name="%s"; filename="%s"' % (field, name)
        if chance.random() < 0.15:
            disposition = chance.choice(
                (b"", disposition[:30], b"X: " + b"y" * 20_000, b"Content-Disposition: form-data")
            )
        parts.append(b"--" + boundary + b"\r\n" + disposition + b"\r\n\r\n" + content + b"\r\n")
    body = b"".join(parts) + b"--" + boundary + chance.choice((b"--\r\n", b"--\r\n", b"--\r\n", b"\r\n", b""))
    kind = f"multipart/form-data; boundary={boundary.decode()}"
    kind = chance.choice(
        (kind, kind, kind, kind, "multipart/form-data", "multipart/form-data; boundary=", "text/plain")
    )
    path = "/gradio_api/upload" + chance.choice(("", "", "?upload_id=" + MARK))
    hostile = request(chance, "POST", path, body, kind)
    if chance.random() < 0.3:  # given up
        hostile = hostile._replace(sent=chance.randrange(len(hostile.data)))
    return hostile


def garbage(chance: Draw) -> Hostile:
    """Draw bytes that are no request, or hardly one."""
    texts = (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET  HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 5000 + b"Connection: close\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    )
    if chance.random() < 0.5:  # a server may wait for more of it
        return Hostile(chance.randbytes(200), 200)
    return Hostile(chance.choice(texts), chance.choice((None, None, 10)))
