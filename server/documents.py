"""Answers to requests for files: compressed if they are text, and 304 if the browser has them already."""

import gzip
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self

import brotli
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from pages.files import POLICY

BROTLI_QUALITY = 9  # of 11; the last two take ten times as long
HEADERS = {
    "Cache-Control": "no-cache",  # a browser asks each time whether the ETag is still the same
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
}


class Document(NamedTuple):
    """A text or a small file in memory."""

    media_type: str
    etag: str
    encodings: dict[str, bytes]  # "br", "gzip" and, without compression, "identity"

    @classmethod
    def create(cls, data: bytes, media_type: str) -> Self:
        """Create a document, compressed if it is text."""
        encodings = {"identity": data}
        if media_type.startswith("text/") or media_type in ("application/json", "image/svg+xml"):
            packed = {
                "br": brotli.compress(data, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY),
                "gzip": gzip.compress(data, mtime=0),
            }
            encodings |= {name: part for name, part in packed.items() if len(part) < len(data)}
        # weak: the encodings have other bytes
        return cls(media_type, f'W/"{hashlib.sha256(data).hexdigest()[:20]}"', encodings)

    @classmethod
    def create_json(cls, content: Any, media_type: str = "application/json") -> Self:
        """Create a document of plain JSON."""
        return cls.create(json.dumps(content, ensure_ascii=False).encode(), media_type)

    def answer(self, request: Request) -> Response:
        """Answer a request with the shortest encoding that the browser reads."""
        headers = {**HEADERS, "ETag": self.etag, "Vary": "Accept-Encoding"}
        if _has(request, self.etag):
            return Response(status_code=304, headers=headers)
        accepted = {part.partition(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
        name, data = min(
            ((name, data) for name, data in self.encodings.items() if name in accepted or name == "identity"),
            key=lambda pair: len(pair[1]),
        )
        if name != "identity":
            headers["Content-Encoding"] = name
        return Response(data, headers=headers, media_type=self.media_type)


@lru_cache(maxsize=256)
def _read(path: Path, media_type: str, _changed: int) -> Document:
    return Document.create(path.read_bytes(), media_type)


def answer_text(request: Request, path: Path, media_type: str) -> Response:
    """Answer with a text file."""
    return _read(path, media_type, path.stat().st_mtime_ns).answer(request)


def answer_binary(request: Request, path: Path, media_type: str) -> Response:
    """Answer with a file that cannot be compressed, of which a part can be requested."""
    facts = path.stat()
    etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
    headers = {**HEADERS, "ETag": etag}
    if _has(request, etag):
        return Response(status_code=304, headers=headers)
    _drop_odd_range(request, facts.st_size)
    return FileResponse(path, headers=headers, media_type=media_type, stat_result=facts)


def _drop_odd_range(request: Request, size: int) -> None:
    """Forget which part is asked for unless it is one part of the file: then all of it is sent."""
    part = re.fullmatch(r"bytes=(\d{1,18})-(\d{0,18})", request.headers.get("range", ""))
    if part is None or not int(part[1]) <= int(part[2] or size - 1) or int(part[1]) >= size:
        request.scope["headers"] = [header for header in request.scope["headers"] if header[0] != b"range"]


def _has(request: Request, etag: str) -> bool:
    """Check whether the browser has this version of the file."""
    known = (part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(","))
    return etag.removeprefix("W/") in known
