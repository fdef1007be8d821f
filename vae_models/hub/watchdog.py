"""Whether work that waits for the Hub still gets on, seen from outside its thread.

What counts is that something comes: an answer other than an error, or more bytes of one. Work that is slow but gets on
may take its time; once nothing has come to any of it for PATIENCE, all of it is given up.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any

from httpx2 import Request, Response
from huggingface_hub import get_session
from tqdm import tqdm

PATIENCE = 3.0  # seconds: with what a start does then, a Hub that never answers costs less than five
GLANCE = 0.02  # seconds between two looks


class GivenUpError(ConnectionError):
    """Nothing came for too long."""


class Pulse:
    """The signs of life of one piece of work, and the last refusal that it met."""

    def __init__(self) -> None:
        self.given_up = False
        self.refusal: Response | None = None
        self._last = time.monotonic()
        self._response: Response | None = None  # the one that is being read
        self._bytes = 0

    def beat(self) -> None:
        """Something came."""
        self._last = time.monotonic()

    def hear(self, response: Response) -> None:
        """The head of a response came."""
        if response.status_code >= 400:
            self.refusal = response
            return
        self._response, self._bytes, self.refusal = response, 0, None
        self.beat()

    def silence(self) -> float:
        """Seconds since something came."""
        came = self._response.num_bytes_downloaded if self._response is not None else 0
        if came != self._bytes:
            self._bytes = came
            self.beat()
        return time.monotonic() - self._last

    def bar(self) -> type[tqdm]:
        """A progress bar that nobody sees: Xet's downloads tell nobody else that they get on."""
        pulse = self

        class Bar(tqdm):  # huggingface_hub asks for a class
            def __init__(self, *args: Any, **settings: Any) -> None:
                super().__init__(*args, **{**settings, "disable": True})

            def update(self, n: float | None = 1) -> bool | None:
                pulse.beat()
                return super().update(n)

        return Bar


_MINE: ContextVar[Pulse | None] = ContextVar("_MINE", default=None)  # of the thread


def listen() -> None:
    """Let huggingface_hub's connections tell the pulse of the thread that asks; those without one notice nothing.

    To be called before each request: after a failure huggingface_hub makes itself another client.
    """
    hooks = get_session().event_hooks
    if _hear not in hooks["response"]:
        hooks["request"] = [_stop, *hooks["request"]]
        hooks["response"] = [*hooks["response"], _hear]


def _stop(_: Request) -> None:
    pulse = _MINE.get()
    if pulse is not None and pulse.given_up:
        raise GivenUpError  # ends the retries of work that nobody waits for any more


def _hear(response: Response) -> None:
    pulse = _MINE.get()
    if pulse is not None:
        pulse.hear(response)


def side_by_side(works: Sequence[tuple[Pulse, Callable[[], None]]]) -> None:
    """Do all of it at the same time, each in a thread with its pulse; returns when all is done or given up.

    What is given up ends by itself, later, and must not be waited for: not even by the end of the process.
    """
    threads = [threading.Thread(target=_with_pulse, args=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    while any(t.is_alive() for t in threads) and min(pulse.silence() for pulse, _ in works) < PATIENCE:
        time.sleep(GLANCE)
    for pulse, _ in works:
        pulse.given_up = True


def _with_pulse(pulse: Pulse, work: Callable[[], None]) -> None:
    _MINE.set(pulse)
    work()
