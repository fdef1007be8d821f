"""The folder of this process for uploads and results, which only its user can read.

The process holds a lock on it. The system releases the lock when the process ends, however it ends, so the next start
can tell what a killed process has left, and deletes that.
"""

import atexit
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from server.start import StartError

if sys.platform != "win32":
    import fcntl

FOLDER = "GRADIO_TEMP_DIR"  # names the folder to gradio; a user may set it, and then ours is created inside
PREFIX = "vae-faces-"
OURS = re.compile(rf"{PREFIX}[0-9a-f]{{32}}")
PRIVATE = 0o700

_ending = threading.Event()


def create_folder() -> Path:
    """Create the folder of this process, in the one that the user has set or else in the temporary one.

    Folders that killed processes have left there are deleted, and this one is when the process ends. Gradio must be
    imported after this.

    Raises:
        StartError: if no folder can be created.
    """
    try:
        parent = Path(os.environ.get(FOLDER) or tempfile.gettempdir())
        parent.mkdir(parents=True, exist_ok=True)
        parent = parent.resolve()
        delete_abandoned(parent)
        folder = parent / f"{PREFIX}{secrets.token_hex(16)}"
        new = folder.with_name(f"{folder.name}-new")  # no other start deletes it before it is locked
        new.mkdir(PRIVATE)
        _lock(new)
        new.rename(folder)
    except OSError as error:
        raise StartError(f"Uploads need a temporary folder that can be written: set TMPDIR ({error})") from error
    os.environ[FOLDER] = str(folder)
    atexit.register(_end, folder, os.getpid())
    return folder


def get_folder() -> Path:
    """Return the folder of this process. Raises KeyError if it was not created."""
    return Path(os.environ[FOLDER])


def add_folder() -> Path:
    """Add a folder for one upload or result, with a name that nobody can guess."""
    folder = get_folder()
    if not _ending.is_set():  # a cleaner of temporary files may have deleted it
        folder.mkdir(PRIVATE, exist_ok=True)
    inner = folder / secrets.token_urlsafe(16)
    inner.mkdir(PRIVATE)
    return inner


def delete_abandoned(parent: Path) -> None:
    """Delete the folders in `parent` that processes of this user had, and that no process holds any more."""
    for path in parent.iterdir():
        if OURS.fullmatch(path.name):
            with suppress(OSError):  # held, of another user, or deleted already
                _delete_if_abandoned(path)


def _delete_if_abandoned(path: Path) -> None:
    """Delete a folder of this user unless a process holds it. Raises OSError if one does, or if it is no folder."""
    if sys.platform == "win32":  # no locks there
        return
    # no link: in a shared temporary folder, others could lead us to a folder that is not ours
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        facts = os.fstat(descriptor)
        if facts.st_uid == os.geteuid() and stat.S_IMODE(facts.st_mode) == PRIVATE:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(descriptor)


def _lock(folder: Path) -> None:
    """Hold a folder until this process ends; cleaners of temporary files respect this lock, too."""
    if sys.platform != "win32":
        with suppress(OSError):  # a file system without locks, where nothing is deleted by a later start either
            fcntl.flock(os.open(folder, os.O_RDONLY | os.O_DIRECTORY), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _end(folder: Path, owner: int) -> None:
    """Delete the folder; a request that is still answered may add to it meanwhile."""
    if os.getpid() != owner:  # a process that was forked
        return
    _ending.set()
    for _ in range(10):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
