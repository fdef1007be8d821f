"""Cache folders named by their content's key: built once, renamed when complete."""

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
from train.errors import path_errors
from vae_models.files.atomic import sync

INDEX = "index.json"
LOCKS = ".locks"
FORMAT = 2  # of the folder's content; part of the key

Json = dict[str, Any]  # plain JSON


class UnusableError(DataError):
    """Source from which no cache can be built."""


def get_or_build(
    folder: Path | None, key: Json, build: Callable[[Path], Json], *, resumable: bool = False
) -> tuple[Path, Json]:
    """Return the cache folder of a key and its index; build the folder if it is missing or damaged.

    `folder` contains all cache folders; the default is the user's cache folder. `build` fills an unfinished folder and
    returns the index. If several processes ask for the same folder, one builds it and the others wait.

    A build that fails leaves nothing, and one that was killed starts again. If it is `resumable`, `build` gets the
    files of the unfinished folder instead and must check them; only an UnusableError removes them.
    """
    folder = folder or user_cache_path("vae-faces")
    digest = hashlib.sha256(json.dumps([FORMAT, key], sort_keys=True).encode()).hexdigest()[:24]
    path, partial = folder / digest, folder / f"{digest}.partial"
    index = _read_index(path)
    if index is not None:
        return path, index
    with path_errors():
        (folder / LOCKS).mkdir(parents=True, exist_ok=True)
    with _acquire(FileLock(folder / LOCKS / digest), path):
        index = _read_index(path)  # another process may have built it meanwhile
        if index is None:
            shutil.rmtree(path, ignore_errors=True)  # damaged
            index = _build(partial, key, build, resumable=resumable)
            partial.rename(path)
    return path, index


def _acquire(lock: FileLock, path: Path) -> FileLock:
    try:
        lock.acquire(blocking=False)
    except Timeout:
        if "LOCAL_RANK" not in os.environ:  # the processes of one launch wait silently
            print(f"waiting for another process that builds {path}", file=sys.stderr)
        lock.acquire()
    return lock


def _build(partial: Path, key: Json, build: Callable[[Path], Json], *, resumable: bool) -> Json:
    if not resumable:
        shutil.rmtree(partial, ignore_errors=True)  # of a killed process
    partial.mkdir(exist_ok=True)
    try:
        index = build(partial)
    except BaseException as error:
        if not resumable or isinstance(error, UnusableError):
            shutil.rmtree(partial)
        raise
    sizes = {file.name: file.stat().st_size for file in partial.iterdir() if file.name != INDEX}
    complete = {**index, "made_from": key, "sizes": sizes}
    (partial / INDEX).write_text(json.dumps(complete))
    sync(partial / INDEX)
    return complete


def require_room(folder: Path, needed: int) -> None:
    """Raise DataError if the disk of `folder` has fewer than `needed` bytes left."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DataError(
            f"The cache needs {needed / 1e6:,.0f} MB more, and the disk of {folder.parent} has {free / 1e6:,.0f} MB "
            "left: free some space, or choose another folder with --cache"
        )


def _read_index(path: Path) -> Json | None:
    """Return the index of a folder; None if there is none, or if files are missing or have other sizes."""
    if not (path / INDEX).is_file():
        return None
    index: Json = json.loads((path / INDEX).read_text())
    sizes = index["sizes"].items()
    complete = all((path / name).is_file() and (path / name).stat().st_size == size for name, size in sizes)
    return index if complete else None
