"""The engine's test page in Chromium, with and without an app beside it."""

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page
from skimage import data

from benchmarks.engine_page import EnginePage, serve_engine_page
from benchmarks.running_app import running_app
from tests.conftest import draw_face

PATIENCE = 120_000.0  # milliseconds; CI's machines are slow
# what scripts of the tests use: files and pictures pass as base64, other typed arrays as lists
HELPERS = """
const read = text => Uint8Array.fromBase64(text);
const file = text => new Blob([read(text)]);
const crop = text => new Uint8ClampedArray(read(text).buffer);
const plain = value => value instanceof Uint8ClampedArray ? new Uint8Array(value).toBase64()
  : ArrayBuffer.isView(value) ? [...value]
  : Array.isArray(value) ? value.map(plain)
  : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]))
  : value;
"""

Pixels = NDArray[np.uint8]


class Visit:
    """A page of the engine: its requests, and what its console says."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.urls: list[str] = []
        self.bodies: list[bytes] = []
        self.errors: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.context.on("request", self._note)
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, request: Any) -> None:
        self.urls.append(request.url)
        if request.post_data_buffer is not None:
            self.bodies.append(request.post_data_buffer)

    def open(self, address: str) -> None:
        """Open the page and wait for its engine."""
        self.page.goto(address)
        self.page.locator("#status", has_text="ready").wait_for()

    def ask(self, script: str, argument: Any = None) -> Any:
        """Evaluate an expression of JavaScript that may use the page's globals, the helpers and `argument`."""
        return self.page.evaluate(f"async argument => {{ {HELPERS} return plain(await ({script})); }}", argument)


@contextmanager
def open_visit(browser: Browser, address: str, script: str = "") -> Iterator[Visit]:
    """Open the page in a new context, with an empty cache; `script` runs before the page's own."""
    context = browser.new_context()
    visit = Visit(context.new_page())
    if script:
        visit.page.add_init_script(script)
    try:
        visit.open(address)
        yield visit
    finally:
        context.close()


@pytest.fixture(scope="session")
def app() -> Iterator[str]:
    """Start the app."""
    with running_app() as running:
        yield running.address


@pytest.fixture(scope="session")
def served() -> Iterator[EnginePage]:
    """Serve the page without an app."""
    with serve_engine_page() as page:
        yield page


@pytest.fixture(scope="session")
def address_with_app(app: str) -> Iterator[str]:
    """Serve the page beside the app; return its address."""
    with serve_engine_page(app) as page:
        yield f"{page.address}?server={app}"


def encode(picture: Image.Image, form: str = "PNG") -> bytes:
    """Encode a picture as a file."""
    stream = io.BytesIO()
    picture.save(stream, form)
    return stream.getvalue()


def pack(data: bytes) -> str:
    """Encode a file, or the RGBA of a picture, for a script."""
    return base64.b64encode(data).decode()


def unpack(text: str) -> Pixels:
    """Decode the RGBA of pictures of 64 x 64 pixels, (N, 64, 64, 3)."""
    return np.array(bytearray(base64.b64decode(text)), np.uint8).reshape(-1, 64, 64, 4)[..., :3]


@cache
def portrait(size: int = 512) -> bytes:
    """Return Eileen Collins (NASA, public domain) as a JPEG."""
    return encode(Image.fromarray(data.astronaut()).resize((size, size)), "JPEG")


@cache
def drawn_crop() -> Pixels:
    """Draw a crop, (64, 64, 3)."""
    return np.array(draw_face(1))


def drawn_rgba() -> str:
    """Return the RGBA of `drawn_crop`, for a script."""
    return pack(draw_face(1).convert("RGBA").tobytes())
