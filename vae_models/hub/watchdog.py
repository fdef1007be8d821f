"""Give up on Hub downloads when no bytes arrive for PATIENCE seconds."""

import threading
import time
from collections.abc import Callable

PATIENCE = 3.0  # seconds; together with loading the models, a Hub that never answers then costs less than five
POLL = 0.02  # seconds between two looks at the clock


class GivenUpError(ConnectionError):
    """Nothing arrived for too long."""


class Watchdog:
    """Runs work in daemon threads, and gives up on all of it once none has made progress for PATIENCE seconds.

    Slow work that makes progress may take its time. Work that was given up ends by itself later; nobody waits for it,
    not even the end of the process.
    """

    def __init__(self) -> None:
        self.given_up = False
        self._threads: list[threading.Thread] = []
        self._progress = time.monotonic()

    def start(self, work: Callable[[], object]) -> None:
        """Run `work` in a thread of its own. Work that is running may start more."""
        thread = threading.Thread(target=work, daemon=True, name="hub download")
        self._threads.append(thread)
        thread.start()

    def on_progress(self) -> None:
        """Report progress: an answer of the Hub, or bytes of one."""
        self._progress = time.monotonic()

    def silence(self) -> float:
        """Return the seconds since any of the work last made progress."""
        return time.monotonic() - self._progress

    def wait(self) -> None:
        """Return when all work is done or has been given up."""
        while any(thread.is_alive() for thread in self._threads) and self.silence() < PATIENCE:
            time.sleep(POLL)
        self.given_up = True
