"""The addresses of uploads and results, in place of gradio's.

Gradio writes an upload under a name that the visitor chooses, and leaves it there if the request breaks off. Here a
request is read into memory and files without a name, and only a complete picture gets one: ours.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from anyio import to_thread
from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from server.limits import LARGEST_FILE, MOST_KEPT, MOST_KEPT_FILES, MOST_UPLOADS, TOO_LARGE
from server.uploads.deletion import KEPT
from server.uploads.files import is_upload, measure_folder
from server.uploads.folder import add_folder

NAME = "upload"  # of every upload: a visitor's own name for it is not kept
ENDINGS = frozenset((".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".ppm", ".avif", ".heic"))
SHOWN = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}  # a browser saves all others
CHUNK = 2**16  # bytes

NO_FORM = "Send pictures as multipart/form-data, each as a file of the field files."
BROKEN = "This upload is not complete, or no multipart/form-data."
MANY = f"At most {MOST_UPLOADS} files can be sent at once."
FULL = f"The app keeps too many uploads at the moment: try again in {KEPT} seconds."
GONE = f"There is no such file: uploads and results are deleted after {KEPT} seconds."


async def upload(request: Request) -> Response:
    """Keep the files of a request for minutes, and answer with their paths."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return _refuse(NO_FORM, 400)
    if (await to_thread.run_sync(measure_folder)).is_above(MOST_KEPT, MOST_KEPT_FILES):
        return _refuse(FULL, 503)
    try:
        async with request.form(max_files=MOST_UPLOADS, max_fields=MOST_UPLOADS) as form:
            files = [part for part in form.getlist("files") if isinstance(part, UploadFile)]
            if not files:
                return _refuse(NO_FORM, 400)
            if any((file.size or 0) > LARGEST_FILE for file in files):
                return _refuse(TOO_LARGE, 413)
            return JSONResponse([await to_thread.run_sync(_keep, file) for file in files])
    except HTTPException as error:
        if error.status_code != 400:  # the guard's, with a sentence
            return _refuse(error.detail, error.status_code)
        return _refuse(MANY if "Too many" in error.detail else BROKEN, 400)
    except (FormParserError, ValueError):
        return _refuse(BROKEN, 400)
    except OSError:  # the disk is full
        return _refuse(FULL, 503)


def _keep(file: UploadFile) -> str:
    """Write an upload into a folder of its own, and return its path."""
    ending = os.path.splitext(file.filename or "")[1].lower()
    path = add_folder() / (NAME + ending if ending in ENDINGS else NAME)
    with path.open("xb") as copy:
        shutil.copyfileobj(file.file, copy)
    return str(path)


async def send(request: Request) -> Response:
    """Answer with an upload or a result; all of it, whatever part is asked for."""
    return await to_thread.run_sync(_open, request.path_params["path"])


def _open(path: str) -> Response:
    try:
        if not is_upload(path):
            return _refuse(GONE, 404)
        file = Path(path).open("rb")  # noqa: SIM115 - closed when all is sent; may be deleted meanwhile
    except OSError:  # deleted a moment ago
        return _refuse(GONE, 404)
    media_type = SHOWN.get(Path(path).suffix)
    headers = {
        "Content-Length": str(os.fstat(file.fileno()).st_size),
        "Cache-Control": "private, no-store",  # it is deleted here, so no browser keeps it
        "Content-Disposition": "inline" if media_type else "attachment",
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(_read(file), 200, headers, media_type or "application/octet-stream")


def _read(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _refuse(sentence: str, status: int) -> JSONResponse:
    return JSONResponse({"detail": sentence}, status)


ROUTES = [
    Route("/gradio_api/upload", upload, methods=["POST"]),
    Route("/gradio_api/file={path:path}", send, methods=["GET"]),  # and HEAD
]
