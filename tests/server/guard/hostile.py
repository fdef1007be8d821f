"""Hostile input for every address that answers: hostile numbers, sizes and bodies, each answered with a sentence."""

import json
from collections.abc import Callable
from typing import Any

from starlette.testclient import TestClient

Attack = Callable[[TestClient], None]

ACCEPT = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
JSON = {"Content-Type": "application/json"}
LONG = "x" * 5000
DEEP = b'{"data": ' + b"[" * 60 + b"]" * 60 + b"}"
NO_BODIES = (b"", b"null", b"[]", b"3", b'"x"', b"{}", b"{", b"\xff\xfe", b"NaN", b"[" * 100, b"1" * 5000)
PARAMETERS: tuple[Any, ...] = (
    {},
    {"name": "none", "arguments": {}},
    {"name": "sample", "arguments": {"seed": [1]}},
    [],
)
WRONG_DATA: tuple[Any, ...] = (None, 3, "x", {}, {"x": 1}, True)
BETAS: tuple[Any, ...] = (float("nan"), float("inf"), 1e308, -1e308, 0, 0.999, 50.1, 2**4000, "5", "", True, [5], {})
PATHS = ("%2e%2e", "%2e%2e/app.py", "..%2fapp.py", "%00", "x%0ay", "\u202e", LONG, "~", "a/" * 500)
RANGES = ("bytes=9-1", "bytes=-", f"bytes=0-{'9' * 5000}", "bytes=" + "0-0," * 2000, "lines=1-2", "bytes=a-b")


def require_refusal(answer: Any, *statuses: int) -> None:
    """Check that an answer is a refusal by one sentence."""
    assert answer.status_code in (statuses or (400, 404, 405, 413, 415, 416, 422)), answer.text[:300]
    sentence = answer.json()["detail"]
    assert isinstance(sentence, str)
    assert 15 < len(sentence) < 300, sentence
    assert sentence.endswith("."), sentence
    assert not any(part in sentence for part in ("Traceback", "Error", "object at", "None", LONG[:50])), sentence


def attack_the_page(client: TestClient) -> None:
    for query in ("?x=" + LONG, "?__theme=%00", "?" + "&".join(f"a{i}=1" for i in range(2000))):
        assert client.get(f"/{query}").status_code == 200
    for tags in ('"x", ' * 2000, "W/" * 3000, '"\u00e9"'):
        assert client.get("/", headers={b"If-None-Match": tags.encode("latin-1")}).status_code == 200
    assert client.post("/", content=b"x" * 3_000_000).status_code in (405, 413)


def attack_files(client: TestClient) -> None:
    for folder in ("page", "engine", "vision", "records", "models", "examples", "finder", "onnxruntime", "icons"):
        for path in PATHS:
            answer = client.get(f"/{folder}/{path}")
            assert answer.status_code == 404, (folder, path)
            assert answer.text == "There is no such file." or answer.json()["detail"].startswith("There is nothing")
    for value in RANGES:
        answer = client.get("/finder/face_landmark.onnx", headers={"Range": value})
        assert answer.status_code in (200, 206, 400, 416), value
        assert len(answer.content) < 3_000_000


def attack_config(client: TestClient) -> None:
    for query in ("deep_link=../../../etc/passwd", "deep_link=%00", f"page={LONG}", "page=..", "x[]=1"):
        answer = client.get(f"/config?{query}")
        assert answer.status_code == 200
        assert "root:" not in answer.text


def attack_info(client: TestClient) -> None:
    for query in ("all_endpoints=x", f"page={LONG}", "page=%00", "serialize=9"):
        assert "/sample" in client.get(f"/gradio_api/info?{query}").json()["named_endpoints"]


def attack_start(client: TestClient) -> None:
    for _ in range(20):
        assert client.get("/gradio_api/startup-events").json() is False  # once was enough


def attack_upload(client: TestClient) -> None:
    def send(content: bytes, kind: str = "multipart/form-data; boundary=b") -> Any:
        return client.post("/gradio_api/upload", content=content, headers={"Content-Type": kind})

    def part(head: bytes, data: bytes = b"x") -> bytes:
        return b"--b\r\n" + head + b"\r\n\r\n" + data + b"\r\n"

    file = b'Content-Disposition: form-data; name="files"; filename="a.png"'
    for kind in ("text/plain", "multipart/form-data", "application/json", "multipart/form-data; boundary=" + LONG):
        require_refusal(send(part(file) + b"--b--\r\n", kind))
    require_refusal(send(b""))
    require_refusal(send(b"\r\n" * 500_000))
    require_refusal(send(part(file + b"\r\nX: " + b"y" * 100_000) + b"--b--\r\n"))
    require_refusal(send(part(b"Content-Disposition: form-data") + b"--b--\r\n"))
    require_refusal(send(part(file) * 300 + b"--b--\r\n"))
    require_refusal(send(part(b'Content-Disposition: form-data; name="files"') + b"--b--\r\n"))
    require_refusal(send(part(file, bytes(21 * 2**20)) + b"--b--\r\n"), 413)
    require_refusal(client.post("/gradio_api/upload", content=bytes(22 * 2**20)), 413)
    for name in (b"..", b"%00", b"a" * 4000, b"/etc/passwd", b"\xff", b"CON", b"x.html", b"\xe2\x80\xaegnp.exe"):
        sent = b'Content-Disposition: form-data; name="files"; filename="' + name + b'"'
        answer = send(part(sent) + b"--b--\r\n")
        assert answer.status_code == 200 or answer.json()["detail"].endswith(".")


def attack_results(client: TestClient) -> None:
    for path in ("/etc/hostname", "http://127.0.0.1:9/x", "https://example.org/", "file:///etc/hostname", ".", *PATHS):
        require_refusal(client.get(f"/gradio_api/file={path}"), 403, 404)
        require_refusal(client.get(f"/gradio_api/file={path}", headers={"Range": RANGES[2]}), 403, 404)


def attack_calls(client: TestClient) -> None:
    for name in ("none", "__init__", "sample%00", LONG, "%2e%2e", "..", "lambda", "sample;find"):
        require_refusal(client.post(f"/gradio_api/call/{name}", json={"data": []}), 404)
        require_refusal(client.post(f"/gradio_api/call/v2/{name}", json={}), 404, 422)
    for name in ("sample", "encode", "find"):
        for body in (*NO_BODIES, DEEP, *(json.dumps({"data": data}).encode() for data in WRONG_DATA)):
            require_refusal(client.post(f"/gradio_api/call/{name}", content=body, headers=JSON), 400, 422)
    many = b'{"data": [' + b"0," * 150_000 + b"0]}"
    require_refusal(client.post("/gradio_api/call/decode", content=many, headers=JSON), 413)
    large = b'{"data": ["' + b"A" * 2_000_000 + b'"]}'
    require_refusal(client.post("/gradio_api/call/decode", content=large, headers=JSON), 413)
    require_refusal(client.post("/gradio_api/call/encode", content=large + bytes(28_000_000), headers=JSON), 413)
    require_refusal(client.post("/gradio_api/call/v2/sample", json={"none": 1}), 422)
    sessions: tuple[Any, ...] = ({}, [], 3, "x" * 100_000)
    for session in sessions:
        answer = client.post("/gradio_api/call/sample", json={"data": [1, 1], "session_hash": session})
        assert answer.status_code == 200 or answer.json()["detail"].endswith(".")
    require_answer(client, "sample", [1, 1, "standard", 1e308], "The temperature must be a number")
    require_answer(client, "sample", [2**4000], "/sample takes 4 values")
    require_answer(client, "decode", [[[0] * 32] * 37, "vae"], "1 to 36 codes")
    for beta in BETAS:
        require_answer(client, "decode", [[[0] * 32], "beta-dial", beta], "beta must be a number from 1 to 50")
        require_answer(client, "encode", ["x", "beta-dial", "face", 1, beta], "beta must be a number from 1 to 50")
        require_answer(client, "compare_betas", ["x", "beta-dial", 1, "face", 1, [beta]], "beta must be a number")
        require_answer(client, "decode", [[[0] * 32], "vae", beta], "The model vae was trained with one beta")
    for betas in ([], [1] * 9, "1", {"1": 1}, True, 5):
        require_answer(client, "compare_betas", ["x", "beta-dial", 1, "face", 1, betas], "a list of 1 to 8 numbers")


def attack_calls_by_long_texts(client: TestClient) -> None:
    require_answer(client, "encode", ["A" * 27_000_000, "vae", "face", 1], "not a picture")
    require_answer(client, "encode", ["data:," + "%41" * 9_000_000, "vae", "face", 1], "not a picture")
    require_answer(client, "find", ["/" * 27_000_000], "Send a picture|not a picture|damaged")


def require_answer(client: TestClient, name: str, data: list[Any], sentence: str) -> None:
    """Check that a call fails with one of some sentences."""
    body = json.dumps({"data": data})  # with NaN and Infinity, which httpx would not send
    call = client.post(f"/gradio_api/call/{name}", content=body, headers=JSON)
    said = client.get(f"/gradio_api/call/{name}/{call.json()['event_id']}").text
    assert said.startswith("event: error"), said[:300]
    assert any(each in said for each in sentence.split("|")), said[:300]


def attack_answers(client: TestClient) -> None:
    for event in ("0", "f" * 32, "g", "%00", LONG, "%2e%2e", "0" * 64):
        require_refusal(client.get(f"/gradio_api/call/sample/{event}"), 404)
        require_refusal(client.get(f"/gradio_api/call/v2/sample/{event}"), 404)


def attack_the_queue(client: TestClient) -> None:
    indices: tuple[Any, ...] = (-1, 9, 10**9, 10**400, "sample", None, 1.5, [], True)
    for index in indices:
        call = {"data": [], "session_hash": "x", "fn_index": index}
        answer = client.post("/gradio_api/queue/join", json=call)
        # True is 1 to gradio, and its call fails later
        assert index is True or answer.status_code in (400, 404, 422), index
        assert index is True or answer.json()["detail"].endswith("."), answer.text
    for body in (*NO_BODIES, DEEP):
        require_refusal(client.post("/gradio_api/queue/join", content=body, headers=JSON), 400, 422)
    extras: tuple[dict[str, Any], ...] = (
        {"event_data": 3},
        {"trigger_id": "x"},
        {"batched": []},
        {"oauth_token": 3},
        {"event_id": {}},
    )
    for extra in extras:
        answer = client.post("/gradio_api/queue/join", json={"data": [], "fn_index": 0, "session_hash": "y", **extra})
        assert answer.status_code == 200 or answer.json()["detail"].endswith("."), answer.text


def attack_waiting(client: TestClient) -> None:
    for query in ("", "?session_hash=", "?session_hash=none", f"?session_hash={LONG}", "?session_hash=%00", "?x=1"):
        require_refusal(client.get(f"/gradio_api/queue/data{query}"), 404, 422)


def attack_the_status(client: TestClient) -> None:
    for _ in range(20):
        assert client.get(f"/gradio_api/queue/status?x={LONG}").json()["queue_size"] == 0


def attack_cancelling(client: TestClient) -> None:
    for body in (*NO_BODIES, DEEP, b'{"session_hash": 1, "fn_index": "x", "event_id": []}'):
        require_refusal(client.post("/gradio_api/cancel", content=body, headers=JSON), 400, 422)
        require_refusal(client.post("/gradio_api/reset", content=body, headers=JSON), 400, 422)
    for index in (-1, 10**9):
        call = {"session_hash": LONG, "fn_index": index, "event_id": LONG}
        assert client.post("/gradio_api/cancel", json=call).json() == {"success": True}
    assert client.post("/gradio_api/reset", json={"event_id": LONG}).json() == {"success": True}


def attack_mcp(client: TestClient) -> None:
    for body in NO_BODIES:
        answer = client.post("/gradio_api/mcp/", content=body, headers=ACCEPT)
        assert 400 <= answer.status_code < 500, body[:20]
    for method in ("tools/call", "none", "resources/read", "initialize", LONG):
        for parameters in PARAMETERS:
            call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
            answer = client.post("/gradio_api/mcp/", json=call, headers=ACCEPT)
            assert answer.status_code in (200, 202, 400), answer.text
            assert "Traceback" not in answer.text
    require_refusal(client.post("/gradio_api/mcp/", content=DEEP, headers=ACCEPT), 400)
    require_refusal(client.post("/gradio_api/mcp/", content=b" " * 28_000_001, headers=ACCEPT), 413)


def attack_the_schema(client: TestClient) -> None:
    for query in ("tools=none", f"tools={LONG}", "tools=sample,%00", "x=1"):
        assert client.get(f"/gradio_api/mcp/schema?{query}").status_code == 200


_FOLDERS: tuple[str, ...] = ("engine", "examples", "finder", "gradio-client", "icons", "models", "onnxruntime")
_FOLDERS += ("page", "records", "vision")
_DOCUMENTS = ("manifest.json", "favicon.ico", "vae-faces", "records/share.jpg")
SLOW = (attack_calls_by_long_texts,)
# method and path of every route that answers -> the attacks on it
TESTS: dict[str, tuple[Attack, ...]] = {
    "GET /": (attack_the_page,),
    **{f"GET /{name}": (attack_the_page,) for name in _DOCUMENTS},
    **{f"GET /{name}/{{rest:path}}": (attack_files,) for name in _FOLDERS},
    "GET /config": (attack_config,),
    "GET /gradio_api/info": (attack_info,),
    "GET /gradio_api/startup-events": (attack_start,),
    "POST /gradio_api/upload": (attack_upload,),
    "GET /gradio_api/file={path:path}": (attack_results,),
    "GET /gradio_api/file={path_or_url:path}": (attack_results,),
    "POST /gradio_api/call/{api_name}": (attack_calls, attack_calls_by_long_texts),
    "POST /gradio_api/call/v2/{api_name}": (attack_calls,),
    "GET /gradio_api/call/{api_name}/{event_id}": (attack_answers,),
    "GET /gradio_api/call/v2/{api_name}/{event_id}": (attack_answers,),
    "POST /gradio_api/queue/join": (attack_the_queue,),
    "GET /gradio_api/queue/data": (attack_waiting,),
    "GET /gradio_api/queue/status": (attack_the_status,),
    "POST /gradio_api/cancel": (attack_cancelling,),
    "POST /gradio_api/reset": (attack_cancelling,),
    "GET /gradio_api/mcp": (attack_mcp,),
    "GET /gradio_api/mcp/schema": (attack_the_schema,),
}
