"""The app, started as a person starts it, and Chromium looking at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.running_app import running_app


@pytest.fixture(scope="session")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture(scope="session")
def address(uploads: Path) -> Iterator[str]:
    """Start the app as a person starts it."""
    with running_app(variables={"GRADIO_TEMP_DIR": str(uploads)}) as app:
        yield app.address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Open the page; at the end check that no request left the machine and that the console is clean."""
    page, elsewhere, errors = browser.new_page(viewport={"width": 1440, "height": 900}), [], []
    page.on("request", lambda request: elsewhere.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address)
    expect(page.locator("#samples img").first).to_be_visible()
    yield page
    assert not [url for url in elsewhere if not url.startswith((address, "data:", "blob:"))]
    assert not errors
    page.close()
