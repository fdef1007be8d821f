"""Files that a kill or a power cut leaves whole, or not at all."""

import os
from collections.abc import Callable
from pathlib import Path


def replace(file: Path, write: Callable[[Path], object]) -> None:
    """Have `write` fill a file aside, put that on the disk, then under its name."""
    partial = file.with_name(f".{file.name}.partial")
    try:
        write(partial)
        sync(partial)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(file.parent)


def sync(file: Path) -> None:
    """Wait until the disk holds what was written into `file`."""
    with file.open("r+b") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk holds the names in `folder`."""
    if os.name == "nt":  # Windows opens no folders, and keeps their names by itself
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
