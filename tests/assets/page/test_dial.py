"""One network for every beta on the opening tab: its slider, its links, and requests of a drag."""

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.assets.conftest import AppWithDial
from tests.assets.page.conftest import Open, Visit, show
from tests.assets.page.hands import change, move
from tests.assets.page.test_accessibility import AXE, FIND
from tests.assets.page.test_models import answer_changed

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

RADIO = "[name=family][value=beta-dial]"
SETTLED = "() => !document.querySelector('#stage.waiting') && document.querySelector('#chart .own.dial')?.points.length"
# the furthest that a picture from a blended code is from that of the exact code, in levels, over betas between those
# that were encoded
FURTHEST = """async () => {
  const load = (path) => import(new URL(path, document.baseURI));
  const [{ createEngine }, { codeAt, spreadBetas }, { placeOn }] = await Promise.all(
    ["engine/engine.js", "page/dial/along.js", "page/dial/scale.js"].map(load));
  const { dials } = await (await fetch("records/models.json")).json();
  const { name, highest } = dials[0];
  const engine = createEngine({ models: dials, server: null });
  const canvas = document.querySelector("#face-picture");
  const small = new OffscreenCanvas(64, 64).getContext("2d");
  small.drawImage(canvas, 0, 0, 64, 64);
  const crop = small.getImageData(0, 0, 64, 64).data;
  const betas = spreadBetas(highest);
  const codes = await engine.encodeAlong(name, crop, betas);
  let furthest = 0;
  for (const beta of betas.slice(1).map((one, i) => Math.sqrt(one * betas[i]))) {
    const { mean } = await engine.encode(name, crop, { beta });
    const both = [...mean, ...codeAt(codes, placeOn(beta, highest)).mean];
    const pixels = await engine.decode(name, Float32Array.from(both), { beta });
    for (let i = 0; i < 16384; i++) furthest = Math.max(furthest, Math.abs(pixels[i] - pixels[16384 + i]));
  }
  engine.close();
  return furthest;
}"""

# how far a large copy is from one that is enlarged with the best quality at every step, in levels
COARSEST = """async () => {
  const { contextOf, newCanvas, paint } = await import(new URL("page/facebar/picture.js", document.baseURI));
  const small = contextOf(newCanvas(64));
  small.drawImage(document.querySelector("#face-picture"), 0, 0, 64, 64);
  const crop = small.getImageData(0, 0, 64, 64);
  const painted = newCanvas(512);
  paint(painted, crop.data);
  let best = newCanvas(64);
  contextOf(best).putImageData(crop, 0, 0);
  for (const side of [128, 256, 512]) {
    const next = newCanvas(side);
    Object.assign(contextOf(next), { imageSmoothingQuality: "high" }).drawImage(best, 0, 0, side, side);
    best = next;
  }
  const [a, b] = [painted, best].map((canvas) => contextOf(canvas).getImageData(0, 0, 512, 512).data);
  return a.reduce((most, level, i) => Math.max(most, Math.abs(level - b[i])), 0);
}"""


def choose(visit: Visit) -> None:
    """Choose the network and wait for its copy and its curve."""
    visit.rest("face")
    visit.page.locator(f"{RADIO} + span").click()
    visit.page.wait_for_function(SETTLED)


def wait_for_price(page: "Page", price: str) -> None:
    page.wait_for_function("(price) => document.querySelector('#price').textContent === price", arg=price)


def test_the_network_rebuilds_the_face_at_any_beta_without_a_request(
    open_page: Open, app_with_dial: AppWithDial
) -> None:
    visit = open_page(at=app_with_dial.address)
    page = visit.page
    visit.rest("face")
    assert not [
        request.url for request in visit.requests if "/beta-dial/" in request.url or "/page/dial/" in request.url
    ]
    choose(visit)
    expect(page.locator("#copy-of")).to_have_text(", by one network")
    expect(page.locator("#used")).to_have_text("3 of 32")
    sent = len(visit.requests)
    for place, price, used in ((0.5, "β = 7.1", "2"), (0.31, "β = 3.4", "2"), (1.0, "β = 50", "1")):
        change(page, "#copy", partial(move, page, "#beta", place))
        wait_for_price(page, price)  # and stays there: nothing snaps
        expect(page.locator("#used")).to_have_text(f"{used} of 32")
    expect(page.locator("#spoken")).to_contain_text("Information costs 50 times as much. This face: error")
    change(page, "#copy", lambda: page.locator("[name=view][value=errors] + span").click())
    change(page, "#copy", lambda: page.locator("[name=view][value=pixels] + span").click())
    assert [request.url for request in visit.requests[sent:]] == []
    change(page, "#copy", lambda: move(page, "#noise input", 0.6))


def test_blended_codes_of_the_bundled_network_give_the_exact_picture(open_page: Open) -> None:
    visit = open_page("#face?face=glasses")
    visit.rest("face")
    assert visit.page.evaluate(FURTHEST) <= 1


def test_keys_move_the_slider_in_small_steps_and_to_round_betas(open_page: Open, app_with_dial: AppWithDial) -> None:
    page = open_page("#face?family=beta-dial&beta=4", at=app_with_dial.address).page
    page.wait_for_function(SETTLED)
    expect(page.locator("#stops b")).to_have_text(["1", "2", "5", "10", "20", "50"])
    page.locator("#beta").focus()
    for key, price in (
        ("ArrowRight", "β = 4.3"),
        ("ArrowDown", "β = 4"),
        ("PageUp", "β = 5"),
        ("PageUp", "β = 10"),
        ("PageDown", "β = 5"),
        ("End", "β = 50"),
        ("ArrowRight", "β = 50"),
        ("Home", "β = 1"),
    ):
        page.keyboard.press(key)
        wait_for_price(page, price)
    assert page.locator("#beta").get_attribute("aria-valuetext") == "beta 1, one network for every beta"


def test_a_link_opens_the_network_and_other_models_are_chosen_from_there(
    open_page: Open, app_with_dial: AppWithDial
) -> None:
    visit = open_page("#face?face=glasses&family=beta-dial&beta=3.4", at=app_with_dial.address)
    page = visit.page
    page.wait_for_function(SETTLED)
    wait_for_price(page, "β = 3.4")
    assert page.locator(RADIO).is_checked()
    visit.open("models")
    page.go_back()
    page.wait_for_function("() => location.hash === '#face?face=glasses&family=beta-dial&beta=3.4'")
    wait_for_price(page, "β = 3.4")
    page.locator("#row button.cell").nth(3).click()
    wait_for_price(page, "β = 5")
    assert page.locator("[name=family][value=beta-vae]").is_checked()
    expect(page.locator("#features")).to_be_visible()
    page.locator(f"{RADIO} + span").click()
    page.locator("#free").click()
    wait_for_price(page, "AE")
    expect(page.locator("#copy-of")).to_have_text(", AE")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_cut_off(open_page: Open, app_with_dial: AppWithDial, theme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm --prefix assets ci")
    visit = open_page(at=app_with_dial.address, color_scheme=theme, bypass_csp=True)
    page = visit.page
    choose(visit)
    page.add_script_tag(path=AXE)
    faults = {}
    for width, height in ((390, 844), (768, 1024), (1440, 900), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(SETTLED)
        beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        faults[width] = [*page.evaluate(FIND), *([["too wide", beyond]] if beyond > 0 else [])]
    assert not any(faults.values()), show(faults)


def test_a_network_and_an_ae_are_enough_for_the_mirror(open_page: Open) -> None:
    def leave_the_ae(content: dict[str, Any]) -> None:
        content["models"] = [model for model in content["models"] if model["family"] == "ae"]

    visit = open_page(before=lambda page: page.route("**/records/models.json", partial(answer_changed, leave_the_ae)))
    visit.page.wait_for_function(SETTLED)  # there is nothing else to choose
    expect(visit.page.locator("#mirror")).to_be_visible()


def test_a_large_copy_is_as_smooth_as_the_best_enlargement(open_page: Open) -> None:
    visit = open_page("#face?face=astronaut")
    visit.rest("face")
    assert visit.page.evaluate(COARSEST) <= 2
