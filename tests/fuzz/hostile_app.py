"""A running app under attack, and the law for each of its answers, its log and its folders."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.running_app import ROOT, running_app
from server.uploads.folder import FOLDER
from tests.fuzz.hostile_requests import Hostile
from tests.fuzz.hostile_values import ELSEWHERE, MARK
from tests.fuzz.law import require_sentence

PATIENCE = 60.0  # seconds for an answer: machines of CI are slow
EVERY, AGE = 1, 10  # seconds: how soon this app deletes files
COMMAND = f"""import sys; from server.uploads import deletion; deletion.EVERY, deletion.AGE = {EVERY}, {AGE}; import app
sys.exit(app.run(app.Options(port=int(sys.argv[2]), no_open=True, mcp=True)))"""

LEAKS = (
    "Traceback",
    'File "',
    "object at 0x",
    "<class '",
    "site-packages",
    str(ROOT),
    sys.prefix,
    ELSEWHERE,
    "root:x:0",
)
PYTHON = re.compile(
    r"index out of range|has no attribute|NoneType|unexpected keyword|positional argument|not subscriptable|Errno|"
    r"invalid literal|codec can't|Input should be|embedded null|expected str|not iterable|unhashable|could not convert|"
    r"object is not|Not Found|Internal Server Error|Method Not Allowed|\bNone\b is"
)
LOG = re.compile(
    r"(\* (Running on local URL|To create a public link|Streamable HTTP URL).*|.{0,3}Launching MCP server:|"
    r"(WARNING: +)?(Invalid HTTP request received\.|Unsupported upgrade request\.|No supported WebSocket library.*)|"
    r"(WARNING:[\w.]+:)?[\w.]+: (warning|error)|)"  # of libraries, without what they say
)


class Answer(NamedTuple):
    """Answer to a request."""

    status: int
    kind: str
    text: str


class Target(NamedTuple):
    """App that is attacked."""

    port: int
    process: int
    temporary: Path  # its TMPDIR
    log: Path

    @property
    def uploads(self) -> Path:
        """Return the folder of its uploads."""
        (folder,) = self.temporary.glob("vae-faces-*")
        return folder


@contextmanager
def hostile_ground(folder: Path) -> Iterator[Target]:
    """Start the app with `folder` for its files, and check at the end that it leaves none and has logged nothing."""
    temporary, log = folder / "temporary", folder / "log.txt"
    temporary.mkdir()
    with log.open("wb") as output:
        variables = {"TMPDIR": str(temporary), FOLDER: "", "PYTHONUNBUFFERED": "1"}
        with running_app(command=(sys.executable, "-c", COMMAND), variables=variables, output=output) as app:
            port = int(app.address.rstrip("/").rpartition(":")[2])
            target = Target(port, app.process.pid, temporary, log)
            wait_for_start(app.process, log)
            yield target
            check_folder(target)
    assert not list(temporary.iterdir()), "the app has left files"
    check_log(log)


def wait_for_start(app: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the app has checked that it can be reached, and says so."""
    deadline = time.monotonic() + PATIENCE
    while "Streamable HTTP URL" not in log.read_text():
        assert app.poll() is None, log.read_text()
        assert time.monotonic() < deadline
        time.sleep(0.1)


def send(port: int, hostile: Hostile) -> Answer | None:
    """Send a request and return the answer; None if the connection was closed without one, as it may be for garbage."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        received = b""
        try:
            connection.sendall(hostile.data[: hostile.sent])
            if hostile.sent is not None:
                return None
            while part := connection.recv(2**16):
                received += part
        except ConnectionError:  # refused before all was sent
            pass
    return read_answer(received, hostile.data[:4] == b"HEAD")


class _Received:
    """Bytes that http.client reads as if they came from a socket."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def makefile(self, *_: Any) -> BytesIO:
        return BytesIO(self.data)


def read_answer(received: bytes, to_head: bool) -> Answer | None:
    """Read an answer of HTTP."""
    if not received:
        return None
    response = HTTPResponse(_Received(received), method="HEAD" if to_head else "GET")  # type: ignore[arg-type]
    response.begin()
    try:
        body = response.read()
    except HTTPException:  # cut off
        body = b""
    return Answer(response.status, response.headers.get_content_type(), body.decode("utf-8", "replace"))


def attack(target: Target, hostile: Hostile, uploads: str) -> None:
    """Send a request, check the answer, and wait for the answer of the call that it begins."""
    answer = send(target.port, hostile)
    if answer is None:
        return
    check_answer(answer, hostile, uploads)
    event = re.fullmatch(r'\{"event_id":"(\w+)"\}', answer.text)
    if event and b"/call" in hostile.data[:40]:
        check_answer(wait(target.port, f"call/x/{event[1]}"), hostile, uploads)
    elif event and (session := re.search(rf'"session_hash": "({MARK}[.\d]+)"'.encode(), hostile.data)):
        check_answer(wait(target.port, f"queue/data?session_hash={session[1].decode()}"), hostile, uploads)


def wait(port: int, address: str) -> Answer:
    """Wait for the answer of a call."""
    text = f"GET /gradio_api/{address} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    answer = send(port, Hostile(text.encode()))
    assert answer, "a call without an answer"
    return answer


def check_answer(answer: Answer, hostile: Hostile, uploads: str) -> None:
    """Check the law for an answer: a status that is no failure, sentences, and nothing of the server in it."""
    assert answer.status < 500 or answer.status == 503, answer
    for leak in LEAKS:
        assert leak not in answer.text, (leak, answer.text[:500])
    for path in re.findall(re.escape(str(Path(uploads).parent)) + r"[^\"'\s\\…]*", answer.text):
        given = path.rstrip(".").encode() in hostile.data
        assert given or re.fullmatch(re.escape(uploads) + r"/[\w-]{22}/[\w.-]+", path), path
    if "jsonrpc" in answer.text[:200]:  # in the words of the protocol's library
        assert not PYTHON.search(answer.text), answer.text[:500]
    elif answer.status >= 400 and hostile.data[:4] != b"HEAD":
        check_sentence(json.loads(answer.text)["detail"] if answer.kind == "application/json" else answer.text)
    elif answer.kind == "text/event-stream":
        for sentence in refusals(answer.text):
            check_sentence(sentence)


def refusals(stream: str) -> Iterator[object]:
    """Yield the refusals in a stream of events."""
    for event, line in re.findall(r"(?:event: (\w+)\n)?data: (.*)", stream):
        data = json.loads(line)
        if event == "error":
            yield data["error"] if isinstance(data, dict) else data
        elif isinstance(data, dict) and data.get("msg") == "process_completed" and not data["success"]:
            yield data["output"]["error"]
        elif isinstance(data, dict) and data.get("msg") == "unexpected_error":
            yield data["message"]


def check_sentence(sentence: object) -> None:
    """Check that a refusal is a sentence of ours."""
    from server.guard.refusals import FAILED  # late: gradio is imported after an app's folder is there

    assert isinstance(sentence, str), sentence
    require_sentence(ValueError(sentence))
    assert sentence[:1].isupper() or sentence.startswith("/"), sentence
    assert sentence.endswith("."), sentence
    assert sentence != FAILED, "an endpoint has failed"
    assert not PYTHON.search(sentence), sentence


def read_memory(process: int) -> int:
    """Return the largest resident memory of a process so far, in MB; 0 where the system does not tell."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0
    return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0]) // 1024


def check_log(log: Path) -> None:
    """Check that the log has fixed sentences only."""
    for line in log.read_text(errors="replace").splitlines():
        assert MARK not in line, line
        assert LOG.fullmatch(line), line


def check_folder(target: Target) -> None:
    """Check that all files and folders are deleted in time, and that the temporary folder has no others."""
    deadline = time.monotonic() + AGE + PATIENCE
    while (left := list(target.uploads.rglob("*"))) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not left
    assert [path.name for path in target.temporary.iterdir()] == [target.uploads.name]
