"""Memory goes back to the system, once for many requests."""

import time

import pytest

from server.guard import memory


def test_many_requests_release_memory_once(monkeypatch: pytest.MonkeyPatch) -> None:
    released: list[bool] = []
    monkeypatch.setattr(memory, "SECONDS", 0.02)
    monkeypatch.setattr(memory, "release_freed_memory", lambda: released.append(True))
    for count in (1, 2):
        for _ in range(50):
            memory.release_soon()
        deadline = time.monotonic() + 60
        while len(released) < count and time.monotonic() < deadline:
            time.sleep(0.005)
        assert len(released) == count
