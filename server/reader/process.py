"""Reading of pictures: small ones here, all others one at a time in a separate process.

A decoder needs up to ten times the decoded size of a picture, and may hold Python's lock for a second, during which no
visitor is answered. Another process takes neither memory nor time from this one, and all of it comes back when it ends.
"""

import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from faces.errors import PictureError
from faces.files.decoding import measure
from faces.formats import BMP, GIF, JPEG, PNG, PPM, recognise

SMALL_FILE, SMALL = 2**20, 8_000_000  # bytes of a file and of its decoded pixels that are read in this process
# the decoders that need memory for nothing but the pixels, let other threads run, and measure without decoding
PLAIN = (JPEG, PNG, GIF, BMP, PPM)
SECONDS = 60.0  # for one picture
IDLE = 20.0  # seconds after which the process ends
PATIENCE = 120.0  # seconds that a picture waits for its turn
COMMAND = (sys.executable, "-c", "from server.reader.child import serve; serve()")
ROOT = Path(__file__).parents[2]

BROKEN = f"This picture cannot be read, or not within {SECONDS:.0f} seconds: save it again as an ordinary JPEG or PNG."
BUSY = "The app is busy with other pictures: try again in a minute."

P = ParamSpec("P")
A = TypeVar("A")


def read(function: Callable[Concatenate[bytes, P], A], data: bytes, *arguments: P.args, **options: P.kwargs) -> A:
    """Return a function of `server.reader.jobs` of the bytes of a picture.

    Raises:
        PictureError: if the picture cannot be used, takes too long, or had to wait too long.
    """
    if is_small(data):
        return function(data, *arguments, **options)
    return READER.run(function, data, *arguments)


def is_small(data: bytes) -> bool:
    """Check whether a picture can be read in this process. Raises PictureError if it is none."""
    form = recognise(data)
    return len(data) <= SMALL_FILE and form in PLAIN and measure(data) <= SMALL


class Reader:
    """The process, which is started for the first large picture and ends some seconds after the last one."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._idle: threading.Timer | None = None

    def run(self, function: Callable[..., A], *arguments: object) -> A:
        """Return a function of arguments, run in the process. Raises the errors that it raises."""
        if not self._turn.acquire(timeout=PATIENCE):
            raise PictureError(BUSY)
        try:
            if self._idle:
                self._idle.cancel()
            succeeded, answer = self._ask((function, arguments))
            self._idle = threading.Timer(IDLE, self.end)
            self._idle.daemon = True
            self._idle.start()
        finally:
            self._turn.release()
        if not succeeded:
            raise answer
        return cast(A, answer)

    def end(self) -> None:
        """End the process unless it reads a picture."""
        if self._turn.acquire(blocking=False):
            self._stop()
            self._turn.release()

    def _ask(self, request: object) -> tuple[bool, Any]:
        process = self._process
        if process is None or process.poll() is not None:
            self._process = process = subprocess.Popen(
                COMMAND, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        assert process.stdin
        assert process.stdout
        limit = threading.Timer(SECONDS, process.kill)
        limit.start()
        try:
            pickle.dump(request, process.stdin, protocol=5)
            process.stdin.flush()
            return pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):  # it was killed, or a decoder has crashed
            self._stop()
            raise PictureError(BROKEN) from None
        finally:
            limit.cancel()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        self._process = None


READER = Reader()
