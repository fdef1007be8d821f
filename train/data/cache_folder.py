"""Folders that are made once, whoever asks for them: complete or not there at all."""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from train.data.pictures import DataError

INDEX = "index.json"
LOCKS = ".locks"
FORMAT = 2  # of what stands in a folder; another number is another folder

Facts = dict[str, Any]  # plain JSON


class UnusableError(DataError):
    """There is nothing to make a folder of."""


def made(folder: Path | None, facts: Facts, make: Callable[[Path], Facts]) -> tuple[Path, Facts]:
    """The folder that belongs to `facts`, with its index; made where it is not there yet.

    `folder` holds all of them; the default is the user's cache folder. `make` fills an unfinished folder and returns
    the index; it finds there what a killed predecessor left, and does its own checking. Other facts are another
    folder. Of several processes one makes it, the others wait. Where it raises UnusableError, nothing is left.
    """
    folder = folder or user_cache_path("vae-faces")
    key = hashlib.sha256(json.dumps([FORMAT, facts], sort_keys=True).encode()).hexdigest()[:24]
    place, partial = folder / key, folder / f"{key}.partial"
    index = _index(place)
    if index is not None:
        return place, index
    (folder / LOCKS).mkdir(parents=True, exist_ok=True)
    with _held(FileLock(folder / LOCKS / key), place):
        index = _index(place)
        if index is None:
            shutil.rmtree(place, ignore_errors=True)  # damaged
            index = _make(partial, facts, make)
            partial.rename(place)
    return place, index


def _held(lock: FileLock, place: Path) -> FileLock:
    """The lock, acquired."""
    try:
        lock.acquire(blocking=False)
    except Timeout:
        if "LOCAL_RANK" not in os.environ:  # the processes of one launch wait without a word
            print(f"waiting for another process that makes {place}", file=sys.stderr)
        lock.acquire()
    return lock


def _make(partial: Path, facts: Facts, make: Callable[[Path], Facts]) -> Facts:
    partial.mkdir(exist_ok=True)
    try:
        index = make(partial)
    except UnusableError:
        shutil.rmtree(partial)
        raise
    sizes = {file.name: file.stat().st_size for file in partial.iterdir() if file.name != INDEX}
    written = {**index, "made_from": facts, "sizes": sizes}
    with (partial / INDEX).open("w") as file:
        json.dump(written, file)
        file.flush()
        os.fsync(file.fileno())
    return written


def require_room(folder: Path, needed: int) -> None:
    """Raise DataError where the disk below `folder` has not that many bytes left."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DataError(
            f"The cache needs {needed / 1e6:,.0f} MB more than it has, and the disk below {folder.parent} has "
            f"{free / 1e6:,.0f}: make room, or choose another place with --cache"
        )


def _index(place: Path) -> Facts | None:
    """What the folder's index says; None where there is none, or files are not as it says."""
    if not (place / INDEX).is_file():
        return None
    index = json.loads((place / INDEX).read_text())
    whole = all((place / name).is_file() and (place / name).stat().st_size == n for name, n in index["sizes"].items())
    return index if whole else None
