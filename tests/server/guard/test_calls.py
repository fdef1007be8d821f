"""Calls: the endpoints and no other function; answers that name nothing of the server, and only what was asked for."""

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from server.endpoints import ENDPOINTS, OF_THE_PAGE

ROOT = Path(__file__).parents[3]
API = "/gradio_api"
NAMES = [module.__name__.rpartition(".")[2] for module in (*ENDPOINTS, *OF_THE_PAGE)]


def get_blocks(client: TestClient) -> Any:
    return client.app.get_blocks()  # type: ignore[attr-defined]


def test_the_endpoints_are_the_only_functions(client: TestClient) -> None:
    assert [function.api_name for function in get_blocks(client).fns.values()] == NAMES


@pytest.mark.parametrize("name", ["lambda", "predict", "build", "_add", "load", "Find", "find%20", "..%2ffind"])
def test_no_other_function_can_be_called_by_name(client: TestClient, name: str) -> None:
    answer = client.post(f"{API}/call/{name}", json={"data": []})
    assert answer.status_code == 404
    assert re.match("There is n", answer.json()["detail"])


@pytest.mark.parametrize("number", [-1, len(NAMES), 2**70])
def test_no_other_function_can_be_called_by_number(client: TestClient, number: int) -> None:
    answer = client.post(f"{API}/queue/join", json={"data": [], "fn_index": number, "session_hash": "a"})
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("There is no endpoint of this name.")


@pytest.mark.parametrize(
    ("name", "values", "sentence"),
    [
        ("find", [3], "Send a picture as a file"),
        ("find", ["/etc/hostname"], "Send a picture as a file"),
        ("find", [], "/find takes 1 values"),
        ("cut", [{"path": "/etc/hostname"}, None], "Send a picture as a file"),
        ("cut", ["x", {"a": 1}], "The square must be a list of 3 finite numbers"),
    ],
)
def test_functions_of_the_page_check_their_arguments(
    client: TestClient, name: str, values: list[Any], sentence: str
) -> None:
    event = client.post(f"{API}/call/{name}", json={"data": values}).json()["event_id"]
    answer = client.get(f"{API}/call/{name}/{event}").text
    assert answer.startswith("event: error\n")
    assert sentence in answer


@pytest.mark.parametrize("address", ["queue/data?session_hash=nobody", "queue/data", f"call/sample/{'0' * 32}"])
def test_nobody_waits_for_an_answer_that_was_not_asked_for(client: TestClient, address: str) -> None:
    answer = client.get(f"{API}/{address}")
    assert answer.status_code in (404, 422)
    assert answer.json()["detail"].endswith(".")


def test_a_call_of_a_visitor_who_has_left_is_no_error(client: TestClient) -> None:
    queue = get_blocks(client)._queue
    left = type("Event", (), {"alive": True, "_id": "0", "session_hash": "gone"})()
    queue.send_message(left, type("Message", (), {"event_id": None})())


@pytest.mark.parametrize("address", ["/config", f"{API}/info", f"{API}/info?all_endpoints=true", "/", f"{API}/nothing"])
def test_no_answer_has_addresses_of_memory_or_paths(client: TestClient, address: str) -> None:
    text = client.get(address).text
    assert not re.search(r"\b0x[0-9a-f]{6}", text)
    for path in (ROOT, Path.home(), Path(tempfile.gettempdir()), "site-packages"):
        assert str(path) not in text


def test_the_documentation_is_not_written_for_the_first_visitor(client: TestClient) -> None:
    first = client.get(f"{API}/info", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}).text
    second = client.get(f"{API}/info").text
    assert "evil.example" in first
    assert "evil.example" not in second
