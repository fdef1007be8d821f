"""The forms in which callers of the API send a picture: an upload, a web address, or base64 text."""

import base64
import re
import string
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore
from typing import Literal, TypeVar, get_args
from urllib.parse import unquote, unquote_to_bytes

import gradio as gr
import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from faces.errors import PictureError
from faces.image import to_tensor
from server.fetch import fetch
from server.guard import held
from server.guard.memory import release_soon
from server.limits import LARGEST_FILE, MOST_IN_PICTURE, TOO_LARGE
from server.reader import jobs, process
from server.uploads.deletion import KEPT
from server.uploads.files import is_upload
from server.uploads.folder import get_folder
from server.validation import require_choice, require_whole

# gr.FileData alone would make gradio's MCP server read data URLs itself: into files that it never deletes
PictureInput = gr.FileData | str
Crop = Literal["face", "centre"]
Pixels = NDArray[np.uint8]  # (64, 64, 3), a face as the models see it

FORMS = (
    "Send a picture as a file (with gradio_client: handle_file('portrait.jpg')), as a public http address, or as "
    "base64 text; files of the server are not read."
)
SERVED = "/gradio_api/file="  # begins the path at which gradio serves an upload
ADDRESS = re.compile("https?://", re.IGNORECASE)
LONGEST = 4096  # characters of an address or a path
BLOCK = 2**18  # characters that are decoded at once: Python runs nothing else meanwhile
AT_ONCE = 4  # pictures whose bytes are read or fetched at the same time
SHORTEST = 64  # characters of base64 text: no picture is smaller, but many words are valid base64

A = TypeVar("A")

_reading, _fetching = BoundedSemaphore(AT_ONCE), BoundedSemaphore(AT_ONCE)


def read_face(picture: object, crop: object, which: object) -> Pixels:
    """Read a picture that a caller sent, and the face in it or the square in its middle.

    Raises:
        PictureError: if it is no picture, or has no such face.
        ValueError: if `crop` is none of `Crop`, or `which` is no number of a face.
    """
    centre = require_choice("The crop", crop, get_args(Crop)) == "centre"
    number = require_whole("The face's number", which, 1, MOST_IN_PICTURE)
    return read(picture, jobs.crop_face, "centre" if centre else "aligned", number)


def read(picture: object, job: Callable[..., A], *arguments: object) -> A:
    """Return what a function of `server.reader.jobs` makes of a picture that a caller sent. Raises PictureError."""
    is_address = isinstance(picture, str) and ADDRESS.match(picture)
    with _fetching if is_address else _reading:  # slow machines elsewhere keep only each other waiting
        data = read_bytes(picture)
    try:
        return process.read(job, data, *arguments)
    finally:
        release_soon()


def to_batch(pixels: Pixels) -> Tensor:
    """Return a face as a batch of one, (1, 3, 64, 64) in [0, 1]."""
    return to_tensor(pixels[None])


def read_bytes(value: object) -> bytes:
    """Return the bytes of a picture that a caller sent, as JSON has it: a FileData or a string.

    Raises:
        PictureError: if it is in none of the `FORMS`, is not there, or has more than `LARGEST_FILE` bytes.
    """
    text = (value.get("path") or value.get("url")) if isinstance(value, dict) else value
    if not isinstance(text, str):
        raise PictureError(FORMS)
    if text.startswith(held.PREFIX):  # a long text, which was taken out of its request
        text = held.take(text) or ""
    if len(text) > 3 * LARGEST_FILE:  # even where each byte is written as %FF
        raise PictureError(TOO_LARGE)
    text = text.strip()
    if re.match("data:", text, re.IGNORECASE):
        data = _read_data_url(text)
    elif ADDRESS.match(text):
        if len(text) > LONGEST:
            raise PictureError(f"This address has more than {LONGEST:,} characters.")
        upload = _read_upload(unquote(text.partition(SERVED)[2]))
        data = fetch(text) if upload is None else upload
    else:
        upload = _read_upload(text)
        data = _read_base64(text) if upload is None else upload
    if len(data) > LARGEST_FILE:
        raise PictureError(TOO_LARGE)
    return data


def _read_upload(path: str) -> bytes | None:
    """Return the bytes of an upload, None for any other path. Raises PictureError if the upload was deleted."""
    if len(path) > LONGEST:
        return None
    with suppress(FileNotFoundError):  # deleted between the check and the reading
        if is_upload(path):
            return Path(path).read_bytes()
    if path.startswith(str(get_folder())):
        raise PictureError(f"This upload is not there: uploads are deleted after {KEPT} seconds. Send it once more.")
    return None


def _read_data_url(text: str) -> bytes:
    header, comma, body = text.partition(",")
    data = _unquote(body)
    if comma and not header.lower().endswith(";base64"):
        return data
    decoded = _decode_base64(data.decode("ascii", "replace"))
    if not comma or decoded is None:
        raise PictureError("This data URL is damaged: it should read data:image/jpeg;base64, and then base64 text.")
    return decoded


def _read_base64(text: str) -> bytes:
    data = _decode_base64(text)
    if data is None or len(text) < SHORTEST:
        raise PictureError(FORMS)
    return data


def _unquote(text: str) -> bytes:
    """Decode the escapes of an address, such as %2F."""
    if "%" not in text:
        return text.encode(errors="replace")
    parts, start = [], 0
    while start < len(text):
        end = start + BLOCK
        end -= next((i for i in (1, 2) if text[end - i : end - i + 1] == "%"), 0)  # cuts no escape
        parts.append(unquote_to_bytes(text[start:end].encode(errors="replace")))
        start = end
    return b"".join(parts)


def _strip_end(text: str) -> str:
    """Return a text without padding and spaces at its end."""
    for start in range((len(text) - 1) // BLOCK * BLOCK, -1, -BLOCK):
        if last := text[start : start + BLOCK].rstrip("=" + string.whitespace):
            return text[: start + len(last)]
    return ""


def _decode_base64(text: str) -> bytes | None:
    """Decode base64 of either alphabet, with or without line breaks and padding; None if it is no base64."""
    text = _strip_end(text)
    if "=" in text:
        return None
    parts, digits, alphabet = [], "", str.maketrans("-_", "+/")
    for start in range(0, len(text), BLOCK):
        digits += re.sub(r"\s+", "", text[start : start + BLOCK]).translate(alphabet)
        is_last = start + BLOCK >= len(text)
        whole = len(digits) if is_last else len(digits) // 4 * 4
        try:
            parts.append(base64.b64decode(digits[:whole] + "=" * (-whole % 4), validate=True))
        except ValueError:
            return None
        digits = digits[whole:]
    return b"".join(parts)
