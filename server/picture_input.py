"""The forms in which callers of the API send a picture: an upload, a web address, or base64 text."""

import base64
import re
from contextlib import suppress
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import unquote, unquote_to_bytes

import gradio as gr
import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from faces.errors import PictureError
from faces.image import to_tensor
from faces.preprocessing import preprocess
from server.fetch import fetch
from server.limits import LARGEST_FILE, MOST_IN_PICTURE, TOO_LARGE
from server.uploads import KEPT, get_folder, is_upload
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
SHORTEST = 64  # characters of base64 text: no picture is smaller, but many words are valid base64


def read_face(picture: object, crop: object, which: object) -> Pixels:
    """Read a picture that a caller sent, and the face in it or the square in its middle.

    Raises:
        PictureError: if it is no picture, or has no such face.
        ValueError: if `crop` is none of `Crop`, or `which` is no number of a face.
    """
    centre = require_choice("The crop", crop, get_args(Crop)) == "centre"
    number = require_whole("The face's number", which, 1, MOST_IN_PICTURE)
    return preprocess(read_bytes(picture), "centre" if centre else "aligned", number).pixels


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


def _read_upload(path: str) -> bytes | None:
    """Return the bytes of an upload, None for any other path. Raises PictureError if the upload was deleted."""
    with suppress(FileNotFoundError):  # deleted between the check and the reading
        if is_upload(path):
            return Path(path).read_bytes()
    if path.startswith(str(get_folder())):
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
