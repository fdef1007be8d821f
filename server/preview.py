"""The preview of links to the page: its head with absolute addresses, and the picture, which the models draw."""

import threading
from functools import lru_cache
from pathlib import Path

import torch
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from faces.image import read_picture, to_array, to_tensor
from pages.share import draw, fill_head
from server.documents import Document
from server.guard.address import public_address
from vae_models.hub.pull import Pulled

PICTURE = "records/share.jpg"
MOST_ADDRESSES = 16  # of the page, that are kept in memory: a visitor chooses the header Host


class Preview:
    """The page and its picture. The picture is drawn when it is first asked for: not while the app starts."""

    def __init__(self, models: tuple[Pulled, ...], page: Path, faces: tuple[Path, ...]) -> None:
        """Take the models, the page's HTML, and the sampled faces of the picture."""
        self.models = models
        self.page = page
        self.faces = faces
        self._picture: Document | None = None
        self._lock = threading.Lock()
        self._fill = lru_cache(MOST_ADDRESSES)(self._fill_page)

    def routes(self) -> list[Route]:
        """Return the routes of the page and the picture."""
        return [Route("/", self.send_page), Route(f"/{PICTURE}", self.send_picture)]

    async def send_page(self, request: Request) -> Response:
        """Answer with the page: the addresses in its head are those by which this visitor reaches it."""
        return self._fill(public_address(request), self.page.stat().st_mtime_ns).answer(request)

    async def send_picture(self, request: Request) -> Response:
        """Answer with the picture."""
        return (await run_in_threadpool(self.draw_once)).answer(request)

    def draw_once(self) -> Document:
        """Draw the picture, or return the one that was drawn."""
        with self._lock:
            if self._picture is None:
                faces = torch.cat([to_tensor(to_array(read_picture(face))[None]) for face in self.faces])
                self._picture = Document.create(draw(self.models, faces), "image/jpeg")
            return self._picture

    def _fill_page(self, address: str, _changed: int) -> Document:
        page = fill_head(self.page.read_text(encoding="utf-8"), address, self.models)
        return Document.create(page.encode(), "text/html")
