"""Work side by side: what gets on is waited for, what does not is given up."""

import threading
import time

import pytest

from vae_models.hub import watchdog
from vae_models.hub.watchdog import Pulse, side_by_side


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "PATIENCE", 0.3)


def test_all_work_is_done_at_the_same_time() -> None:
    meeting = threading.Barrier(4, timeout=10)
    side_by_side([(Pulse(), meeting.wait) for _ in range(4)])
    assert not meeting.broken
    side_by_side([])


def test_work_that_beats_is_waited_for_and_for_its_sake_the_other() -> None:
    done: list[str] = []
    steady, quiet = Pulse(), Pulse()

    def beating() -> None:
        for _ in range(8):
            time.sleep(0.1)
            steady.beat()
        done.append("steady")

    def waiting() -> None:
        time.sleep(0.6)
        done.append("quiet")

    side_by_side([(steady, beating), (quiet, waiting)])
    assert sorted(done) == ["quiet", "steady"]


def test_silent_work_is_given_up_and_not_waited_for() -> None:
    release, one = threading.Event(), Pulse()
    start = time.monotonic()
    side_by_side([(one, release.wait)])
    assert 0.3 <= time.monotonic() - start < 3
    assert one.given_up
    release.set()


def test_a_bar_that_moves_is_a_sign_of_life_and_seen_by_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    one = Pulse()
    time.sleep(0.05)
    with one.bar()(total=10, desc="file", unit="B") as bar:
        bar.update(5)
        assert one.silence() < 0.05
    assert capfd.readouterr() == ("", "")
