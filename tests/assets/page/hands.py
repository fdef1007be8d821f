"""Hands of a visitor: click, drag, save, and wait for another picture."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def button(page: "Page", name: str) -> "Locator":
    return page.get_by_role("button", name=name, exact=True).locator("visible=true").first


def click_in_menu(page: "Page", panel: str, name: str) -> None:
    """Open the menu of a tab and click a button in it."""
    menu = page.locator(f"#panel-{panel} details.menu")
    menu.evaluate("one => { one.open = true; }")
    menu.get_by_role("button", name=name, exact=True).click()


def change(page: "Page", canvas: str, act: Callable[[], object]) -> None:
    """Do something and wait until a canvas shows another picture."""
    read = f"document.querySelector({json.dumps(canvas)}).toDataURL()"
    before = page.evaluate(read)
    act()
    page.wait_for_function(f"(before) => {read} !== before", arg=before)


def save(page: "Page", name: str, act: Callable[[], object]) -> bytes:
    """Do something that saves a file of this name; return the file's content."""
    with page.expect_download() as download:
        act()
    assert download.value.suggested_filename == name
    return Path(download.value.path()).read_bytes()


def open_picture(data: bytes) -> tuple[int, int]:
    """Check that the data is a PNG, and return its size."""
    with Image.open(BytesIO(data)) as picture:
        assert picture.format == "PNG"
        return picture.size


def move(page: "Page", slider: str, share: float) -> None:
    """Put a slider at a share of its range, as a hand does."""
    page.locator(slider).first.evaluate(
        """(input, share) => {
            input.value = Number(input.min) + (input.max - input.min) * share;
            input.dispatchEvent(new Event("input", { bubbles: true }));
            input.dispatchEvent(new Event("change", { bubbles: true }));
        }""",
        share,
    )
