"""The forms in which callers of the API send a picture: an upload, a web address, or base64 text."""

import base64
import os
import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

import gradio as gr
from gradio.utils import get_upload_folder

from faces.errors import PictureError
from ui.fetch import fetch
from ui.uploads import KEPT, LARGEST_FILE, TOO_LARGE

# gr.FileData alone would make gradio's MCP server read data URLs itself: into files that it never deletes
PictureInput = gr.FileData | str

FORMS = (
    "Send a picture as a file (with gradio_client: handle_file('portrait.jpg')), as a public http address, or as "
    "base64 text; files of the server are not read."
)
SERVED = "/gradio_api/file="  # begins the path at which gradio serves an upload
SHORTEST = 64  # characters of base64 text: no picture is smaller, but many words are valid base64


def read(value: object) -> bytes:
    """Return the bytes of a picture that a caller sent, as JSON has it: a FileData or a string.

    Raises PictureError if it is in none of the `FORMS`, is not there, or has more than `LARGEST_FILE` bytes.
    """
    text = (value.get("path") or value.get("url")) if isinstance(value, dict) else value
    if not isinstance(text, str):
        raise PictureError(FORMS)
    if len(text) > 3 * LARGEST_FILE:  # even where each byte is written as %FF
        raise PictureError(TOO_LARGE)
    text = text.strip()
    if re.match("data:", text, re.IGNORECASE):
        data = _read_data_url(text)
    elif re.match("https?://", text, re.IGNORECASE):
        upload = _read_upload(unquote(text.partition(SERVED)[2]))
        data = fetch(text) if upload is None else upload
    else:
        upload = _read_upload(text)
        data = _read_base64(text) if upload is None else upload
    if len(data) > LARGEST_FILE:
        raise PictureError(TOO_LARGE)
    return data


def is_upload(path: str) -> bool:
    """Check whether a path is that of a file in the folder of uploads, links resolved."""
    try:
        file = Path(os.path.realpath(path))
        return file.is_relative_to(os.path.realpath(get_upload_folder())) and file.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _read_upload(path: str) -> bytes | None:
    """Return the bytes of an upload, None for any other path. Raises PictureError if the upload was deleted."""
    with suppress(FileNotFoundError):  # deleted between the check and the reading
        if is_upload(path):
            return Path(path).read_bytes()
    if path.startswith(get_upload_folder()):
        raise PictureError(f"This upload is not there: uploads are deleted after {KEPT} seconds. Send it once more.")
    return None


def _read_data_url(text: str) -> bytes:
    header, comma, body = text.partition(",")
    data = unquote_to_bytes(body)
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


def _decode_base64(text: str) -> bytes | None:
    """Decode base64 of either alphabet, with or without line breaks and padding; None if it is no base64."""
    digits = re.sub(r"\s+", "", text).rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except ValueError:
        return None
