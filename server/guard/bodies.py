"""Bodies of requests: how large they may be, how long they may take, and what JSON may contain."""

import json
import re
import time
from collections.abc import Collection
from contextlib import suppress
from typing import NamedTuple

import anyio
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.guard import held
from server.guard.addresses import path_below
from server.guard.memory import release_soon
from server.limits import LARGEST_FILE, TOO_LARGE

SMALL, WITH_PICTURE = 2_000_000, 28_000_000  # bytes of JSON: 20 MB of a picture become 28 MB of base64
WITH_FILE = LARGEST_FILE + 2**20  # bytes of a form with one file
ALL = 4 * WITH_PICTURE  # bytes of all bodies that are being read or held
LONG = 65_536  # bytes: a longer text is held instead of parsed
MOST_VALUES, MOST_PARTS, DEEPEST = 50_000, 150, 20  # values, lists with names, and levels of JSON
SILENCE, PATIENCE = 30.0, 300.0  # seconds without any byte, and for the whole body
MOST_QUOTES = 1000  # quotation marks inside of one text
MOST_SKIPPED = 64_000_000  # bytes of a refused body that are still read
PIECE = 16_384  # bytes of a form that gradio parses at once: it looks at each byte in Python

BACKSLASH = ord("\\")

UPLOAD = re.compile("/gradio_api/upload/?")
CALL = re.compile("/gradio_api/call(?:/v2)?/([^/]+)/?")
BUSY = "The app is busy with other pictures: try again in a few seconds."
TOO_MANY = (
    f"This request has more than {MOST_VALUES:,} values, or {MOST_PARTS:,} lists or texts: send them in several calls."
)
TOO_DEEP = f"This request is nested more than {DEEPEST} levels deep, and no endpoint takes that."
NO_JSON = "The body of this request is not JSON."
TOO_SLOW = "The body of this request took too long to arrive."
GONE = "The body of this request ended too early."


class BodyError(Exception):
    """Body that is refused, with a status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Split(NamedTuple):
    """Body of JSON without its long texts."""

    body: bytes
    names: list[str]  # of the texts that are held


class Bodies:
    """Middleware that reads the bodies of requests, within limits, before anything is done with them."""

    def __init__(self, app: ASGIApp, with_pictures: Collection[str]) -> None:
        """Allow large bodies for the endpoints of these names, which take pictures."""
        self.app = app
        self.with_pictures = frozenset(with_pictures)
        self.reading = 0  # bytes of bodies that have not all arrived

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body, or refuse it."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
        elif UPLOAD.fullmatch(path_below(scope)):
            await self._pass_form(scope, receive, send)
        else:
            await self._pass_json(scope, receive, send)

    def limit(self, path: str) -> int:
        """Return the most bytes of JSON at an address."""
        call = CALL.fullmatch(path)
        takes_pictures = path.startswith(("/gradio_api/queue/join", "/gradio_api/mcp"))
        return WITH_PICTURE if takes_pictures or (call and call[1] in self.with_pictures) else SMALL

    async def _pass_form(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an upload on, which is written to disk while it arrives."""
        clock, count, rest = _Clock(receive), 0, b""
        if _declared(scope) > WITH_FILE:
            await clock.skip()
            await _refuse(BodyError(413, TOO_LARGE))(scope, receive, send)
            return

        async def read() -> Message:
            nonlocal count, rest
            if rest:
                await anyio.sleep(0)  # lets others have their turn
            elif clock.more:
                try:
                    message = await clock.receive()
                except BodyError as error:
                    raise HTTPException(error.status, str(error)) from None
                rest = message.get("body", b"")
                count += len(rest)
                if count > WITH_FILE:
                    raise HTTPException(413, TOO_LARGE)
                if len(rest) <= PIECE:
                    rest = b""
                    return message
            else:
                return await receive()
            piece, rest = rest[:PIECE], rest[PIECE:]
            return {"type": "http.request", "body": piece, "more_body": bool(rest) or clock.more}

        await self.app(scope, read, send)

    async def _pass_json(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass JSON on without its long texts, which are held until their endpoint asks for them."""
        names: list[str] = []
        status = 500
        try:
            split = await self._read(scope, receive, self.limit(path_below(scope)))
            names = split.names
        except BodyError as error:
            await _refuse(error)(scope, receive, send)
            return
        messages = [{"type": "http.request", "body": split.body, "more_body": False}]

        async def read() -> Message:
            return messages.pop() if messages else await receive()

        async def follow(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        headers = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
        headers.append((b"content-length", str(len(split.body)).encode()))
        try:
            await self.app({**scope, "headers": headers}, read, follow)
        finally:
            if status >= 400 or not path_below(scope).startswith(("/gradio_api/call", "/gradio_api/queue")):
                for name in names:  # only calls of the queue go on after their request
                    held.drop(name)

    async def _read(self, scope: Scope, receive: Receive, limit: int) -> Split:
        """Read a body and take its long texts out of it. Raises BodyError."""
        body, clock = bytearray(), _Clock(receive)
        if _declared(scope) > limit:
            await clock.skip()
            raise BodyError(413, _too_large(limit))
        held.drop_old()
        try:
            while clock.more:
                part = (await clock.receive()).get("body", b"")
                if len(body) + len(part) > limit:
                    await clock.skip()
                    raise BodyError(413, _too_large(limit))
                if self.reading + len(part) + held.count_bytes() > ALL:
                    raise BodyError(503, BUSY)
                self.reading += len(part)
                body += part
            if len(body) <= PIECE:
                return split_json(body, limit)
            return await anyio.to_thread.run_sync(split_json, body, limit)
        finally:
            self.reading -= len(body)
            if len(body) > LONG:
                release_soon()


class _Clock:
    """The messages of a body, as long as they come in time."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._end = time.monotonic() + PATIENCE
        self.more = True

    async def receive(self) -> Message:
        """Return the next message. Raises BodyError if it does not come in time, or the visitor has gone."""
        try:
            with anyio.fail_after(min(SILENCE, self._end - time.monotonic())):
                message = await self._receive()
        except TimeoutError:
            raise BodyError(408, TOO_SLOW) from None
        if message["type"] == "http.disconnect":
            raise BodyError(400, GONE)
        self.more = bool(message.get("more_body"))
        return message

    async def skip(self) -> None:
        """Read what is left, up to a limit: a client that is cut off while it sends never sees the refusal."""
        count = 0
        with suppress(BodyError):
            while self.more and count < MOST_SKIPPED:
                count += len((await self.receive()).get("body", b""))


def split_json(body: bytes | bytearray, limit: int) -> Split:
    """Take the long texts out of JSON if it may have any, hold them, and check what is left.

    Raises BodyError.
    """
    names: list[str] = []
    try:
        rest = _hold_texts(body, names) if limit > SMALL and len(body) > LONG else bytes(body)
        if rest.strip():
            check_json(rest)
    except BaseException:
        for name in names:
            held.drop(name)
        raise
    return Split(rest, names)


def _hold_texts(body: bytes | bytearray, names: list[str]) -> bytes:
    """Return JSON with the names of texts instead of the long ones. Raises BodyError for too many texts."""
    parts: list[bytes] = []
    kept, at, count = 0, 0, 0
    while (start := body.find(b'"', at)) >= 0:
        end = _find_end(body, start)
        if end - start > LONG:
            names.append(held.hold(bytes(memoryview(body)[start + 1 : end])))
            parts += [bytes(body[kept : start + 1]), names[-1].encode()]
            kept = end
        at, count = end + 1, count + 1
        if count > MOST_PARTS:  # ends a search among millions of short texts
            raise BodyError(413, TOO_MANY)
    return b"".join([*parts, bytes(body[kept:])])


def _find_end(body: bytes | bytearray, start: int) -> int:
    """Return the index of the quotation mark that ends the text that begins at another one.

    Raises BodyError for a text with too many quotation marks: to look at millions of them would take half a minute.
    """
    end = start
    for _ in range(MOST_QUOTES):
        end = body.find(b'"', end + 1)
        if end < 0:
            return len(body)
        if _count_backslashes(body, end) % 2 == 0:
            return end
    raise BodyError(413, TOO_MANY)


def _count_backslashes(body: bytes | bytearray, end: int) -> int:
    """Count the backslashes in front of an index."""
    if body[end - 1] != BACKSLASH:  # as nearly always
        return 0
    count, window = 0, body[:0]
    while not window.rstrip(b"\\") and count < end:
        window = body[max(0, end - count - PIECE) : end - count]
        count += len(window) - len(window.rstrip(b"\\"))
    return count


def check_json(body: bytes) -> None:
    """Check that JSON is small, flat and valid. Raises BodyError."""
    if len(body) > SMALL:
        raise BodyError(413, _too_large(SMALL))
    parts = body.count(b"[") + body.count(b"{") + body.count(b":")
    if parts > MOST_PARTS or parts + body.count(b",") > MOST_VALUES:
        raise BodyError(413, TOO_MANY)
    try:
        value = json.loads(body)
    except RecursionError:
        raise BodyError(400, TOO_DEEP) from None
    except ValueError:  # a number of thousands of digits, too
        raise BodyError(400, NO_JSON) from None
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [inner for each in level for inner in _contents(each)]
    if level:
        raise BodyError(400, TOO_DEEP)


def _contents(value: object) -> Collection[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _declared(scope: Scope) -> int:
    """Return the bytes of a body as its request declares them; 0 if it does not."""
    for name, value in scope["headers"]:
        if name == b"content-length" and re.fullmatch(rb"\d{1,18}", value):
            return int(value)
    return 0


def _too_large(limit: int) -> str:
    advice = "send the picture as a file" if limit > SMALL else "send it in several calls"
    return f"This request has more than {limit // 1_000_000} MB of JSON: {advice}."


def _refuse(error: BodyError) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, error.status)
