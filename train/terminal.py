"""Output that survives its terminal: a run whose window is closed must still save, although nobody reads its output."""

import errno
import io
import os
import sys
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

CLOSED = (errno.EIO, errno.EPIPE)  # of a terminal; of a pipe, such as `| tee`


class _Output(io.FileIO):
    """File descriptor that drops what it can no longer write."""

    def write(self, data: "Buffer") -> int:
        try:
            return super().write(data)
        except OSError as error:
            if error.errno not in CLOSED:
                raise
            return memoryview(data).nbytes


def ignore_closed_terminal() -> None:
    """Let this process drop its output, instead of failing, once its terminal or its pipe is closed."""
    if os.name == "posix":  # Windows' console is not a file
        sys.stdout = _replace(sys.stdout, sys.__stdout__)
        sys.stderr = _replace(sys.stderr, sys.__stderr__)


def _replace(stream: "IO[str]", original: "IO[str] | None") -> "IO[str]":
    if stream is not original or not isinstance(stream, io.TextIOWrapper):  # replaced, by a notebook for example
        return stream
    stream.flush()
    output = _Output(stream.fileno(), "w", closefd=False)
    return io.TextIOWrapper(
        # with PYTHONUNBUFFERED, a stream has no buffer: one of our own would change the order of the output
        output if isinstance(stream.buffer, io.RawIOBase) else io.BufferedWriter(output),  # type: ignore[arg-type]
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
