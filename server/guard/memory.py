"""Memory that requests have needed goes back to the system some seconds later.

`keep_freed_memory` lets the C library keep what the models free, for their next call, and so what large requests free.
"""

import threading

from vae_models.machine import release_freed_memory

SECONDS = 5.0  # after the first large request of several

_lock = threading.Lock()
_timer: threading.Timer | None = None


def release_soon() -> None:
    """Give memory back in some seconds, once for all calls until then."""
    global _timer
    with _lock:
        if _timer is None:
            _timer = threading.Timer(SECONDS, _release)
            _timer.daemon = True
            _timer.start()


def _release() -> None:
    global _timer
    with _lock:
        _timer = None
    release_freed_memory()
