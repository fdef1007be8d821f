"""What a visitor does and sees, in a few words."""

import time
from collections.abc import Callable
from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload, Page

from tests.conftest import BROWSER_PATIENCE
from ui import subject


def sources(page: Page, place: str) -> list[str]:
    return page.locator(f"{place} img").evaluate_all("images => images.map(image => image.src)")


def changed(page: Page, place: str, before: list[str]) -> list[str]:
    """Wait until other pictures are shown and return them."""
    page.wait_for_function(
        "([place, first]) => document.querySelector(`${place} img`).src !== first", arg=[place, before[0]]
    )
    return sources(page, place)


def eventually(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + BROWSER_PATIENCE / 1000
    while not holds():
        assert time.monotonic() < end
        page.wait_for_timeout(50)


def jpeg(picture: Image.Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, "JPEG")
    return stream.getvalue()


def upload(page: Page, name: str, data: bytes) -> None:
    page.locator("#upload input[type=file]").set_input_files(
        [FilePayload(name=name, mimeType="image/jpeg", buffer=data)]
    )


def photograph(roll: float, face: int, size: tuple[int, int] = (900, 700)) -> bytes:
    """Rotate the public-domain portrait, `face` pixels wide, and paste it into a larger picture."""
    portrait = Image.open(subject.EXAMPLE).resize((face, face), Image.Resampling.BICUBIC)
    ground = Image.new("RGB", size, (203, 196, 190))
    turned = portrait.convert("RGBA").rotate(roll, Image.Resampling.BICUBIC, expand=True)
    ground.paste(turned, (size[0] // 2, size[1] // 4), turned)
    return jpeg(ground)
