"""The watchdog waits for work that makes progress, and gives up on silent work."""

import threading
import time

import pytest

from vae_models.hub import watchdog
from vae_models.hub.watchdog import Watchdog


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "PATIENCE", 0.3)


def test_all_work_runs_at_the_same_time() -> None:
    meeting, watch = threading.Barrier(4, timeout=10), Watchdog()
    for _ in range(4):
        watch.start(meeting.wait)
    watch.wait()
    assert not meeting.broken
    Watchdog().wait()  # nothing to do


def test_progress_of_one_keeps_all_waiting() -> None:
    done: list[str] = []
    watch = Watchdog()

    def progress() -> None:
        for _ in range(8):
            time.sleep(0.1)
            watch.on_progress()
        done.append("steady")

    def stay_silent() -> None:
        time.sleep(0.6)
        done.append("quiet")

    watch.start(progress)
    watch.start(stay_silent)
    watch.wait()
    assert sorted(done) == ["quiet", "steady"]


def test_silent_work_is_given_up_without_waiting_for_its_end() -> None:
    release, watch = threading.Event(), Watchdog()
    start = time.monotonic()
    watch.start(release.wait)
    watch.wait()
    assert 0.3 <= time.monotonic() - start < 3
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
