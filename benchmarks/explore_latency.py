"""How smooth Explore is: frames of a drag, milliseconds of a decode, seconds to the first face.

    python -m benchmarks.explore_latency

In headless Chromium with an empty cache: the seconds from opening the tab to the first face that the browser decoded;
a drag of one second, 60 slider events, one each 1/60 s: how many faces were drawn, and how many requests left; the
median of single decodes. Beside them the same drag where there is no WebAssembly and the server decodes. Medians over
the rounds. Nothing else should run meanwhile.
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
    """What is measured."""

    rounds: int = 5
    events: int = 60
    decodes: int = 100


class Round(NamedTuple):
    """One page, opened anew."""

    first: float  # seconds from opening the tab to the first face
    frames: int
    requests: int  # during the drag
    decode: float  # milliseconds; 0 where the server decodes


def explored(browser: Browser, address: str, options: Options, script: str) -> Round:
    """Open the page with an empty cache, open Explore, drag."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(script or "0")
    page.goto(address)
    page.wait_for_selector("#samples img")
    page.wait_for_timeout(2000)  # all of the first tab is there
    begun = time.perf_counter()
    page.get_by_role("tab", name="Explore").click()
    page.wait_for_function("Number(document.querySelector('[data-ready]')?.dataset.frames) > 0")
    first = time.perf_counter() - begun
    page.wait_for_timeout(1000)
    frames, requests = drag(page, options)
    decode = 0.0 if script else page.evaluate(DECODE, ["vae", options.decodes])
    context.close()
    return Round(first, frames, requests, decode)


def drag(page: Page, options: Options) -> tuple[int, int]:
    """Faces drawn, and requests that left, while a slider went from its one end to the other in a second."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    frames = page.evaluate(DRAG, options.events)
    return frames, len(asked)


def main(options: Options) -> None:
    """Measure and print."""
    with running_app() as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        for title, script in (("browser", ""), ("server", NO_WEBASSEMBLY)):
            rounds = [explored(browser, app.address, options, script) for _ in range(options.rounds)]
            first, frames, requests, decode = (statistics.median(column) for column in zip(*rounds, strict=True))
            print(f"decoded by the {title}")
            print(f"  opening the tab to the first face {first:6.2f} s   (at most 4)")
            print(f"  {options.events} events in a second drew      {frames:6.0f} faces, {requests:.0f} requests")
            if not script:
                print(f"  one decode                        {decode:6.1f} ms  (at most 16)")
        browser.close()


if __name__ == "__main__":
    main(tyro.cli(Options))
