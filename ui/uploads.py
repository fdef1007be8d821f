"""Where uploads and results lie for the minutes that they are needed, and how they go."""

import atexit
import os
import shutil
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

EVERY, AGE = 30, 120  # seconds: how often it is looked for what is older than that
KEPT = EVERY + AGE  # seconds that a file can lie there
FOLDER = "GRADIO_TEMP_DIR"


def private_folder() -> Path:
    """Gradio's cache in a folder of this process alone, deleted at its end; one that is set already is left as it is.

    To be called before gradio is imported.
    """
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="vae-faces-")
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
