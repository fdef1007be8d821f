"""Deletion of what is older than two minutes, for as long as the process lives."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

EVERY, AGE = 30, 120  # seconds: how often old files are deleted, and from which age on
KEPT = EVERY + AGE  # seconds after which no file is left
CLOCK = 60  # seconds by which a file may seem to come from the future; more, and the clock was set back


def delete_old(folder: Path, age: float) -> None:
    """Delete the files and the empty folders in `folder` that have not changed for `age` seconds."""
    for parent, folders, files in os.walk(folder, topdown=False):  # it follows no links, and skips what it cannot read
        for name in [*files, *folders]:
            with suppress(OSError):  # a folder with files, or deleted already
                _delete_if_old(os.path.join(parent, name), age)


def _delete_if_old(path: str, age: float) -> None:
    if -CLOCK <= time.time() - os.lstat(path).st_ctime <= age:
        return
    if os.path.isdir(path) and not os.path.islink(path):
        os.rmdir(path)
    else:
        os.unlink(path)


def keep_deleting(folder: Path, forget: Callable[[], None]) -> threading.Thread:
    """Delete old files until the process ends, and call `forget` each time; nothing that goes wrong ends it."""

    def work() -> None:
        while True:
            time.sleep(EVERY)
            for step in (lambda: delete_old(folder, AGE), forget):
                with suppress(Exception):
                    step()

    thread = threading.Thread(target=work, name="deletion", daemon=True)
    thread.start()
    return thread
