"""The law for everything that comes from outside: a result, or one sentence, in time, and with bounded memory."""

import signal
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 30  # of one example: several hundred times the usual, for machines that are busy
MEMORY = 1500  # MB that one example may need: pictures may have 64 megapixels
CLEAR, STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")  # Linux


class Hang(BaseException):
    """Example that does not end. No Exception: decoders' exceptions are caught, whatever they are."""


@contextmanager
def limits() -> Iterator[None]:
    """Raise Hang after `SECONDS`, and AssertionError if the memory increased by more than `MEMORY` meanwhile."""

    def end(*_: object) -> None:
        raise Hang(f"no result within {SECONDS} seconds")

    previous = signal.signal(signal.SIGALRM, end)
    signal.alarm(SECONDS)
    before = _reset_peak()
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
    assert _peak() - before < MEMORY, "too much memory"


def require_sentence(error: Exception) -> None:
    """Check that a message can be shown to a person."""
    message = str(error)
    assert message.encode()  # printable on a terminal: no lone surrogates
    assert len(message) < 1000, message
    assert not {unicodedata.category(letter) for letter in message} & {"Cc", "Cs", "Zl", "Zp"}, message
    assert not any(part in message for part in ("Traceback", "object at 0x", "<class '")), message


def _reset_peak() -> int:
    """Forget the largest memory of this process so far; return the current one in MB."""
    if CLEAR.exists():
        CLEAR.write_text("5", encoding="ascii")
    return _peak()


def _peak() -> int:
    if not STATUS.exists():
        return 0
    line = next(line for line in STATUS.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024
