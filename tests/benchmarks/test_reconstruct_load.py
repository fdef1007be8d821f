"""The load test's client, against answers as the app sends them."""

import json

import httpx
import pytest

from benchmarks.reconstruct_load import reconstruct

HEARTBEAT = "event: heartbeat\ndata: null\n\n"


def ask(events: str, picture: bytes = b"png") -> str:
    """Send one request to an app that answers it with these events and this picture."""

    def answer(request: httpx.Request) -> httpx.Response:
        match request.method, request.url.path:
            case "POST", "/gradio_api/upload":
                return httpx.Response(200, json=["/uploads/portrait.png"])
            case "POST", "/gradio_api/call/reconstruct":
                assert json.loads(request.content)["data"][0]["path"] == "/uploads/portrait.png"
                return httpx.Response(200, json={"event_id": "7"})
            case "GET", "/gradio_api/call/reconstruct/7":
                return httpx.Response(200, text=events)
            case "GET", "/gradio_api/file=/results/faces.png":
                return httpx.Response(200, content=picture)
        return httpx.Response(404)

    with httpx.Client(base_url="http://app/gradio_api/", transport=httpx.MockTransport(answer)) as browser:
        return reconstruct(browser, b"portrait")


def complete(score: float) -> str:
    values = [{"path": "/results/faces.png", "url": "http://app/any"}, {"scores": [score]}]
    return f"{HEARTBEAT}event: complete\ndata: {json.dumps(values)}\n\n"


def test_answers_are_equal_if_picture_and_scores_are() -> None:
    assert ask(complete(1.0)) == ask(HEARTBEAT + complete(1.0))
    assert len({ask(complete(1.0)), ask(complete(2.0)), ask(complete(1.0), b"other")}) == 3


def test_an_error_of_the_app_is_no_answer() -> None:
    with pytest.raises(ValueError, match="No face was found"):
        ask(f'{HEARTBEAT}event: error\ndata: {{"error": "No face was found"}}\n\n')


def test_a_refused_request_is_no_answer() -> None:
    with pytest.raises(httpx.HTTPStatusError):
        ask(complete(1.0).replace("faces.png", "lost.png"))
