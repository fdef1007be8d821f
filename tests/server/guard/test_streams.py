"""Answers that stay open: a limited number, for a limited time."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from server.guard import streams
from server.guard.streams import Streams
from tests.coroutines import run

WAITING = {"type": "http", "method": "GET", "path": "/gradio_api/queue/data", "headers": []}


async def wait_for_the_end(_: Scope, receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})


async def visit(app: Streams, scope: Scope) -> list[Message]:
    """Ask and never leave; return the answer."""
    answer: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(3600)
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        answer.append(message)

    await app(scope, receive, send)
    return answer


def test_an_open_answer_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "SECONDS", 0.01)
    app = Streams(wait_for_the_end)
    assert run(visit(app, WAITING))[0]["status"] == 200
    assert app.count == 0


def test_no_more_answers_than_the_limit_are_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MOST", 3)
    monkeypatch.setattr(streams, "SECONDS", 0.05)
    app = Streams(wait_for_the_end)

    async def crowd() -> list[list[Message]]:
        return await asyncio.gather(*(visit(app, WAITING) for _ in range(5)))

    assert sorted(answer[0]["status"] for answer in run(crowd())) == [200, 200, 200, 503, 503]
