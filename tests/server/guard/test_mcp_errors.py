"""Refusals of the MCP server: sentences of ours in the form of its protocol."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from server.guard.mcp_errors import OTHER, SENTENCES, simplify

BOTH = {"Accept": "application/json, text/event-stream"}


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ({"jsonrpc": "1.0", "id": 1, "method": "tools/list", "params": "Visitor4711"}, SENTENCES[-32602]),
        ([["Visitor4711"]], SENTENCES[-32602]),
    ],
)
def test_a_wrong_message_gets_a_sentence_that_repeats_nothing(client: TestClient, message: Any, sentence: str) -> None:
    answer = client.post("/gradio_api/mcp/", json=message, headers=BOTH)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == sentence
    assert "Visitor4711" not in answer.text


def test_a_wrong_method_gets_a_sentence(client: TestClient) -> None:
    answer = client.delete("/gradio_api/mcp/", headers=BOTH)
    assert answer.status_code == 405
    assert answer.json()["error"]["message"] == OTHER


def test_code_and_identifier_of_an_error_stay() -> None:
    given = {"jsonrpc": "2.0", "id": 7, "error": {"code": -32601, "message": "x", "data": "y"}}
    assert json.loads(simplify(json.dumps(given).encode())) == {
        "jsonrpc": "2.0",
        "id": 7,
        "error": {"code": -32601, "message": SENTENCES[-32601]},
    }


def test_an_answer_that_is_no_error_of_the_protocol_stays() -> None:
    assert simplify(b'{"detail": "A sentence."}') == b'{"detail": "A sentence."}'
    assert simplify(b"Not Found").decode() == OTHER
