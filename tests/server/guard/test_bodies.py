"""Bodies of requests: limits of size, time and form, and long texts that nobody parses."""

import asyncio
import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from server.guard import bodies, held
from server.guard.bodies import (
    LONG,
    MOST_PARTS,
    MOST_VALUES,
    SMALL,
    WITH_FILE,
    WITH_PICTURE,
    Bodies,
    BodyError,
    check_json,
    split_json,
)
from server.limits import MOST_FACES
from tests.coroutines import run

DIGITS = base64.b64encode(bytes(range(256)) * 400)  # more than LONG


@pytest.fixture(autouse=True)
def _nothing_is_held() -> Iterator[None]:
    held._texts.clear()
    yield
    held._texts.clear()


class Echo:
    """An application that answers with the body that it is given."""

    body = b""

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        more = True
        while more:
            message = await receive()
            self.body += message.get("body", b"")
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


def ask(path: str, parts: list[bytes], app: Any, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Send a body in parts; return status and text of the answer."""
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages.append({"type": "http.request", "body": b"", "more_body": False})
    answer: list[Message] = []

    async def receive() -> Message:
        if not messages:
            await asyncio.sleep(60)
        return messages.pop(0)

    async def send(message: Message) -> None:
        answer.append(message)

    pairs = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {"type": "http", "method": "POST", "path": path, "headers": pairs}
    run(app(scope, receive, send))
    return answer[0]["status"], b"".join(message.get("body", b"") for message in answer[1:]).decode()


def hold(text: bytes) -> str:
    """Send JSON with a text and return the text that the endpoint takes."""
    split = split_json(b'{"data": ["' + text + b'", "vae"]}', WITH_PICTURE)
    name, model = json.loads(split.body)["data"]
    assert model == "vae"
    assert split.names == [name]
    taken = held.take(name)
    assert taken is not None
    return taken


def test_a_long_text_is_taken_out_of_json_and_read_once() -> None:
    assert hold(DIGITS) == DIGITS.decode()
    assert not held._texts


@pytest.mark.parametrize(("escaped", "plain"), [(b"\\/", b"/"), (b"\\u002B", b"+"), (b"\\n", b""), (b"\\r\\n", b"")])
def test_escapes_of_base64_are_read_wherever_they_are(escaped: bytes, plain: bytes) -> None:
    for shift in range(7):
        text = b"A" * shift + (b"A" * 997 + escaped) * 600
        assert hold(text) == text.replace(escaped, plain).decode()
    for shift in range(12):  # escapes close together, where a block ends
        text = b"A" * (held.BLOCK - shift) + escaped + b"AAA" + escaped * 2 + b"A"
        assert hold(text) == text.replace(escaped, plain).decode()


def test_quotation_marks_after_backslashes_end_a_text_as_in_json() -> None:
    for count in range(6):
        text = b"B" * LONG + b"\\" * count
        body = b'["' + text + b'", "x"]' if count % 2 == 0 else b'["' + text + b'"", "x"]'
        split = split_json(body, WITH_PICTURE)
        assert json.loads(split.body)[-1] == "x"


def test_json_without_long_texts_stays_as_it_is() -> None:
    for body in (b'{"data": [1, "a\\"b", null]}', b"", b"  ", b'"x"', json.dumps(["é" * 99] * 99).encode()):
        assert split_json(body, WITH_PICTURE) == (body, [])
    assert split_json(b'["' + DIGITS + b'"]', SMALL).names == []  # of endpoints without pictures


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        (b"[" * 100_000, 413, "lists"),
        (b"[" * 100 + b"]" * 100, 400, "levels deep"),
        (b'{"a":' * 30 + b"1" + b"}" * 30, 400, "levels deep"),
        (b"[" + b"1," * MOST_VALUES + b"1]", 413, "50,000 values"),
        (b"[" + b"{}," * MOST_PARTS + b"1]", 413, "150 lists"),
        (b'"' + b"x" * SMALL + b'"', 413, "2 MB"),
        (b"1" * 5000, 400, "not JSON"),
        (b"{", 400, "not JSON"),
        (b"\xff\xff", 400, "not JSON"),
    ],
    ids=["lists", "depth", "names", "values", "objects", "size", "digits", "end", "bytes"],
)
def test_json_that_no_endpoint_takes_gets_a_sentence(body: bytes, status: int, sentence: str) -> None:
    with pytest.raises(BodyError, match=sentence) as error:
        check_json(body)
    assert error.value.status == status


def test_the_most_codes_of_any_size_in_use_are_taken() -> None:
    check_json(json.dumps({"data": [[[0.123456789] * 128] * MOST_FACES, "vae"]}).encode())


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/gradio_api/call/sample", SMALL),
        ("/gradio_api/cancel", SMALL),
        ("/gradio_api/call/find", WITH_PICTURE),
        ("/gradio_api/call/v2/find", WITH_PICTURE),
        ("/gradio_api/queue/join", WITH_PICTURE),
        ("/gradio_api/mcp/", WITH_PICTURE),
    ],
)
def test_a_body_has_the_limit_of_its_address(path: str, limit: int) -> None:
    echo = Echo()
    app = Bodies(echo, {"find"})
    assert ask(path, [b'"', b"x" * (limit - 2), b'"'], app) == (200, "{}")
    status, sentence = ask(path, [b'"', b"x" * limit, b'"'], app)
    assert (status, f"{limit // 1_000_000} MB" in sentence) == (413, True)
    status, _ = ask(path, [b"x"], app, {"content-length": str(limit + 1)})  # before it comes
    assert status == 413


def test_an_upload_is_passed_on_in_pieces_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    echo, data = Echo(), bytes(range(256)) * 4000
    assert ask("/gradio_api/upload", [data, b"", b"x", data], Bodies(echo, ()))[0] == 200
    assert echo.body == data + b"x" + data
    status, sentence = ask("/gradio_api/upload", [], Bodies(echo, ()), {"content-length": str(WITH_FILE + 1)})
    assert (status, "20 MB" in sentence) == (413, True)
    monkeypatch.setattr(bodies, "WITH_FILE", 1000)
    with pytest.raises(Exception, match="20 MB"):  # the route answers with it
        ask("/gradio_api/upload", [bytes(600)] * 2, Bodies(echo, ()))


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def receive() -> Message:
        await asyncio.sleep(60)
        return {}

    answer: list[Message] = []

    async def send(message: Message) -> None:
        answer.append(message)

    monkeypatch.setattr(bodies, "SILENCE", 0.01)
    scope = {"type": "http", "method": "POST", "path": "/gradio_api/cancel", "headers": []}
    run(Bodies(Echo(), ())(scope, receive, send))
    assert answer[0]["status"] == 408


def test_all_bodies_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "ALL", 3 * len(DIGITS))
    app, path, body = Bodies(Echo(), {"find"}), "/gradio_api/call/find", b'{"data": ["' + DIGITS + b'"]}'
    assert ask(path, [body], app)[0] == 200
    assert ask(path, [body], app)[0] == 200
    status, sentence = ask(path, [body], app)
    assert (status, "busy" in sentence) == (503, True)
    for name in list(held._texts):
        held.drop(name)
    assert ask(path, [body], app)[0] == 200


def test_a_text_full_of_quotation_marks_is_refused_at_once() -> None:
    with pytest.raises(BodyError, match="150 lists or texts"):
        split_json(b'["' + b'\\"' * 100_000 + b'"]', WITH_PICTURE)


def test_texts_of_refused_requests_are_dropped() -> None:
    async def refuse(_: Scope, receive: Receive, send: Send) -> None:
        await receive()
        assert held.count_bytes() == len(DIGITS)
        await send({"type": "http.response.start", "status": 422, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    assert ask("/gradio_api/call/find", [b'["' + DIGITS + b'"]'], Bodies(refuse, {"find"}))[0] == 422
    assert not held._texts
    status, _ = ask("/gradio_api/call/find", [b'["' + DIGITS + b'"'], Bodies(refuse, {"find"}))
    assert (status, held.count_bytes()) == (400, 0)


def test_a_text_that_nobody_reads_is_dropped_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    name = held.hold(DIGITS)
    assert held.count_bytes() == len(DIGITS)
    monkeypatch.setattr(held, "SECONDS", -1)
    held.drop_old()
    assert held.count_bytes() == 0
    assert held.take(name) is None
