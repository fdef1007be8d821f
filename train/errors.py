"""What ended a command, as a sentence that says what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager


class UserError(ValueError):
    """Mistake that the user can fix. `python -m train` prints its message, one sentence, instead of a traceback."""


@contextmanager
def as_user_error(*kinds: type[Exception]) -> Iterator[None]:
    """Turn exceptions of these kinds, whose messages are written for the user, into UserErrors.

    Wrap single calls of the library only: a wider block would hide faults of our own.
    """
    try:
        yield
    except UserError:
        raise
    except kinds as error:
        raise UserError(str(error)) from error


MEMORY = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "unable to allocate",
    "bad_alloc",
    "alloc_failed",
    "not enough memory",
)
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
MENDS = {
    errno.EACCES: "choose a place that you may read and write",
    errno.EPERM: "choose a place that you may read and write",
    errno.EROFS: "choose a place that can be written",
    errno.ENOTDIR: "choose a folder, not a file",
    errno.EEXIST: "choose a folder, not a file",
}


def is_memory(error: BaseException) -> bool:
    """Whether it is about too little memory, of the machine or of a GPU: torch raises plain RuntimeErrors, too."""
    return isinstance(error, MemoryError) or any(words in str(error).lower() for words in MEMORY)


def sentence(error: BaseException, *, training: bool) -> str:
    """The error in one line."""
    if is_memory(error):
        return _memory(error, training=training)
    if isinstance(error, OSError) and error.errno is not None:
        return _system(error, training=training)
    return str(error)


def _memory(error: BaseException, *, training: bool) -> str:
    fact = str(error).strip().partition("\n")[0].rstrip(".") or "the machine refused more"
    mend = (
        "a smaller --batch-size or --width takes less" if training else "end what else runs, or take a larger machine"
    )
    return f"there is too little memory ({fact}): {mend}"


def _system(error: OSError, *, training: bool) -> str:
    place = f" ({error.filename})" if error.filename else ""
    if error.errno in NO_ROOM:
        again = "the same command with --resume goes on" if training else "run the command again"
        return f"the disk has no room left{place}: make some, then {again}"
    mend = MENDS.get(error.errno or 0)
    return f"{error.strerror}{place}" + (f": {mend}" if mend else "")
