"""Workers: several models at once, on the cores that this process may use."""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from server import workers
from server.workers import run_each


@pytest.fixture(autouse=True)
def _new_workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the test workers of its own, on one of the eight cores of this machine."""
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {5}, raising=False)
    workers._workers.cache_clear()
    yield
    workers._workers().shutdown(wait=False)
    workers._workers.cache_clear()


def thread(_: int) -> int:
    time.sleep(0.01)
    return threading.get_ident()


def test_as_many_workers_as_the_process_may_use_cores() -> None:
    assert len(set(run_each(thread, range(6)))) == 1


def test_results_are_in_order() -> None:
    assert run_each(lambda k: k**2, range(5)) == [0, 1, 4, 9, 16]


def test_nested_calls_do_not_wait_for_their_own_workers() -> None:
    caller = ThreadPoolExecutor(1)
    answer = caller.submit(lambda: run_each(lambda k: run_each(lambda j: 10 * k + j, range(2)), range(3)))
    try:
        assert answer.result(timeout=120) == [[0, 1], [10, 11], [20, 21]]
    finally:
        workers._workers().shutdown(wait=False, cancel_futures=True)
        caller.shutdown(wait=False)
