"""Files in the folder of this process: results of endpoints, and uploads."""

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from server.uploads.folder import add_folder, get_folder


def save_result(data: bytes, name: str) -> Path:
    """Save a result in a folder with a name that nobody can guess."""
    path = add_folder() / name
    path.write_bytes(data)
    return path


def is_upload(path: str) -> bool:
    """Check whether a path is that of a file in the folder, links resolved."""
    try:
        file = Path(os.path.realpath(path))
        return file.is_relative_to(os.path.realpath(get_folder())) and file.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


class Kept(NamedTuple):
    """Number and bytes of the files in the folder."""

    files: int
    size: int

    def is_above(self, size: int, files: int) -> bool:
        """Check whether the folder has more than this."""
        return self.size > size or self.files > files


def measure_folder() -> Kept:
    """Measure what the folder holds now."""
    sizes = []
    for parent, _, names in os.walk(get_folder()):
        for name in names:
            with suppress(OSError):  # deleted meanwhile
                sizes.append(os.lstat(os.path.join(parent, name)).st_size)
    return Kept(len(sizes), sum(sizes))
