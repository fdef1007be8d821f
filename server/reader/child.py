"""The process that reads large pictures: `python -c "from server.reader.child import serve; serve()"`.

It imports neither torch nor gradio, so it starts in half a second. Its memory is limited: some
files make a decoder take far more than their decoded size. They get a sentence, and the machine keeps its memory.
"""

import os
import pickle
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from faces.errors import PictureError

LARGEST = 2_000_000_000  # bytes of memory, the libraries' 100 million among them
TOO_LARGE = "This picture needs more memory than the app gives to one: make it smaller first."


def serve() -> None:
    """Answer requests from the standard input, one after the other, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to every process of a terminal: the app ends this one
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints is taken for an answer
    import cv2

    cv2.setNumThreads(1)
    limit_memory()
    if hasattr(os, "nice"):
        os.nice(5)  # visitors who wait for nothing large come first
    while answer_one(sys.stdin.buffer, answers):
        pass


def answer_one(requests: BinaryIO, answers: BinaryIO) -> bool:
    """Answer the next request: a function and its arguments, pickled; return False at the end of the requests."""
    try:
        function, arguments = pickle.load(requests)
    except EOFError:
        return False
    answer = run(function, arguments)
    pickle.dump(answer, answers, protocol=5)
    answers.flush()
    return True


def run(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    """Return True and the result of a function, or False and the error that it raised."""
    try:
        return True, function(*arguments)
    except MemoryError:
        return False, PictureError(TOO_LARGE)
    except Exception as error:  # raised again by the process that has asked
        return False, error


def limit_memory() -> None:
    """Limit the memory of this process, on systems that can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (LARGEST, hard))
