"""Speed of the tab Explore: frames of a drag, time of one decode, and time to the first face.

    python -m benchmarks.explore_latency

Opens the page in headless Chromium with an empty cache. Measures the time from opening the tab to the first face that
the browser decodes, the faces drawn and the requests sent during a drag of one second with 60 slider events, and the
median time of single decodes. Then repeats the drag without WebAssembly, when the server decodes. All numbers are
medians over the rounds. Run nothing else at the same time.
"""

import shutil
import statistics
import time
from dataclasses import dataclass
from typing import NamedTuple

import tyro
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.running_app import running_app

NO_WEBASSEMBLY = "delete window.WebAssembly"
DRAG = """async events => {
  const state = document.querySelector("[data-ready]");
  const slider = state.querySelector(".latent input");
  const before = Number(state.dataset.frames);
  const low = Number(slider.min), high = Number(slider.max);
  const start = performance.now();
  for (let i = 0; i < events; i++) {
    slider.value = low + (high - low) * i / (events - 1);
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    while (performance.now() - start < (i + 1) * 1000 / events) await new Promise(next => setTimeout(next, 0));
  }
  await new Promise(next => setTimeout(next, 100));
  const frames = Number(state.dataset.frames) - before;
  slider.dispatchEvent(new Event("change", {bubbles: true}));
  return frames;
}"""
DECODE = """async ([model, times]) => {
  const { openDecoder } = await import(new URL("explore/decoder.js", document.baseURI));
  const decoder = await openDecoder({
    runtime: new URL("onnxruntime/", document.baseURI).href,
    model: new URL(`models/${model}/decoder.onnx`, document.baseURI).href,
    latents: 32,
    serverDecode: () => { throw new Error("no server here"); },
  });
  const taken = [];
  for (let i = 0; i < times; i++) {
    const z = Float32Array.from({length: 32}, () => Math.random() - 0.5);
    const start = performance.now();
    await decoder.decode(z, 1);
    taken.push(performance.now() - start);
  }
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)];
}"""


@dataclass(frozen=True)
class Options:
    """Options of the measurement."""

    rounds: int = 5
    events: int = 60
    decodes: int = 100


class Round(NamedTuple):
    """Results of one page, opened in a new browser context."""

    first: float  # seconds from opening the tab to the first face
    frames: int
    requests: int  # during the drag
    decode: float  # milliseconds; 0 if the server decodes


def explore(browser: Browser, address: str, options: Options, script: str) -> Round:
    """Open the page with an empty cache, open the tab Explore, and drag a slider."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(script or "0")
    page.goto(address)
    page.wait_for_selector("#samples img")
    page.wait_for_timeout(2000)  # until the first tab is complete
    start = time.perf_counter()
    page.get_by_role("tab", name="Explore").click()
    page.wait_for_function("Number(document.querySelector('[data-ready]')?.dataset.frames) > 0")
    first = time.perf_counter() - start
    page.wait_for_timeout(1000)
    frames, requests = drag(page, options)
    decode = 0.0 if script else page.evaluate(DECODE, ["vae", options.decodes])
    context.close()
    return Round(first, frames, requests, decode)


def drag(page: Page, options: Options) -> tuple[int, int]:
    """Move a slider from one end to the other in a second; return the faces drawn and the requests sent meanwhile."""
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    frames = page.evaluate(DRAG, options.events)
    return frames, len(requests)


def main(options: Options) -> None:
    """Measure and print the table."""
    with running_app() as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        for title, script in (("browser", ""), ("server", NO_WEBASSEMBLY)):
            rounds = [explore(browser, app.address, options, script) for _ in range(options.rounds)]
            first, frames, requests, decode = (statistics.median(column) for column in zip(*rounds, strict=True))
            print(f"decoded by the {title}")
            print(f"  opening the tab to the first face {first:6.2f} s   (at most 4)")
            print(f"  {options.events} events in a second drew      {frames:6.0f} faces, {requests:.0f} requests")
            if not script:
                print(f"  one decode                        {decode:6.1f} ms  (at most 16)")
        browser.close()


if __name__ == "__main__":
    main(tyro.cli(Options, description=__doc__))
