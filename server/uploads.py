"""The folder of uploads and results, in which every file is deleted within minutes."""

import atexit
import os
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from server.start import StartError

EVERY, AGE = 30, 120  # seconds: how often old files are deleted, and from which age on
KEPT = EVERY + AGE  # seconds after which no file is left
FOLDER = "GRADIO_TEMP_DIR"  # names the folder of uploads to gradio; a user may set it


def create_folder() -> Path:
    """Create the folder of this process, in the one that the user has set or else in the temporary one.

    The folder is deleted when the process ends. Gradio must be imported after this.

    Raises:
        StartError: if no folder can be created.
    """
    chosen = os.environ.get(FOLDER)
    try:
        if chosen:
            Path(chosen).mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="vae-faces-", dir=chosen or None)).resolve()
    except OSError as error:
        raise StartError(f"Uploads need a temporary folder that can be written: set TMPDIR ({error})") from error
    os.environ[FOLDER] = str(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def get_folder() -> Path:
    """Return the folder of this process. Raises KeyError if it was not created."""
    return Path(os.environ[FOLDER])


def save_result(data: bytes, name: str) -> Path:
    """Save a result in a folder with a name that nobody can guess."""
    folder = get_folder() / secrets.token_urlsafe(16)
    folder.mkdir(parents=True)
    path = folder / name
    path.write_bytes(data)
    return path


def is_upload(path: str) -> bool:
    """Check whether a path is that of a file in the folder, links resolved."""
    try:
        file = Path(os.path.realpath(path))
        return file.is_relative_to(os.path.realpath(get_folder())) and file.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def delete_old(folder: Path, age: float) -> None:
    """Delete the files and the empty folders in `folder` that have not changed for `age` seconds."""
    for path in list(folder.rglob("*")):
        with suppress(OSError):  # a folder with files, or deleted already
            if time.time() - path.lstat().st_ctime > age:
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def keep_deleting(folder: Path, forget: Callable[[], None]) -> None:
    """Delete old files until the process ends, and call `forget` each time."""

    def work() -> None:
        while True:
            time.sleep(EVERY)
            with suppress(OSError):  # a folder was deleted while it was listed
                delete_old(folder, AGE)
            forget()

    threading.Thread(target=work, daemon=True).start()
