"""Visits to the page in Chromium. A visit must leave the console clean and ask no other host for anything."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

ROOT = Path(__file__).parents[3]
PORTRAIT = ROOT / "assets" / "examples" / "astronaut.png"
TABS = ("face", "sample", "explore", "compare", "morph", "models")
WARNINGS = ("error", "warning")

# the tab is built, its pictures are painted, and nothing is waited for
REST = """(tab) => {
  const panel = document.querySelector(`#panel-${tab}`);
  const busy = document.querySelector(`#bar[aria-busy], #panel-${tab}[aria-busy], #panel-${tab} [aria-busy]`);
  const waiting = panel.querySelector(".cell.waiting, .stage.waiting, .empty");
  const copied = !panel.querySelector("#row") || document.querySelector("#row .cell small")?.textContent;
  return !panel.hidden && panel.children.length > 0 && !busy && copied && (!waiting || tab === "explore");
}"""


class Visit(NamedTuple):
    """One visitor's page, the requests it has sent, and the problems that its console has reported."""

    page: "Page"
    requests: "list[Request]"
    problems: list[str]

    def open(self, tab: str) -> None:
        """Open a tab and wait until it rests."""
        self.page.locator(f"#tab-{tab}").click()
        self.rest(tab)

    def rest(self, tab: str) -> None:
        """Wait until a tab is built and painted."""
        self.page.wait_for_function(REST, arg=tab)


Open = Callable[..., Visit]


@pytest.fixture
def open_page(browser: "Browser", address: str) -> Iterator[Open]:
    """Return a function that opens the page for a new visitor, and check every visit at the end."""
    visits: list[tuple[Visit, bool]] = []

    def open_page(
        hash_: str = "",
        width: int = 1440,
        height: int = 900,
        at: str | None = None,
        problems: bool = False,
        before: "Callable[[Page], None]" = lambda _: None,
        **options: Any,
    ) -> Visit:
        """Open the page with an address; `problems`: the console may report some."""
        context = browser.new_context(
            viewport={"width": width, "height": height}, **{"reduced_motion": "reduce", **options}
        )
        visit = Visit(context.new_page(), [], [])
        context.on("request", lambda request: note_request(visit, request))
        context.on("console", lambda message: note_message(visit, message))
        context.on("weberror", lambda error: visit.problems.append(str(error.error)))
        visits.append((visit, problems))
        before(visit.page)
        visit.page.goto(f"{at or address}{hash_}")
        return visit

    yield open_page
    for visit, _ in visits:
        visit.page.context.close()
    for visit, problems in visits:
        assert problems or visit.problems == []
        host = urlsplit(visit.page.url).netloc or urlsplit(address).netloc
        assert [request.url for request in visit.requests if urlsplit(request.url).netloc != host] == []


def note_request(visit: Visit, request: "Request") -> None:
    """Remember a request that leaves the page; `data:` and `blob:` stay in it."""
    if urlsplit(request.url).scheme in ("http", "https"):
        visit.requests.append(request)


def note_message(visit: Visit, message: "ConsoleMessage") -> None:
    """Remember an error or a warning of the console."""
    if message.type in WARNINGS:
        visit.problems.append(message.text)


def show(faults: object) -> str:
    """Write faults one a line, for the message of an assertion."""
    return json.dumps(faults, indent=1, ensure_ascii=False)
