"""Stop signals: none is lost, whatever the process does when it comes."""

import signal
import sys
from collections.abc import Callable, Iterator

import pytest

from server.launch import Stop

NUMBERS = [number for number in signal.Signals if number.name in ("SIGINT", "SIGTERM", "SIGHUP")]


@pytest.fixture(autouse=True)
def defaults(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Restore the handlers of this process afterwards; its own may be those of a background job."""
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    before = {number: signal.getsignal(number) for number in NUMBERS}
    for number in NUMBERS:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def del_with(act: Callable[[], object]) -> None:
    """Delete an object whose finaliser does this."""

    class Freed:
        def __del__(self) -> None:
            act()

    Freed()


@pytest.mark.parametrize("number", NUMBERS)
def test_a_signal_ends_the_process_at_once(number: signal.Signals) -> None:
    Stop().listen()
    with pytest.raises(SystemExit, match=str(128 + number)):
        signal.raise_signal(number)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_signal_in_a_finaliser_ends_the_waiting_without_a_traceback(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported = list[object]()
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: reported.append(lost.exc_type))
    stop = Stop()
    stop.listen()
    del_with(lambda: signal.raise_signal(number))  # Python drops what a finaliser raises, and goes on
    with pytest.raises(SystemExit, match=str(128 + number)):
        stop.wait()
    assert reported == []
    del_with(lambda: [][1])
    assert reported == [IndexError]


def test_a_signal_that_the_parent_ignores_stays_ignored() -> None:
    for number in NUMBERS:
        signal.signal(number, signal.SIG_IGN)
    Stop().listen()
    for number in NUMBERS:
        signal.raise_signal(number)
