"""The log: libraries may say that something went wrong, but neither what was sent nor where."""

import logging
import sys
from collections.abc import Iterator

import pytest
from gradio import queueing, route_utils, routes

from server.guard.log import keep_visitors_out

SECRET = "holiday-4711.png"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in (queueing, routes, route_utils):
        monkeypatch.setattr(module, "traceback", module.traceback)  # type: ignore[attr-defined]
    factory = logging.getLogRecordFactory()
    keep_visitors_out()
    yield
    logging.setLogRecordFactory(factory)


def log(name: str, caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    try:
        raise FileNotFoundError(SECRET)
    except FileNotFoundError:
        logging.getLogger(name).exception("cannot read %s", SECRET, stack_info=True)
    return caplog.records[-1]


@pytest.mark.parametrize("name", ["python_multipart.multipart", "mcp.server", "asyncio", "PIL", "httpx"])
def test_records_of_libraries_lose_message_and_traceback(name: str, caplog: pytest.LogCaptureFixture) -> None:
    record = log(name, caplog)
    assert record.getMessage() == f"{name}: error"
    assert record.exc_info is None
    assert SECRET not in caplog.text


def test_the_servers_own_sentences_stay_without_tracebacks(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
    assert caplog.records[-1].getMessage() == "Invalid HTTP request received."
    assert log("uvicorn.error", caplog).exc_info is None


def test_tracebacks_of_gradio_become_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    for module in (queueing, routes, route_utils):
        try:
            raise FileNotFoundError(SECRET)
        except FileNotFoundError:
            module.traceback.print_exc()  # type: ignore[attr-defined]
    sys.stderr.flush()
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("A call failed: FileNotFoundError at test_log.py:") for line in lines)
