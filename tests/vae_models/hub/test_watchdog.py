"""The watchdog waits for work that makes progress, and gives up on silent work."""

import threading
import time
from collections.abc import Callable

import pytest

from vae_models.hub import watchdog
from vae_models.hub.watchdog import Watchdog


class Clock:
    """A clock that advances only when a test says so: on a busy machine seconds mean nothing."""

    def __init__(self) -> None:
        self.now = 0.0
        self.on_look: Callable[[], None] = lambda: None  # called whenever the watchdog waits

    def monotonic(self) -> float:
        return self.now

    def sleep(self, _: float) -> None:
        self.on_look()
        time.sleep(0.001)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give up after three seconds of this clock."""
    clock = Clock()
    monkeypatch.setattr(watchdog, "time", clock)
    monkeypatch.setattr(watchdog, "PATIENCE", 3.0)
    return clock


def test_all_work_runs_at_the_same_time() -> None:
    meeting, watch = threading.Barrier(4, timeout=60), Watchdog()
    for _ in range(4):
        watch.start(meeting.wait)
    watch.wait()
    assert not meeting.broken
    Watchdog().wait()  # nothing to do


def test_progress_of_one_keeps_all_waiting(clock: Clock) -> None:
    done, reports = list[str](), list[float]()
    later, release, watch = threading.Semaphore(0), threading.Event(), Watchdog()

    def progress() -> None:
        for _ in range(8):
            later.acquire()
            watch.on_progress()
            reports.append(clock.now)
        done.append("steady")
        release.set()

    def stay_silent() -> None:
        release.wait()
        done.append("quiet")

    def let_two_seconds_pass() -> None:
        if clock.now < 16 and len(reports) == clock.now / 2:
            clock.now += 2
            later.release()

    clock.on_look = let_two_seconds_pass
    watch.start(progress)
    watch.start(stay_silent)
    watch.wait()
    assert clock.now == 16
    assert sorted(done) == ["quiet", "steady"]


def test_silent_work_is_given_up_without_waiting_for_its_end(clock: Clock) -> None:
    release, watch = threading.Event(), Watchdog()

    def let_half_a_second_pass() -> None:
        clock.now += 0.5
        assert clock.now < 10

    clock.on_look = let_half_a_second_pass
    watch.start(release.wait)
    watch.wait()
    assert clock.now == 3
    assert watch.given_up
    release.set()


def test_work_may_start_more_work() -> None:
    done: list[str] = []
    watch = Watchdog()

    def start_more() -> None:
        watch.start(lambda: done.append("second"))
        done.append("first")

    watch.start(start_more)
    watch.wait()
    assert sorted(done) == ["first", "second"]
