"""Speed of the page: its first face on a slow phone, its slider before any model has come, and frames of a drag.

    python -m benchmarks.page_load [--models FOLDER] [--site]

Opens the page, the app's or that of a site (`train site`), in headless Chromium with an empty cache. The loading is
measured as on a phone: 390 x 844 points, 1.6 Mbit/s, 150 ms, and a processor that Chromium slows down four times. As
soon as the first face is seen, the slider is dragged for a second, while the runtime is still loading. Then, on a desk
without any slowing, sliders are dragged for a second each, with every fold open: a frame counts if its picture differs
from the last one's. If one of the models is a network for every beta, its slider is dragged, too. Prints a table of
medians over the rounds, and exits with 1 if one of them misses its bound. Run nothing else at the same time.
"""

import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, NamedTuple

import tyro
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks.running_app import ROOT, running_app
from benchmarks.running_site import running_site

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1440, "height": 900}}
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER = 4  # times that the processor is slowed down
FRAMES = 60  # of a second
PATIENCE = 120_000  # milliseconds
REST = 5  # seconds without a request: a site has kept the files of a first visit

# milliseconds from the navigation until the rebuilt face is painted
WATCH = """window.firstFace = new Promise((done) => {
  const look = () => {
    const copy = document.querySelector("#copy");
    const seen = copy?.getContext("2d").getImageData(256, 256, 1, 1).data[3] === 255;
    if (seen) requestAnimationFrame(() => done(performance.now()));
    else setTimeout(look, 20);
  };
  addEventListener("DOMContentLoaded", look);
})"""

# drag a slider from end to end in a second, one step a frame; the frames whose picture is a new one
DRAG = """async ([slider, canvas]) => {
  const [input, picture] = [slider, canvas].map((one) => document.querySelector(one));
  const small = new OffscreenCanvas(8, 8).getContext("2d", { willReadFrequently: true });
  const look = () => {
    small.drawImage(picture, 0, 0, 8, 8);
    return small.getImageData(0, 0, 8, 8).data.join();
  };
  const next = () => new Promise((done) => requestAnimationFrame(done));
  const [low, high] = [Number(input.min), Number(input.max)];
  let [last, frames] = [look(), 0];
  const start = await next();
  for (let now = start; now - start < 1000; ) {
    input.value = low + ((high - low) * (1 + now - start)) / 1000;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    now = await next();
    const seen = look();
    frames += Number(seen !== last);
    last = seen;
  }
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return frames;
}"""

DRAGS = {  # tab -> its slider and the picture that follows it
    "face": ("#beta", "#copy"),
    "explore": ("#panel-explore .ways .sliders input:enabled", "#panel-explore .desk .picture canvas"),
    "morph": ("#panel-morph .morph-side input[type=range]", "#panel-morph .picture.large canvas"),
}
DIAL = ".families .dial span"  # chooses a network for every beta
DIAL_READY = """() => !document.querySelector("#stage.waiting")
  && document.querySelector("#chart .own.dial")?.points.length"""
READY = """(tab) => {
  const panel = document.querySelector(`#panel-${tab}`);
  return panel.children.length && !panel.matches("[aria-busy]") && !panel.querySelector(".waiting, [aria-busy]")
    && !document.querySelector("#bar[aria-busy]");
}"""


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    rounds: int = 3
    models: str = "bundled"
    """Models of the page: the value of the flag --models."""
    site: bool = False
    """Measure the page without a server, sent as hosts of pages send files: text by gzip, connections kept."""


class Figure(NamedTuple):
    """A measured figure and its bound."""

    title: str
    value: float
    unit: str
    bound: float
    least: bool = False  # the bound is the least value; otherwise it is the largest

    @property
    def holds(self) -> bool:
        """Check whether the figure keeps to its bound."""
        return self.value >= self.bound if self.least else self.value <= self.bound


@contextmanager
def serve(options: Options) -> Iterator[str]:
    """Serve the page until the end of the block; give its address."""
    models = ["--models", options.models]
    if not options.site:
        with running_app(*models) as app:
            yield app.address
        return
    with TemporaryDirectory() as name:
        folder = Path(name) / "site"
        subprocess.run([sys.executable, "-m", "train", "site", str(folder), *models], cwd=ROOT, check=True)
        with running_site(folder, packed=True) as server:
            yield server.address


def open_session(browser: Browser, options: dict[str, Any]) -> tuple[Page, CDPSession]:
    """Open an empty page of a visitor who wants less motion, so that nothing but the slider moves."""
    context = browser.new_context(**options, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    return page, context.new_cdp_session(page)


def measure_loading(browser: Browser, address: str) -> list[Figure]:
    """Load the page as on a phone, and drag its slider as soon as the face is seen."""
    page, session = open_session(browser, PHONE)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    sizes: dict[str, float] = {}  # bytes of the answers so far, with their heads, by request
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.add_init_script(WATCH)
    page.goto(address, wait_until="commit")
    first = float(page.evaluate("window.firstFace"))
    answers = list(sizes.values())
    loaded = page.evaluate("performance.getEntriesByName(new URL('models/vae/decoder.onnx', document.baseURI)).length")
    pictures = page.evaluate(DRAG, list(DRAGS["face"]))
    page.context.close()
    return [
        Figure("first answer over the wire", answers[0] / 1000, "kB", 100),
        Figure("all answers before the first face", sum(answers) / 1000, "kB", 300),
        Figure("first face on a slow phone", first / 1000, "s", 2.5),
        Figure("decoders loaded by then", loaded, "", 0),
        Figure("pictures of a drag at once", pictures, "", 10, least=True),
    ]


def measure_drags(browser: Browser, address: str, *, site: bool) -> list[Figure]:
    """Drag a slider of each tab for a second, on a desk, once every model has come, and a site has kept its files."""
    page, _ = open_session(browser, DESK)
    requests: list[float] = []  # their times
    page.context.on("request", lambda _: requests.append(monotonic()))

    def wait_for_rest() -> None:
        while site and monotonic() - requests[-1] < REST:
            page.wait_for_timeout(100)

    page.goto(f"{address}#face?face=glasses")  # every model has to rebuild it
    page.wait_for_function(READY, arg="face")
    wait_for_rest()
    figures = []
    for tab, (slider, picture) in DRAGS.items():
        page.locator(f"#tab-{tab}").click()
        page.wait_for_function(READY, arg=tab)
        page.locator(f"#panel-{tab} details:not(.menu)").evaluate_all(
            "all => all.forEach((one) => { one.open = true; })"
        )
        figures += measure_drag(page, requests, tab, slider, picture)
    page.locator("#tab-face").click()
    if page.locator(DIAL).count():
        page.locator(DIAL).first.click()
        page.wait_for_function(DIAL_READY)
        wait_for_rest()
        figures += measure_drag(page, requests, "dial", *DRAGS["face"])
    page.context.close()
    return figures


def measure_drag(page: Page, requests: list[float], title: str, slider: str, picture: str) -> list[Figure]:
    """Drag a slider for a second; `requests` has one item for each of the page so far."""
    page.evaluate(DRAG, [slider, picture])  # the first one warms up
    sent = len(requests)
    frames = page.evaluate(DRAG, [slider, picture])
    return [
        Figure(f"{title}: frames of a second's drag", frames, "", FRAMES - 1, least=True),
        Figure(f"{title}: requests meanwhile", len(requests) - sent, "", 0),
    ]


def write_row(figure: Figure) -> str:
    """Write a line of the table."""
    bound = f"{'at least' if figure.least else 'at most'} {figure.bound:g}"
    return f"{figure.title:36}{figure.value:8.1f} {figure.unit:3} {bound:14}{'' if figure.holds else 'missed'}".rstrip()


def main(options: Options) -> None:
    """Measure and print the table."""
    with serve(options) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        rounds = [
            measure_loading(browser, address) + measure_drags(browser, address, site=options.site)
            for _ in range(options.rounds)
        ]
        browser.close()
    medians = [
        same[0]._replace(value=statistics.median(one.value for one in same)) for same in zip(*rounds, strict=True)
    ]
    print("\n".join(write_row(figure) for figure in medians))
    sys.exit(any(not figure.holds for figure in medians))


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
