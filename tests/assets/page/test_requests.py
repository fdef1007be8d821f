"""Requests of a whole visit: files of the page, and nothing that tells of a face."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.assets.page.conftest import PORTRAIT, TABS, Open, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FILES = ("page/", "engine/", "vision/", "finder/", "onnxruntime/", "examples/", "records/", "models/")
COPY = "document.querySelector('#copy').toDataURL()"

# move a slider from end to end in a second, one step a frame, and count the different pictures of a canvas
DRAG = """async ([slider, canvas]) => {
  const [input, picture] = [slider, canvas].map((one) => document.querySelector(one));
  const next = () => new Promise((done) => requestAnimationFrame(done));
  const seen = new Set();
  const low = Number(input.min), high = Number(input.max);
  for (let i = 1; i <= 60; i++) {
    input.value = low + ((high - low) * i) / 60;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await next();
    if (i % 6 === 0) seen.add(picture.toDataURL());
  }
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return seen.size;
}"""


def take_photo(visit: Visit) -> None:
    """Upload the portrait and wait until every model has rebuilt it."""
    visit.page.locator("#upload").set_input_files(PORTRAIT)
    visit.page.locator("#said", has_text="Your photo stays in your browser").wait_for()
    visit.rest("face")


def drag(page: "Page", slider: str, canvas: str) -> int:
    """Drag a slider from end to end; return how many of ten pictures differ."""
    return int(page.evaluate(DRAG, [slider, canvas]))


def test_a_whole_visit_sends_nothing_but_requests_for_files(open_page: Open) -> None:
    visit = open_page()
    visit.rest("face")
    drag(visit.page, "#beta", "#copy")
    before = visit.page.evaluate(COPY)
    take_photo(visit)
    assert visit.page.evaluate(COPY) != before
    for tab in TABS:
        visit.open(tab)
    visit.open("face")
    take_photo(visit)
    asked = {urlsplit(request.url).path.lstrip("/") for request in visit.requests}
    assert {
        "finder/face_landmark.onnx",
        "models/vae/encoder.onnx",
        "models/vae/decoder.onnx",
    } <= asked  # the browser's way
    for request in visit.requests:
        address = urlsplit(request.url)
        assert request.method == "GET", request.url
        assert request.post_data is None
        assert not address.query, request.url
        assert address.path in ("/", "/favicon.ico", "/manifest.json") or address.path[1:].startswith(FILES), (
            request.url
        )


def test_a_drag_asks_for_nothing_and_changes_the_picture(open_page: Open) -> None:
    visit = open_page()
    take_photo(visit)  # every model is loaded
    for tab, slider, canvas in (
        ("face", "#beta", "#copy"),
        ("explore", ".ways .sliders input:enabled", ".explore-row + .desk .picture canvas"),
        ("morph", ".morph-side input[type=range]", ".picture.large canvas"),
    ):
        visit.open(tab)
        for fold in visit.page.locator(f"#panel-{tab} details:not(.menu)").all():
            fold.evaluate("one => { one.open = true; }")
        sent = len(visit.requests)
        assert drag(visit.page, f"#panel-{tab} {slider}", f"#panel-{tab} {canvas}") >= 5, tab
        assert [request.url for request in visit.requests[sent:]] == []


def test_the_slider_works_before_any_model_has_come(open_page: Open) -> None:
    visit = open_page(before=lambda page: page.context.route("**/*.onnx", lambda _: None))
    visit.rest("face")
    assert drag(visit.page, "#beta", "#copy") >= 5
    visit.page.context.unroute_all(behavior="ignoreErrors")


def test_the_opening_tab_sweeps_once_unless_less_motion_is_wanted(open_page: Open) -> None:
    still = open_page()
    still.rest("face")
    moving = open_page(reduced_motion="no-preference")
    moving.page.wait_for_function("() => document.querySelector('#price').textContent === 'β = 10'")
    moving.page.wait_for_function("() => document.querySelector('#price').textContent === 'β = 1'")
    assert still.page.locator("#price").inner_text() == "β = 1"
    assert still.page.evaluate("location.hash") == ""
