"""Hostile requests to a running app: sentences, nothing of the server, nothing in the log, and no file that stays."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.fuzz.hostile_app import Target, attack, hostile_ground, read_memory
from tests.fuzz.hostile_requests import draw

SECONDS, SEED = 70, 21  # of the suite; `python -m tests.fuzz` takes a new seed each time
AT_ONCE = 4
MOST_MEMORY = 450  # MB more than at the start

pytestmark = pytest.mark.processes


def search(folder: Path, seed: int, seconds: float) -> int:
    """Send hostile requests until the time is over, and return how many; raise AssertionError for a fault."""
    with hostile_ground(folder) as target:
        before = read_memory(target.process)
        end = time.monotonic() + seconds
        with ThreadPoolExecutor(AT_ONCE) as pool:
            counts = pool.map(lambda k: _attack(target, seed, range(k, 10**9, AT_ONCE), end), range(AT_ONCE))
            count = sum(counts)
        assert read_memory(target.process) - before < MOST_MEMORY, "too much memory"
    return count


def _attack(target: Target, seed: int, numbers: range, end: float) -> int:
    """Send requests one after the other; name the one that fails, so that it can be sent again."""
    uploads, count = str(target.uploads), 0
    for number in numbers:
        if time.monotonic() > end:
            break
        hostile = draw(seed, number, uploads)
        try:
            attack(target, hostile, uploads)
        except Exception as error:
            raise AssertionError(f"seed {seed}, request {number}: {error!r} for {hostile.show()}") from error
        count += 1
    return count


def test_hostile_requests_get_sentences_and_leave_nothing(tmp_path: Path) -> None:
    assert search(tmp_path, SEED, SECONDS) > 100
