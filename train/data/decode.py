"""Decode many images on all cores."""

import os
import signal
import struct
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from lzma import LZMAError
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

import cv2

from faces.errors import PictureError
from faces.preprocessing import Preprocessing, preprocess
from train.data.pictures import DataError
from vae_models.machine import available_cores

AHEAD = 3  # chunks that wait for each process
SHARE = {"celeba": 2000, "centre": 2000, "aligned": 200}  # images that make another process worth its start


class Rejected(NamedTuple):
    """Image that cannot be used."""

    position: int  # within its chunk
    name: str
    reason: str


class Chunk(NamedTuple):
    """Some encoded images for one process: their files, or their bytes."""

    names: tuple[str, ...]
    root: Path | None = None  # the folder or zip of the files
    data: tuple[bytes, ...] = ()  # without a root, the images themselves


class Report(NamedTuple):
    """Outcome of a chunk, apart from the pixels."""

    size: int  # images in the chunk
    names: list[str]  # of the usable ones, in order
    rejected: list[Rejected]
    multi_face: int  # images with several faces


class Decoded(NamedTuple):
    """Decoded chunk."""

    report: Report
    pixels: bytes  # of the usable images, 64 x 64 x 3 each


def decode_all(chunks: Iterable[Chunk], how: Preprocessing, pictures: int | None) -> Iterator[Decoded]:
    """Decode all chunks, in order, in as many processes as are worth their start.

    `pictures` is the number of images, if it is known. Raises DataError if a process dies.
    """
    workers = available_cores() if pictures is None else min(available_cores(), pictures // SHARE[how])
    if workers < 2:
        yield from (decode(chunk, how) for chunk in chunks)
        return
    # not fork: this process may hold threads and a GPU
    context = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload([__name__])  # imports once for all processes
    pool = ProcessPoolExecutor(workers, context, initializer=_init_worker)
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
            "A process that decodes images was killed, most likely because memory ran out: free some memory, then run "
            "the same command again"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _init_worker() -> None:
    """Use one OpenCV thread, ignore SIGINT, which the parent handles, and exit when the parent dies."""
    cv2.setNumThreads(1)  # there are as many processes as cores
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def follow() -> None:
        if parent is not None:
            wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def decode(chunk: Chunk, how: Preprocessing) -> Decoded:
    """Decode every image of a chunk, and note why some cannot be used."""
    names, pixels, rejected, multi_face = [], [], [], 0
    with _open(chunk) as read:
        for index, name in enumerate(chunk.names):
            try:
                image = preprocess(read(index), how)
            except PictureError as error:
                rejected.append(Rejected(index, name, str(error)))
            else:
                names.append(name)
                pixels.append(image.pixels.tobytes())
                multi_face += image.faces > 1
    return Decoded(Report(len(chunk.names), names, rejected, multi_face), b"".join(pixels))


@contextmanager
def open_files(root: Path) -> Iterator[Callable[[str], bytes]]:
    """Yield a function from the name of a file in a folder or zip to its bytes.

    It raises PictureError if they cannot be read.
    """
    if root.is_dir():
        yield lambda name: _read_file(root / name)
    else:
        with ZipFile(root) as archive:
            yield lambda name: _read_member(archive, name)


@contextmanager
def _open(chunk: Chunk) -> Iterator[Callable[[int], bytes]]:
    """Yield a function from an image's index to its bytes, like `open_files`."""
    if chunk.root is None:
        yield lambda index: chunk.data[index]
    else:
        with open_files(chunk.root) as read:
            yield lambda index: read(chunk.names[index])


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PictureError(f"This file cannot be read: {error.strerror}.") from None


def _read_member(archive: ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    # encrypted members and unknown methods are RuntimeErrors
    except (BadZipFile, zlib.error, LZMAError, struct.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise PictureError(f"This file cannot be unpacked: {error}.") from None
