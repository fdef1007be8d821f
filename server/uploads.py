"""Where uploads and results lie for the minutes that they are needed, and how they go."""

import atexit
import os
import shutil
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from ui.serving import StartError

EVERY, AGE = 30, 120  # seconds: how often it is looked for what is older than that
KEPT = EVERY + AGE  # seconds that a file can lie there
FOLDER = "GRADIO_TEMP_DIR"
LARGEST_FILE = 20 * 2**20  # bytes
TOO_LARGE = f"This picture has more than {LARGEST_FILE >> 20} MB: make it smaller first."


def private_folder() -> Path:
    """Gradio's cache in a folder of this process alone, deleted at its end; one that is set already is left as it is.

    To be called before gradio is imported.
    """
    if FOLDER not in os.environ:
        try:
            os.environ[FOLDER] = tempfile.mkdtemp(prefix="vae-faces-")
        except OSError as error:
            raise StartError(f"Uploads need a temporary folder that can be written: set TMPDIR ({error})") from error
        atexit.register(shutil.rmtree, os.environ[FOLDER], ignore_errors=True)
    return Path(os.environ[FOLDER])


def sweep(folder: Path, age: float) -> None:
    """Remove the empty folders that are older than `age` seconds.

    Gradio deletes its files in time (`delete_cache`), but not their folders, whose names are made from the pictures.
    """
    if not folder.is_dir():
        return
    for place in folder.iterdir():
        with suppress(OSError):  # not empty, or gone already
            if place.is_dir() and time.time() - place.stat().st_ctime > age:
                place.rmdir()


def keep_sweeping(folder: Path) -> None:
    """Sweep in the background for as long as the process lives."""

    def work() -> None:
        while True:
            time.sleep(EVERY)
            sweep(folder, AGE)

    threading.Thread(target=work, daemon=True).start()
