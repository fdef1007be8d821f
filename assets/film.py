"""Draw the README's film and screenshot from the running page, into this folder. Needs Playwright, Chromium, Pillow.

    python app.py --no-open
    python assets/film.py http://127.0.0.1:7860/

Every frame is set, awaited and photographed, so the film is the same on a slow machine. It shows the page's opening
face, which is a sample of the bundled AE.
"""

import shutil
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
RATE = 12  # frames a second
LARGEST = 3_000_000  # bytes
QUALITY = 90  # of WebP: below it, frames keep traces of earlier ones
NARROW = {"width": 1180, "height": 1000}  # the words stand below the slider and stay readable in a README
WIDE = {"width": 1400, "height": 900}


class Step(NamedTuple):
    """A move of the slider to a trained beta, and a rest there."""

    family: str
    beta: int
    move: float  # seconds
    rest: float  # seconds


STEPS = (  # ten seconds
    Step("beta-vae", 1, 0, 0.7),
    Step("beta-vae", 2, 0.5, 0.35),
    Step("beta-vae", 5, 0.5, 0.35),
    Step("beta-vae", 10, 0.5, 1.1),
    Step("beta-vae", 1, 0.75, 0.25),
    Step("beta-tcvae", 1, 0, 0.5),
    Step("beta-tcvae", 5, 0.5, 0.35),
    Step("beta-tcvae", 20, 0.5, 0.35),
    Step("beta-tcvae", 50, 0.5, 1.3),
    Step("beta-tcvae", 1, 0.75, 0.25),
)

READY = """() => document.querySelector("#row .group:last-child .cell:last-child small")?.textContent
  && [...document.images].every((one) => one.complete && one.naturalWidth)
  && !document.querySelector("#row .waiting, #bar[aria-busy]")"""
# position of a trained beta on the slider, from 0 to 1
PLACE = """(beta) => [...document.querySelectorAll("#stops button")]
  .find((one) => one.querySelector("b").textContent === beta).style.getPropertyValue("--place")"""
# put the slider where a hand would, and wait until the page has painted
TURN = """async (place) => {
  const slider = document.querySelector("#beta");
  slider.value = place;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  for (let frame = 0; frame < 3; frame++) await new Promise((done) => requestAnimationFrame(done));
}"""


def open_page(browser: "Browser", address: str, size: dict[str, int]) -> "Page":
    """Open the page in its light theme and without motion, and wait for the opening face."""
    context = browser.new_context(viewport=size, reduced_motion="reduce", color_scheme="light")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(READY)
    page.evaluate("document.fonts.ready")
    return page


def take_frames(page: "Page") -> Iterator[tuple[Image.Image, int]]:
    """Yield the film's frames, each with its milliseconds."""
    place = 0.0
    for step in STEPS:
        page.locator(f"[name=family][value={step.family}]").check(force=True)
        target = float(page.evaluate(PLACE, str(step.beta)))
        count = max(1, round(step.move * RATE))
        for number in range(1, count + 1):
            share = number / count
            page.evaluate(TURN, place + (target - place) * share**2 * (3 - 2 * share))
            rest = step.rest if number == count else 0
            yield photograph(page), round(1000 * (step.move / count + rest))
        place = target


def photograph(page: "Page") -> Image.Image:
    """Take a picture of the face, the slider and its words."""
    data = page.locator("#stage").screenshot(animations="disabled")
    return Image.open(BytesIO(data)).convert("RGB")


def main(address: str) -> None:
    """Write film.webp and screenshot.png. Raises SystemExit if the film is too large."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        frames, durations = zip(*take_frames(open_page(browser, address, NARROW)), strict=True)
        frames[0].save(
            HERE / "film.webp",
            save_all=True,
            append_images=frames[1:],
            duration=durations,
            loop=0,
            quality=QUALITY,
            method=6,
            allow_mixed=True,
        )
        open_page(browser, address, WIDE).screenshot(path=HERE / "screenshot.png", animations="disabled")
    size = (HERE / "film.webp").stat().st_size
    print(f"{len(frames)} frames, {sum(durations) / 1000:.1f} s, {size / 1e6:.2f} MB")
    if size > LARGEST:
        raise SystemExit(f"The film has more than {LARGEST} bytes: lower QUALITY.")


if __name__ == "__main__":
    main(sys.argv[1])
