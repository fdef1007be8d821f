"""A visit of the site below a path of a plain file server: everything works, and nothing else is asked."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import torch

from benchmarks.running_site import PREFIX, FileServer
from server.analysis.samples import Draw, draw_codes, draw_faces
from tests.assets.page import visitor_steps as steps
from tests.assets.page.conftest import PORTRAIT, TABS, Open, show
from tests.assets.page.hands import change, click_in_menu, save
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
DECODE = """async ([name, codes]) => {
  const address = (path) => new URL(path, document.baseURI).href;
  const [{ createEngine }, { record }] = await Promise.all(
    ["engine/engine.js", "page/models.js"].map((path) => import(address(path))));
  globalThis.own ??= createEngine({ models: (await record("models.json")).models, server: null });
  return [...await globalThis.own.decode(name, Float32Array.from(codes))];
}"""
COMPLETE = """(count) => {
  const columns = [...document.querySelectorAll("#panel-sample .column-faces")];
  return columns.length && columns.every((column) => column.querySelectorAll("canvas").length === count);
}"""


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
    assert {"models/vae/encoder.onnx", "finder/face_landmark.onnx"} <= files
    assert [name for name in files if name.endswith("densities.json")]


@pytest.mark.parametrize(
    ("hash_", "draw"),
    [
        ("#sample?seed=7&count=2", Draw(7, 2)),
        ("#sample?seed=4294967295&count=1&source=fitted&temperature=0.7", Draw(4294967295, 1, "fitted", 0.7)),
    ],
)
def test_sampled_faces_are_those_of_the_app(open_page: Open, hash_: str, draw: Draw) -> None:
    page = open_page(hash_).page
    page.wait_for_function(COMPLETE, arg=draw.count)
    saved = json.loads(save(page, "vae-faces-codes.json", lambda: click_in_menu(page, "sample", "Codes (JSON)")))
    for pulled in bundled_models():
        codes = torch.tensor(saved["codes"][pulled.name])
        assert torch.allclose(codes, draw_codes(pulled, draw), atol=1e-4), pulled.name
        faces = torch.tensor(page.evaluate(DECODE, [pulled.name, codes.flatten().tolist()]))  # RGBA
        levels = 255 * draw_faces(pulled, draw).permute(0, 2, 3, 1)
        assert (faces.view(draw.count, 64, 64, 4)[..., :3] - levels).abs().max() < 1, pulled.name


def hold_other_models(server: FileServer, first: str) -> None:
    """Let the files of all models but one wait: what has been sent when its face is seen does not depend on haste."""
    server.holds = lambda path: "/models/" in path and f"/models/{first}/" not in path


def test_few_bytes_come_before_the_first_sampled_faces(open_page: Open, server: FileServer) -> None:
    hold_other_models(server, "ae")
    open_page("#sample").page.locator(".column-faces canvas").first.wait_for()
    assert server.sent <= 6 * MEGABYTE


def test_few_bytes_come_before_the_first_reconstruction(open_page: Open, server: FileServer) -> None:
    hold_other_models(server, "vae")
    page = open_page().page
    page.locator("#row small", has_text="error").first.wait_for()
    change(page, "#thumb", lambda: page.locator("#upload").set_input_files(PORTRAIT))
    page.locator("#said", has_text="Rebuilding it: 1 of 8 models").wait_for()
    assert server.sent <= 10.5 * MEGABYTE


def test_the_files_of_other_models_wait_for_the_first_answer(open_page: Open, server: FileServer) -> None:
    """The first model's are held back: until they come, nobody asks for any other's."""
    server.holds = lambda path: path.endswith("models/ae/decoder.onnx")
    page = open_page("#sample").page
    assert server.wait_until_sent("ort-wasm-simd-threaded.wasm.gz")  # it is asked for together with models
    assert {path for path in server.asked if path.endswith(".onnx")} <= {f"{PREFIX}models/ae/decoder.onnx"}
    server.go_on.set()
    page.wait_for_function(COMPLETE, arg=6)


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
