"""Long texts of requests, held in memory under names that nobody can guess until their endpoint reads them.

Pictures come as base64 text of up to 28 MB. To parse JSON of that size would stop the event loop, and so all visitors:
it is never parsed, only the name of the text is.
"""

import re
import secrets
import time
from typing import NamedTuple

PREFIX = "held:"
BLOCK = 2**18  # bytes that are changed at once
ESCAPE = re.compile(rb"\\(?:[/nrt]|u00([2-7][0-9a-fA-F]))")
SECONDS = 150  # after which a text is dropped that no endpoint has read, such as that of a cancelled call


class Text(NamedTuple):
    """Text as JSON has it between its quotation marks, in UTF-8."""

    data: bytes
    since: float  # on the monotonic clock


_texts: dict[str, Text] = {}


def hold(data: bytes) -> str:
    """Hold a text and return its name."""
    name = PREFIX + secrets.token_urlsafe(24)
    _texts[name] = Text(data, time.monotonic())
    return name


def take(name: str) -> str | None:
    """Return a text that is held, once; None if there is none of this name."""
    text = _texts.pop(name, None)
    return None if text is None else _unescape(text.data)


def drop(name: str) -> None:
    """Drop a text that nobody will read."""
    _texts.pop(name, None)


def drop_old() -> None:
    """Drop the texts that no endpoint has read in time."""
    limit = time.monotonic() - SECONDS
    for name in [name for name, text in list(_texts.items()) if text.since < limit]:
        drop(name)


def count_bytes() -> int:
    """Count the bytes of all texts that are held."""
    return sum(len(text.data) for text in list(_texts.values()))


def _unescape(data: bytes) -> str:
    """Return a text without the escapes of JSON that base64 may have: of slashes, plus signs, and ends of lines."""
    if b"\\" not in data:
        return data.decode("ascii", "replace")
    parts, start = [], 0
    while start < len(data):  # in blocks: Python runs nothing else during one replacement
        end = start + BLOCK
        escape = data.rfind(b"\\", end - 5, end)
        end = end if escape < 0 else escape  # cuts no escape
        parts.append(ESCAPE.sub(_read_escape, data[start:end]))
        start = end
    return b"".join(parts).decode("ascii", "replace")


def _read_escape(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return bytes.fromhex(match[1].decode())
    return b"/" if match[0] == b"\\/" else b""
