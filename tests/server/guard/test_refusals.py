"""Refusals: sentences of ours for every error, and one line in the log for those that are no visitor's."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from server.guard.refusals import FAILED, HANDLERS, SENTENCES, Refusals

SECRET = "holiday-4711.png"


def build() -> TestClient:
    app = FastAPI(exception_handlers=HANDLERS)  # type: ignore[arg-type]

    @app.get("/http/{status}")
    def refuse(status: int) -> None:
        raise HTTPException(status, f"no {SECRET}")

    @app.get("/fails")
    def fail() -> None:
        raise FileNotFoundError(SECRET)

    @app.post("/form")
    def read(count: int, body: dict[str, Any]) -> None:
        pass

    @app.get("/late")
    def begin() -> StreamingResponse:
        def parts() -> Iterator[bytes]:
            yield b"one"
            raise FileNotFoundError(SECRET)

        return StreamingResponse(parts())

    return TestClient(Refusals(app), raise_server_exceptions=True)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 418, 422, 503, 500])
def test_every_status_has_a_sentence_that_repeats_nothing(status: int) -> None:
    answer = build().get(f"/http/{status}")
    assert answer.status_code == status
    assert answer.json()["detail"] in (*SENTENCES.values(), FAILED)


def test_a_form_of_wrong_types_is_named_without_its_values() -> None:
    answer = build().post("/form?count=" + SECRET, json=[SECRET])
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("This request cannot be read (count: missing, or of the wrong type).")
    assert SECRET not in build().post("/form?count=1", content=SECRET).text


def test_a_failure_is_one_line_without_its_message(capfd: pytest.CaptureFixture[str]) -> None:
    answer = build().get("/fails")
    assert (answer.status_code, answer.json()) == (500, {"detail": FAILED})
    said = "".join(capfd.readouterr())
    assert said.startswith("A request failed: FileNotFoundError at test_refusals.py:")
    assert said.count("\n") == 1
    assert SECRET not in said


def test_a_failure_of_what_gradio_adds_around_has_a_sentence_too(capfd: pytest.CaptureFixture[str]) -> None:
    async def fail(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ValueError(SECRET)

    answer = TestClient(Refusals(fail)).get("/")
    assert (answer.status_code, answer.json()) == (500, {"detail": FAILED})
    assert SECRET not in "".join(capfd.readouterr())


def test_an_answer_that_breaks_off_is_ended(capfd: pytest.CaptureFixture[str]) -> None:
    assert build().get("/late").content == b"one"
    said = "".join(capfd.readouterr())
    assert said.count("\n") == 1
    assert SECRET not in said
