"""Speed and steadiness of the live mirror, before Chromium's fake camera.

    python -m benchmarks.mirror

Opens the page in headless Chromium, whose camera plays a drawn video of the portrait, once moving slowly and once at
rest, each with a camera's noise. Measures the pictures a second through one model and through all, the time from a
camera's frame to its copy on the page, and how far the crop of the resting face moves from frame to frame, in pixels
of the 64 that the models see. Medians over the rounds. Exits with 1 if a bound is missed. Run nothing else at the
same time.
"""

import math
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import tyro
from playwright.sync_api import Page, Playwright, sync_playwright

from benchmarks.camera_video import move_slowly, rest, write_video
from benchmarks.page_load import Figure, write_row
from benchmarks.running_app import running_app

PATIENCE = 120_000  # milliseconds
SIDE = 64  # pixels of a crop
PERIOD = 6.0  # seconds in which the moving face sways once
WARM = 2.0  # seconds before the measurement: models are loaded, code is compiled

# collect the frames of some seconds: when each was painted, how old it was, how many models rebuilt it, its crop
COLLECT = """async (seconds) => {
  const load = (path) => import(new URL(path, document.baseURI).href);
  const { running } = await load("page/mirror/mirror.js");
  const { outline } = await load("vision/align.js");
  const frames = [];
  const note = ({ detail }) => requestAnimationFrame((now) => frames.push({
    time: now, age: performance.now() - detail.grabbed, models: detail.models.length,
    corners: detail.face && outline(detail.face),
  }));
  running.addEventListener("frame", note);
  await new Promise((done) => setTimeout(done, seconds * 1000));
  running.removeEventListener("frame", note);
  return frames;
}"""
ALL = "() => !document.querySelector('#row .cell.waiting')"

Frame = dict[str, Any]  # time, age, models, corners: as COLLECT collects them


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    rounds: int = 3
    seconds: float = 10.0
    """Duration of each of the three measurements of a round."""


@contextmanager
def open_mirror(playwright: Playwright, address: str, video: Path) -> Iterator[Page]:
    """Open the page and start its mirror."""
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium"),
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={video}",
        ],
    )
    try:
        page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        page.locator("#mirror").click()
        page.locator(".mirror button:enabled").wait_for()
        page.wait_for_function("() => !document.querySelector('#row .cell[aria-current=true].waiting')")
        page.evaluate(COLLECT, WARM)
        yield page
    finally:
        browser.close()


def count_rate(frames: list[Frame]) -> float:
    """Return the pictures a second."""
    return (len(frames) - 1) * 1000 / (frames[-1]["time"] - frames[0]["time"]) if len(frames) > 1 else 0.0


def find_largest_step(frames: list[Frame]) -> float:
    """Return how far a corner of the crop moves at most between two frames, in pixels of 64; inf without a face."""
    outlines = [frame["corners"] for frame in frames]
    if not all(outlines):
        return math.inf
    steps = [
        math.dist(a, b) / math.dist(old[0], old[1])
        for old, new in pairwise(outlines)
        for a, b in zip(old, new, strict=True)
    ]
    return SIDE * max(steps)


def measure(playwright: Playwright, address: str, videos: tuple[Path, Path], seconds: float) -> list[Figure]:
    """Measure one round: the moving face by one model and by all, the resting face by one."""
    moving, resting = videos
    with open_mirror(playwright, address, moving) as page:
        one = page.evaluate(COLLECT, seconds)
        page.locator("[name=mirror][value=all] + span").click()
        page.wait_for_function(ALL)
        page.evaluate(COLLECT, WARM)
        every = page.evaluate(COLLECT, seconds)
    with open_mirror(playwright, address, resting) as page:
        still = page.evaluate(COLLECT, seconds)
    return [
        Figure("pictures a second, one model", count_rate(one), "", 8, least=True),
        Figure("pictures a second, all models", count_rate(every), "", 2, least=True),
        Figure("from a frame to its copy, one model", statistics.median(frame["age"] for frame in one), "ms", 250),
        Figure("from a frame to all copies", statistics.median(frame["age"] for frame in every), "ms", 1000),
        Figure("largest step of a still face, of 64", find_largest_step(still), "px", 1),
        Figure("moving frames whose face was lost", sum(not frame["corners"] for frame in one + every), "", 0),
    ]


def main(options: Options) -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as folder, running_app() as app, sync_playwright() as playwright:
        videos = (
            write_video(Path(folder) / "moving.mjpeg", move_slowly(PERIOD)),
            write_video(Path(folder) / "resting.mjpeg", rest(2)),
        )
        rounds = [measure(playwright, app.address, videos, options.seconds) for _ in range(options.rounds)]
    figures = [
        same[0]._replace(value=statistics.median(one.value for one in same)) for same in zip(*rounds, strict=True)
    ]
    print("\n".join(write_row(figure) for figure in figures))
    sys.exit(any(not figure.holds for figure in figures))


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
