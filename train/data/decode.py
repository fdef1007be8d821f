"""Many encoded pictures to pixels, on all cores."""

import os
import signal
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from faces.image import PictureError
from train.data.pictures import DataError
from train.data.preprocess import Treatment, treat

AHEAD = 3  # chunks that wait for each process
SHARE = {"celeba": 2000, "centre": 2000, "aligned": 10}  # pictures that are worth another process


class Refused(NamedTuple):
    """A picture that cannot be used."""

    place: int  # among those of its chunk
    name: str
    reason: str


class Chunk(NamedTuple):
    """Some encoded pictures, ready to go to another process: their files, or their bytes."""

    names: tuple[str, ...]
    place: Path | None = None  # the folder or zip that they lie in
    data: tuple[bytes, ...] = ()  # without a place, the pictures themselves


class Decoded(NamedTuple):
    """What became of a chunk."""

    size: int  # pictures in the chunk
    names: list[str]  # of those that can be used, in order
    pixels: bytes  # of the same, 64 x 64 x 3 each
    refused: list[Refused]
    crowds: int  # pictures with several faces


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def decoded(chunks: Iterable[Chunk], how: Treatment, pictures: int | None) -> Iterator[Decoded]:
    """Every chunk decoded, in order. `pictures`: how many there are, where that is known; few need no other process.

    Raises DataError where a process dies.
    """
    workers = cores() if pictures is None else min(cores(), pictures // SHARE[how])
    if workers < 2:
        yield from (decode(chunk, how) for chunk in chunks)
        return
    # not fork: this process may hold threads and a GPU
    context = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload([__name__])  # imports once for all
    pool = ProcessPoolExecutor(workers, context, initializer=_settle)
    waiting: deque[Future[Decoded]] = deque()
    try:
        for chunk in chunks:
            waiting.append(pool.submit(decode, chunk, how))
            if len(waiting) > AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise DataError(
            "A process that decodes pictures was killed, most likely for want of memory: what is done is kept, start "
            "the same command again with more of it."
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _settle() -> None:
    """In a new process: Ctrl-C is the parent's to answer, and with the parent it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def follow() -> None:
        if parent is not None:
            wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def decode(chunk: Chunk, how: Treatment) -> Decoded:
    """Every picture of a chunk, or why it cannot be used."""
    names, pixels, refused, crowds = [], [], [], 0
    with _opened(chunk) as read:
        for place, name in enumerate(chunk.names):
            try:
                treated = treat(read(place), how)
            except PictureError as error:
                refused.append(Refused(place, name, str(error)))
            else:
                names.append(name)
                pixels.append(treated.pixels.tobytes())
                crowds += treated.faces > 1
    return Decoded(len(chunk.names), names, b"".join(pixels), refused, crowds)


@contextmanager
def _opened(chunk: Chunk) -> Iterator[Callable[[int], bytes]]:
    """A function from a picture's place in the chunk to its bytes. It raises PictureError where they cannot be had."""
    folder = chunk.place
    if folder is None:
        yield lambda place: chunk.data[place]
    elif folder.is_dir():
        yield lambda place: _file(folder / chunk.names[place])
    else:
        with ZipFile(folder) as archive:
            yield lambda place: _member(archive, chunk.names[place])


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PictureError(f"This file cannot be read: {error.strerror}.") from None


def _member(archive: ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except (BadZipFile, zlib.error, RuntimeError, EOFError, OSError) as error:  # encrypted ones are a RuntimeError
        raise PictureError(f"This file cannot be unpacked: {error}.") from None
