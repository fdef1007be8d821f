"""Cache folders named by their content's key: built once, renamed when complete, and the journal of unfinished ones."""

import hashlib
import json
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from platformdirs import user_cache_path

from train.data.decode import Decoded, Rejected, Report
from train.data.pictures import DataError
from train.errors import DISK_FULL
from vae_models.files.atomic import sync

INDEX = "index.json"
LOCKS = ".locks"
JOURNAL = "journal.jsonl"
CHOOSE_ANOTHER = "choose a folder with --cache"
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
    folder = folder or default_folder()
    digest = hashlib.sha256(json.dumps([FORMAT, key], sort_keys=True).encode()).hexdigest()[:24]
    path, partial = folder / digest, folder / f"{digest}.partial"
    index = _read_index(path)
    if index is not None:
        return path, index
    _create(folder)
    with _acquire(FileLock(folder / LOCKS / digest), path):
        index = _read_index(path)  # another process may have built it meanwhile
        if index is None:
            shutil.rmtree(path, ignore_errors=True)  # damaged
            index = _build(partial, key, build, resumable=resumable)
            partial.rename(path)
    return path, index


def default_folder() -> Path:
    """Return the user's cache folder. Raises DataError if this user has none."""
    try:
        return user_cache_path("vae-faces")
    except RuntimeError as error:  # no home folder, and `vae_models.environment` found no temporary one
        raise DataError(f"There is no home folder for the cache of decoded images: {CHOOSE_ANOTHER}") from error


def _create(folder: Path) -> None:
    """Create the folder of all caches. Raises DataError if it cannot be written."""
    try:
        (folder / LOCKS).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # it may exist and belong to another user
            pass
    except OSError as error:
        if error.errno in DISK_FULL:
            raise
        reason = f"{error.strerror}: {error.filename}"
        raise DataError(f"The cache of decoded images cannot be written ({reason}): {CHOOSE_ANOTHER}") from error


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
    (partial / INDEX).write_text(json.dumps(complete), encoding="utf-8")
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
    """Return the index of a folder; None if there is none, or if files are missing or have other sizes.

    Text files are reports for people, and may change.
    """
    if not os.path.isfile(path / INDEX):  # false, too, if the folder cannot be read
        return None
    index: Json = json.loads((path / INDEX).read_text(encoding="utf-8"))
    files = [(path / name, size) for name, size in index["sizes"].items() if not name.endswith(".txt")]
    complete = all(file.is_file() and file.stat().st_size == size for file, size in files)
    return index if complete else None


class Journal:
    """Reports of the chunks whose pixels are in a file, and the CRC-32 of these pixels, one line for each chunk.

    By the journal of aligned images a killed process continues: alignment takes several times as long as plain
    decoding, which has no journal and starts again.
    """

    def __init__(self, pixels: Path, bytes_per_image: int) -> None:
        self._pixels, self._lines = pixels, pixels.with_name(JOURNAL)
        self._bytes_per_image = bytes_per_image

    def restore(self) -> list[Report]:
        """Return the reports up to the first whose pixels are incomplete or damaged; cut both files off there."""
        kept = _read_intact(self._pixels, self._lines, self._bytes_per_image)
        self._pixels.touch()
        os.truncate(self._pixels, sum(len(line["names"]) for line in kept) * self._bytes_per_image)
        self._lines.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")
        return [_to_report(line) for line in kept]

    def append(self, decoded: Decoded) -> None:
        """Record a chunk whose pixels were written before."""
        report = decoded.report
        line = {
            "size": report.size,
            "names": report.names,
            "refused": report.rejected,
            "crowds": report.multi_face,
            "sum": zlib.crc32(decoded.pixels),
        }
        with self._lines.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def remove(self) -> None:
        """Delete the journal of a finished cache."""
        self._lines.unlink()


def _to_report(line: dict[str, Any]) -> Report:
    rejected = [Rejected(*entry) for entry in line["refused"]]
    return Report(line["size"], line["names"], rejected, line["crowds"])


def _read_intact(pixels: Path, lines: Path, bytes_per_image: int) -> list[dict[str, Any]]:
    """Return the lines up to the first that is cut off, or whose pixels are cut off or changed."""
    if not (pixels.is_file() and lines.is_file()):
        return []
    intact: list[dict[str, Any]] = []
    with pixels.open("rb") as file:
        for text in lines.read_text(encoding="utf-8").splitlines():
            try:
                line = json.loads(text)
            except json.JSONDecodeError:  # cut off
                break
            if zlib.crc32(file.read(len(line["names"]) * bytes_per_image)) != line["sum"]:
                break
            intact.append(line)
    return intact
