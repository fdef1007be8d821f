"""A visit of the site below a path of a plain file server: everything works, and nothing else is asked."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import torch

from benchmarks.running_site import PREFIX, FileServer
from server.analysis.samples import Draw, draw_faces
from tests.assets.page import visitor_steps as steps
from tests.assets.page.conftest import PORTRAIT, TABS, Open, show
from tests.assets.page.hands import change
from tests.assets.page.test_accessibility import AXE, FIND
from tests.assets.page.test_layout import TARGETS, find_faults
from tests.conftest import bundled_models

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MEGABYTE = 1_000_000
STEPS = {
    "sample": (steps.set_seed_and_count, steps.change_the_temperature, steps.choose_models_own_codes),
    "face": (steps.paste_a_portrait, steps.compare_with_photographs, steps.follow_a_family, steps.install_the_page),
    "explore": (steps.move_a_feature_everywhere, steps.click_on_the_map),
    "compare": (steps.compare_a_feature,),
    "morph": (steps.choose_a_second_face, steps.morph),
}
VIEWS = ("#tour=1", "#tour=2", "#tour=3", "#tour=4", "#tour=5", "#whose?seed=3")
ABSENT = r"\b(API|MCP|server|endpoints?|Gradio)\b"  # an app's own
PIXELS = """() => [...document.querySelectorAll("#panel-sample .column-faces")].map((column) =>
  [...column.querySelectorAll("canvas")].map((canvas) =>
    [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 4 < 3)))"""
COMPLETE = """(count) => [...document.querySelectorAll("#panel-sample .column-faces")].every(
  (column) => !column.hasAttribute("aria-busy") && column.querySelectorAll("canvas").length === count)"""


def find_absent(page: "Page") -> list[str]:
    """Return the words on the page that speak of what only a server has."""
    found = page.evaluate("(words) => document.body.innerText.match(new RegExp(words, 'gi')) ?? []", ABSENT)
    return [str(word) for word in found]


def paths(requests: "Iterable[str]") -> list[str]:
    return [urlsplit(address).path for address in requests]


def test_every_tab_works_and_only_the_site_is_asked(open_page: Open, server: FileServer) -> None:
    visit = open_page()
    visit.rest("face")
    mentions = {}
    for tab in TABS:
        visit.open(tab)
        for step in STEPS.get(tab, ()):
            step(visit.page)
        mentions[tab] = find_absent(visit.page)
    for view in VIEWS:
        visit.page.evaluate("(hash) => { location.hash = hash; }", view)
        visit.page.wait_for_function("() => !document.querySelector('.panel:not([hidden]) [aria-busy]')")
        mentions[view] = find_absent(visit.page)
    assert not any(mentions.values()), show(mentions)
    assert not [request.url for request in visit.requests if request.method != "GET" or request.post_data]
    assert not [path for path in paths(server.asked) if not path.startswith(PREFIX)]
    files = {path.removeprefix(PREFIX) or "index.html" for path in paths(server.asked)}
    assert not [name for name in files if not (server.folder / name).is_file()]
    assert {"models/vae/encoder.onnx", "finder/face_landmark.onnx", "models/ae/densities.json"} <= files


@pytest.mark.parametrize(
    ("address", "draw"),
    [
        ("#sample?seed=7&count=2", Draw(7, 2)),
        ("#sample?seed=4294967295&count=1&source=fitted&temperature=0.7", Draw(4294967295, 1, "fitted", 0.7)),
    ],
)
def test_sampled_faces_are_those_of_the_app(open_page: Open, address: str, draw: Draw) -> None:
    page = open_page(address).page
    page.wait_for_function(COMPLETE, arg=draw.count)
    columns = torch.tensor(page.evaluate(PIXELS)).float()  # (models, count, 64 * 64 * 3)
    expected = torch.stack([draw_faces(pulled, draw) for pulled in bundled_models()])
    levels = expected.permute(0, 1, 3, 4, 2).flatten(2) * 255
    assert columns.shape == levels.shape
    assert (columns - levels).abs().max() < 1


def test_few_bytes_come_before_the_first_sampled_faces(open_page: Open, server: FileServer) -> None:
    open_page("#sample").page.locator(".column-faces canvas").first.wait_for()
    assert server.sent <= 6 * MEGABYTE


def test_few_bytes_come_before_the_first_reconstruction(open_page: Open, server: FileServer) -> None:
    page = open_page().page
    page.locator("#row small", has_text="error").first.wait_for()
    change(page, "#thumb", lambda: page.locator("#upload").set_input_files(PORTRAIT))
    page.wait_for_function("() => document.querySelector('#row button.cell:not(.waiting)')")
    assert server.sent <= 10.5 * MEGABYTE


def test_the_page_of_the_site_keeps_the_laws_of_layout_and_accessibility(open_page: Open) -> None:
    faults: dict[str, list[str]] = {}
    for width, height in ((390, 844), (1440, 900)):
        visit = open_page(width=width, height=height, bypass_csp=True, has_touch=width == 390)
        if AXE.is_file():
            visit.page.add_script_tag(path=AXE)
        visit.page.locator(".foot .offline").wait_for(state="attached")
        for tab in TABS:
            visit.open(tab)
            found = faults[f"{tab} {width}"] = find_faults(visit.page)
            found += visit.page.evaluate(TARGETS) if width == 390 else []
            found += visit.page.evaluate(FIND) if AXE.is_file() else []
    assert not any(faults.values()), show(faults)
