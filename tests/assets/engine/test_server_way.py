"""The server's way: it answers where the browser cannot, with the same words, and within rounding the same numbers."""

import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser

from faces.preprocessing import preprocess
from tests.assets.engine.conftest import Visit, drawn_rgba, encode, open_visit, pack, portrait, unpack

pytestmark = pytest.mark.browser

NO_WEBASSEMBLY = "delete globalThis.WebAssembly"
CROP = "crop(argument)"
# a second engine on the same page, whose models have no files
WITHOUT_FILES = """(async () => {
  const { createEngine } = await import(new URL("assets/engine/engine.js", document.baseURI));
  const server = new URLSearchParams(location.search).get("server");
  const bare = models.map(model => ({...model, encoder: null, decoder: null}));
  globalThis.remote = createEngine({models: bare, server, finder: "finder/"});
  return remote.way("vae");
})()"""


@pytest.fixture(scope="module")
def no_wasm(browser: Browser, address_with_app: str) -> Iterator[Visit]:
    """Open the page in a browser without WebAssembly, with an app beside it."""
    with open_visit(browser, address_with_app, NO_WEBASSEMBLY) as visit:
        yield visit
        assert not visit.errors


@pytest.fixture(scope="module")
def both(browser: Browser, address_with_app: str) -> Iterator[Visit]:
    """Open a page with an engine of each way: `engine`, and `remote` whose models have no files."""
    with open_visit(browser, address_with_app) as visit:
        assert visit.ask(WITHOUT_FILES) == {"way": "server", "reason": "This model has no ONNX files."}
        yield visit
        assert not visit.errors


def shape(value: Any) -> Any:
    """Describe an answer without its numbers."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return len(value)
    return type(value).__name__ if not isinstance(value, int | float) else "number"


def test_without_webassembly_the_server_answers_and_the_page_can_say_why(no_wasm: Visit) -> None:
    reason = "This browser has no WebAssembly, or has it switched off."
    assert no_wasm.ask("[engine.way(), engine.way('vae')]") == [{"way": "server", "reason": reason}] * 2


def test_the_server_finds_and_aligns_a_photograph(no_wasm: Visit) -> None:
    script = """(async () => {
      const found = await engine.find(file(argument));
      return [found, await engine.align(found)];
    })()"""
    found, crop = no_wasm.ask(script, pack(portrait()))
    assert (found["width"], found["height"], found["more"]) == (512, 512, 0)
    (face,) = found["faces"]
    assert face["leftEye"][0] < face["rightEye"][0]
    assert np.array_equal(unpack(crop)[0], preprocess(portrait(), "aligned").pixels)


def test_a_picture_without_a_face_says_so_by_the_server(no_wasm: Visit) -> None:
    grey = pack(encode(Image.new("RGB", (200, 300), "grey")))
    script = "engine.find(file(argument)).catch(error => [error.name, error.message])"
    name, message = no_wasm.ask(script, grey)
    assert name == "NoFaceFound"
    assert message.startswith("No face was found in this picture")


def test_a_file_that_is_no_picture_says_so_by_the_server(no_wasm: Visit) -> None:
    script = "engine.find(new Blob(['text'])).catch(error => [error.name, error.message])"
    name, message = no_wasm.ask(script)
    assert name == "PictureError"
    assert message.endswith(".")


def test_a_square_is_the_same_by_both_ways(no_wasm: Visit, both: Visit) -> None:
    script = "engine.cut(file(argument[0]), argument[1])"
    for square in (None, {"x": 240.5, "y": 130, "side": 201.5}, {"x": 0, "y": 0, "side": 9000}):
        here, there = (visit.ask(script, [pack(portrait()), square]) for visit in (both, no_wasm))
        assert abs(unpack(here)[0].astype(int) - unpack(there)[0]).max() <= 1


def test_the_answers_of_both_ways_are_of_one_shape_and_agree(both: Visit) -> None:
    for name in ("ae", "beta-tcvae"):
        here, there = (both.ask(f"{way}.reconstruct('{name}', {CROP})", drawn_rgba()) for way in ("engine", "remote"))
        assert shape(here) == shape(there)
        for score, value in there["scores"].items():
            assert here["scores"][score] == (None if value is None else pytest.approx(value, rel=1e-3))
        assert here["code"]["mean"] == pytest.approx(there["code"]["mean"], abs=1e-3)
        assert abs(unpack(here["pixels"])[0].astype(int) - unpack(there["pixels"])[0]).max() <= 1
        assert abs(unpack(here["errors"])[0].astype(int) - unpack(there["errors"])[0]).max() <= 8  # of rounded colours


def test_the_typicality_of_both_ways_agrees(both: Visit) -> None:
    here, there = (both.ask(f"{way}.typicality({CROP})", drawn_rgba()) for way in ("engine", "remote"))
    for name in ("negativeElbo", "unexplained"):
        assert here[name] == pytest.approx(there[name], rel=1e-3)


def test_codes_of_both_ways_are_the_same_faces(both: Visit) -> None:
    codes = np.random.default_rng(0).normal(size=40 * 32)  # more than /decode takes at once
    script = "{}.decode('vae', Float32Array.from(argument))"
    here, there = (unpack(both.ask(script.format(way), codes.tolist())) for way in ("engine", "remote"))
    assert here.shape == there.shape == (40, 64, 64, 3)
    assert abs(here.astype(int) - there).max() <= 1


def test_the_browser_still_finds_faces_for_a_model_without_files(both: Visit) -> None:
    before = len(both.bodies)
    script = "remote.find(file(argument)).then(found => remote.align(found))"
    assert unpack(both.ask(script, pack(portrait()))).shape == (1, 64, 64, 3)
    assert both.ask("remote.way().way") == "browser"
    assert len(both.bodies) == before


def test_a_photograph_that_the_browser_cannot_read_goes_to_the_server_alone(both: Visit) -> None:
    tiff = encode(Image.open(io.BytesIO(portrait())), "TIFF")
    script = """(async () => {
      const crops = [];
      for (const bytes of argument) {
        const found = await engine.find(file(bytes));
        crops.push(await engine.align(found), engine.way().way);
      }
      return [...crops, ways.filter(({model}) => model === null)];
    })()"""
    by_server, first, _, second, heard = both.ask(script, [pack(tiff), pack(portrait())])
    assert (first, second) == ("server", "browser")
    assert [each["way"] for each in heard] == ["server", "browser"]
    assert np.array_equal(unpack(by_server)[0], preprocess(tiff, "aligned").pixels)


def test_the_server_answers_where_the_worker_cannot_start(browser: Browser, address_with_app: str) -> None:
    with browser.new_context() as context:
        context.route("**/engine/browser/worker.js", lambda route: route.fulfill(body="this is no script"))
        visit = Visit(context.new_page())
        visit.open(address_with_app)
        code = visit.ask(f"engine.encode('vae', {CROP})", drawn_rgba())
        assert len(code["mean"]) == 32
        answering = {"way": "server", "reason": "This browser could not compute in the background."}
        assert visit.ask("[engine.way(), engine.way('vae')]") == [answering] * 2
        assert len(visit.ask("ways")) == 1 + 8  # photographs and each model


def test_the_client_keeps_no_history_in_the_browser(both: Visit) -> None:
    assert json.dumps(both.ask("Promise.all([{...localStorage}, indexedDB.databases()])")).count("decode") == 0


def test_the_apps_endpoints_are_listed_without_those_of_the_engine(app: str) -> None:
    with urlopen(f"{app}gradio_api/info") as answer:
        names = set(json.load(answer)["named_endpoints"])
    assert {"/reconstruct", "/encode", "/decode"} < names
    assert not {"/find", "/cut"} & names
