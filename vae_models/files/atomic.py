"""Atomic, fsynced file writes."""

import os
from collections.abc import Callable
from pathlib import Path


def atomic_write(file: Path, write: Callable[[Path], object]) -> None:
    """Write to a temporary file, fsync it, then rename it over `file`: a crash leaves the old file or the new one.

    Args:
        file: the file to create or replace.
        write: writes the content to the path that it gets, a temporary file of the same folder. If it fails, the
            temporary file is removed and `file` stays as it was.
    """
    partial = file.with_name(f".{file.name}.partial")
    try:
        write(partial)
        sync(partial)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(file.parent)


def sync(file: Path) -> None:
    """Wait until the content of `file` is on the disk."""
    with file.open("r+b") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the file names of `folder` are on the disk."""
    if os.name == "nt":  # Windows cannot open folders, and flushes names itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
