"""A photograph through all models in the visitor's browser, beside the server's way, in one run.

    python -m benchmarks.browser_reconstruct

Opens a small page on assets/engine (tests/assets/engine/page) in headless Chromium with a new profile, with and
without WebAssembly: without it the app answers. Measures the time from navigation to the first reconstruction, and
from choosing a photograph on an open page to it, the bytes of all answers until then, and the time and the CPU time
for each further photograph through all models. Medians over the rounds. Exits with 1 if a bound of the browser's way
is missed. Run nothing else at the same time.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import tyro
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, Request, sync_playwright
from skimage import data

from benchmarks.engine_page import EnginePage, serve_engine_page
from benchmarks.running_app import Running, running_app

NO_WEBASSEMBLY = "delete globalThis.WebAssembly"
PATIENCE = 300_000.0  # milliseconds
BOUNDS = {"cold": 4.0, "open": 2.5, "megabytes": 12.0, "next": 0.3}


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    rounds: int = 5
    """New profiles of each way."""
    photographs: int = 10
    """Photographs after the first one, in each round."""


class Round(NamedTuple):
    """Results of one new profile."""

    cold: float  # seconds from navigation to the first reconstruction
    open: float  # seconds from choosing a photograph on an open page to the first reconstruction
    megabytes: float  # of all answers until the first reconstruction
    next: float  # seconds for a further photograph through all models
    cpu: float  # seconds of CPU time for it, browser and app together


def write_photographs(folder: Path) -> list[Path]:
    """Write the portrait of Eileen Collins (NASA, public domain) in two sizes."""
    files = []
    for size in (900, 1000):
        files.append(folder / f"{size}.jpg")
        Image.fromarray(data.astronaut()).resize((size, size)).save(files[-1], quality=90)
    return files


@contextmanager
def new_page(playwright: Playwright, script: str) -> Iterator[tuple[Browser, Page]]:
    """Open a browser with a new profile."""
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    )
    try:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.add_init_script(script or "0")
        yield browser, page
    finally:
        browser.close()


def choose(page: Page, photograph: Path) -> dict[str, float]:
    """Choose a photograph and return when it was chosen, first and completely reconstructed, in milliseconds."""
    page.set_input_files("#photograph", photograph)
    page.locator("#status", has_text="done").wait_for()
    times: dict[str, float] = page.evaluate("({start: last.start, first: last.first, end: last.end})")
    return times


def app_seconds(app: Running | None) -> float:
    """Return the CPU time of the app's process so far."""
    if app is None:
        return 0.0
    fields = Path(f"/proc/{app.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def browser_seconds(browser: Browser) -> float:
    """Return the CPU time of all processes of the browser so far."""
    info = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    return sum(float(process["cpuTime"]) for process in info["processInfo"])


class Answers:
    """Answers that a page has received, with their times."""

    def __init__(self, page: Page) -> None:
        self.finished: list[tuple[float, Request]] = []
        page.context.on("requestfinished", lambda request: self.finished.append((time.time(), request)))

    def count_bytes(self, until: float) -> int:
        """Return the bytes of the answers until a time, with their headers."""
        requests = [request for at, request in self.finished if at <= until and request.url.startswith("http")]
        sizes = [request.sizes() for request in requests]
        return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


def measure_open(playwright: Playwright, address: str, script: str, photograph: Path) -> float:
    """Return the seconds from choosing a photograph on an open page to the first reconstruction."""
    with new_page(playwright, script) as (_, page):
        page.goto(address)
        page.locator("#status", has_text="ready").wait_for()
        times = choose(page, photograph)
    return (times["first"] - times["start"]) / 1000


def measure(playwright: Playwright, address: str, app: Running | None, files: list[Path], count: int) -> Round:
    """Measure one round of the browser's way, or with an app of the server's way."""
    script = NO_WEBASSEMBLY if app else ""
    opened = measure_open(playwright, address, script, files[0])
    with new_page(playwright, script) as (browser, page):
        answers = Answers(page)
        page.goto(address, wait_until="commit")
        cold = choose(page, files[0])["first"]
        megabytes = answers.count_bytes((page.evaluate("performance.timeOrigin") + cold) / 1000) / 1e6
        before, durations = browser_seconds(browser) + app_seconds(app), []
        for i in range(1, count + 1):
            page.locator("#status").evaluate("status => { status.textContent = ''; }")
            times = choose(page, files[i % 2])
            durations.append((times["end"] - times["start"]) / 1000)
        cpu = (browser_seconds(browser) + app_seconds(app) - before) / count
    return Round(cold / 1000, opened, megabytes, statistics.median(durations), cpu)


def measure_rounds(served: EnginePage, app: Running | None, options: Options) -> Round:
    """Return the medians of all rounds of one way."""
    address = f"{served.address}?server={app.address}" if app else served.address
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        files = write_photographs(Path(folder))
        rounds = [measure(playwright, address, app, files, options.photographs) for _ in range(options.rounds)]
    return Round(*(statistics.median(column) for column in zip(*rounds, strict=True)))


ROWS = {
    "cold": "navigation to the first reconstruction",
    "open": "photograph to the first, page open",
    "megabytes": "received until then",
    "next": "further photograph, all models",
    "cpu": "CPU time of that",
}


def report(here: Round, there: Round) -> list[str]:
    """Print both ways beside each other; return the bounds that are missed."""
    print(f"{'':40}{'browser':>10}{'server':>10}{'ratio':>8}{'bound':>8}")
    missed = []
    for name, title in ROWS.items():
        value, other, bound = getattr(here, name), getattr(there, name), BOUNDS.get(name)
        unit = "MB" if name == "megabytes" else "s"
        limit = "" if bound is None else f"{bound:g} {unit}"
        print(f"{title:40}{value:>8.2f} {unit:<2}{other:>7.2f} {unit:<2}{other / value:>8.1f}{limit:>8}")
        if bound is not None and value > bound:
            missed.append(f"{title}: {value:.2f} {unit}, bound {bound:g} {unit}")
    return missed


def main(options: Options) -> None:
    """Measure both ways and print the table."""
    with running_app() as app, serve_engine_page(app.address) as served:
        here, there = (measure_rounds(served, way, options) for way in (None, app))
    missed = report(here, there)
    for line in missed:
        print(f"missed: {line}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
