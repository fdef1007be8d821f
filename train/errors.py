"""Errors that the user can fix, and how they are printed."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec


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


HINTS = {
    errno.EACCES: "choose a path that you may read and write",
    errno.EPERM: "choose a path that you may read and write",
    errno.EROFS: "choose a path that can be written",
    errno.ENOTDIR: "choose a folder, not a file",
    errno.EEXIST: "choose a folder, not a file",
    errno.EISDIR: "choose a file, not a folder",
    errno.ENOENT: "choose a path that exists",
}


@contextmanager
def path_errors() -> Iterator[None]:
    """Turn an OSError about a path that the user named into a UserError with a hint.

    Wrap only the calls that open or create that path. Other OSErrors, such as a full disk, pass through.
    """
    try:
        yield
    except OSError as error:
        hint = HINTS.get(error.errno or 0)
        if hint is None:
            raise
        path = f" ({error.filename})" if error.filename else ""
        raise UserError(f"{error.strerror}{path}: {hint}") from error


def require_package(package: str, *, command: str, pip: str) -> None:
    """Raise UserError if `package`, which `pip install PIP` provides, is not installed."""
    if find_spec(package) is None:
        raise UserError(f"{command} needs a package that is not installed: pip install {pip}")


DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# torch raises plain RuntimeErrors if its allocators fail, except for torch.OutOfMemoryError on a GPU
OUT_OF_MEMORY = ("out of memory", "DefaultCPUAllocator", "STATUS_ALLOC_FAILED")


def explain(error: BaseException, *, training: bool) -> str | None:
    """Explain an error to the user in one sentence that says what to do.

    Returns None if only a traceback helps, because the error is a fault of this program.
    """
    if isinstance(error, UserError):
        return str(error)
    if is_memory(error):
        fact = str(error).strip().partition("\n")[0].rstrip(".") or "the machine refused more"
        hint = "use a smaller --batch-size or --width" if training else "end other programs, or use a larger machine"
        return f"there is too little memory ({fact}): {hint}"
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        path = f" ({error.filename})" if error.filename else ""
        return f"the disk is full{path}: make room, then run the command again{' with --resume' if training else ''}"
    return None


def is_memory(error: BaseException) -> bool:
    """Decide whether an error means that the machine, or a GPU, has too little memory."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    torch_failed = isinstance(error, RuntimeError) and any(words in str(error) for words in OUT_OF_MEMORY)
    return isinstance(error, MemoryError) or torch_failed
