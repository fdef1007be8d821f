"""One network for every beta in Explore, Morph and Models: the same code at another price."""

import csv
import json
import time
from base64 import b64decode
from functools import partial
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.assets.conftest import AppWithDial
from tests.assets.page.conftest import Open, show
from tests.assets.page.hands import button, change, move, open_picture, save
from tests.assets.page.test_accessibility import AXE, FIND
from tests.assets.page.test_layout import TARGETS, find_faults
from tests.assets.page.test_requests import drag
from tests.conftest import BROWSER_PATIENCE
from tests.dial_folder import CURVE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LARGE = "#panel-explore .desk .picture canvas"
MORPHED = ".ends .large canvas"
SLIDER = ".beta-slider input"
CELL = ".explore-row .group.dial button"
NUMBERS = "#panel-explore .labelled-slider:has(.lock) input"


def open_dial(page: "Page", canvas: str, panel: str) -> None:
    """Choose the network in a tab, and wait until its picture is shown."""
    change(page, canvas, page.locator(f"{panel} {CELL}").click)
    page.locator(f"{panel} {SLIDER}").wait_for()


def test_one_code_is_decoded_at_every_beta_and_nothing_is_sent(open_page: Open, app_with_dial: AppWithDial) -> None:
    visit = open_page("#explore", at=app_with_dial.address)
    visit.rest("explore")
    page = visit.page
    change(page, LARGE, page.locator(".explore-row button.cell").nth(2).click)
    assert not [request.url for request in visit.requests if "models/beta-dial" in request.url]
    open_dial(page, LARGE, "#panel-explore")
    page.locator("[name=part][value=numbers] + span").click()
    page.wait_for_function("() => !document.querySelector('.explore-row .cell.waiting')")  # every model has come
    asked = len(visit.requests)
    assert drag(page, f"#panel-explore {SLIDER}", LARGE) >= 5
    page.wait_for_function("() => location.hash.includes('beta=50')")
    expect(page.locator(".large-stage > .note")).to_contain_text("By the one network at β = 50.")
    page.locator(f"#panel-explore {SLIDER}").focus()
    page.wait_for_function("() => !document.querySelector('.touched .empty')")  # one code at nine betas
    for key in ("Home", "PageUp", "PageUp"):
        change(page, LARGE, partial(page.keyboard.press, key))
    assert page.locator(".beta-value").inner_text() == "β = 5"
    assert drag(page, NUMBERS, LARGE) >= 5
    assert len(visit.requests) == asked
    page.wait_for_function(r"() => /numbers=beta-dial:\d+:3&beta=5$/.test(location.hash)")
    assert page.locator("[name=part][value=map]").is_hidden()  # this network has none
    again = open_page(str(page.evaluate("location.hash")), at=app_with_dial.address).page
    again.wait_for_function("() => document.querySelector('.explore-row .dial small')?.textContent === 'β = 5'")
    wait_until_alike(again, LARGE, read_picture(page, LARGE))


def read_picture(page: "Page", canvas: str) -> "np.ndarray[Any, np.dtype[np.int16]]":
    """Return what a canvas shows."""
    data = page.evaluate("(canvas) => document.querySelector(canvas).toDataURL()", canvas).partition(",")[2]
    return np.asarray(Image.open(BytesIO(b64decode(data))).convert("RGB"), np.int16)


def wait_until_alike(page: "Page", canvas: str, picture: "np.ndarray[Any, np.dtype[np.int16]]") -> None:
    """Wait until a canvas shows a picture, but for roundings: they depend on what it showed before."""
    end = time.monotonic() + BROWSER_PATIENCE / 1000
    while np.abs(read_picture(page, canvas) - picture).max() > 2:
        assert time.monotonic() < end
        page.evaluate("new Promise((done) => requestAnimationFrame(done))")


def test_both_faces_of_a_morph_fade_together(open_page: Open, app_with_dial: AppWithDial) -> None:
    visit = open_page("#morph?model=beta-dial&beta=2", at=app_with_dial.address)
    visit.rest("morph")
    page = visit.page
    page.locator(".morph-side .note", has_text="along the way, one network").wait_for()
    asked = len(visit.requests)
    assert drag(page, f"#panel-morph {SLIDER}", MORPHED) >= 5
    assert drag(page, ".morph-side input[type=range]", MORPHED) >= 5
    assert len(visit.requests) == asked
    codes = json.loads(save(page, "vae-faces-codes.json", button(page, "Codes (JSON)").click))
    assert len(codes["first"]["beta-dial"]) == len(codes["second"]["beta-dial"]) == 32
    assert open_picture(save(page, "vae-faces-morph.png", button(page, "Pictures (PNG)").click))
    before = read_picture(page, MORPHED)
    change(page, MORPHED, button(page, "Swap faces").click)
    move(page, ".morph-side input[type=range]", 0)  # the other end of the way back is the same face
    wait_until_alike(page, MORPHED, before)
    visit.open("face")
    page.go_back()
    visit.rest("morph")
    assert "beta=50" in str(page.evaluate("location.hash"))


def test_models_shows_the_curve_and_the_code_that_opens_it(open_page: Open, app_with_dial: AppWithDial) -> None:
    options = {"permissions": ["clipboard-read", "clipboard-write"]}
    visit = open_page("#models?part=one-network", at=app_with_dial.address, **options)
    page = visit.page
    page.wait_for_function("() => document.activeElement.id === 'one-network-title'")
    rows = page.locator(".curve-table tbody tr")
    shown = rows.evaluate_all("rows => rows.map(({ cells }) => [...cells].map((one) => one.textContent))")
    assert [[row[0], row[1], row[3], row[5]] for row in shown] == [
        [f"{beta:g}", f"{error:.1f}", f"{kl:.1f}", str(used)]
        for beta, error, kl, used in zip(
            *(CURVE[name] for name in ("beta", "squared_error", "kl", "active_units")), strict=True
        )
    ]
    assert [row[2] == "–" for row in shown] == [False, False, True]  # no separate model has the highest beta
    file = save(page, "vae-faces-curve-beta-dial.csv", button(page, "Curve (CSV)").click).decode()
    assert [float(row["distortion"]) for row in csv.DictReader(StringIO(file))] == CURVE["distortion"]
    page.locator("#one-network .copy-button").click()
    page.locator("#one-network .copy-button", has_text="Copied").wait_for()
    assert 'Dial.from_pretrained("beta-dial").at(5)' in page.evaluate("navigator.clipboard.readText()")
    assert page.locator(".one-network svg .on-curve").count() == len(CURVE["beta"])
    page.get_by_label("β = 5: open β dial in Face").click()
    page.wait_for_url("**/#face?family=beta-dial&beta=5")


def test_tabs_with_the_network_keep_the_laws_of_the_page(open_page: Open, app_with_dial: AppWithDial) -> None:
    faults = {}
    for width, height, theme in ((390, 844, "dark"), (768, 1024, "light"), (1440, 900, "light"), (1920, 1080, "dark")):
        phone = width < 1000
        visit = open_page(
            "#explore?model=beta-dial&beta=4",
            at=app_with_dial.address,
            width=width,
            height=height,
            color_scheme=theme,
            bypass_csp=True,
            has_touch=phone,
            is_mobile=phone,
        )
        for tab in ("explore", "morph"):
            visit.open(tab) if tab != "explore" else visit.rest(tab)
            found = find_faults(visit.page)
            found += visit.page.evaluate(TARGETS) if width == 390 else []
            if AXE.is_file() and width in (390, 1440):
                visit.page.add_script_tag(path=AXE)
                found += visit.page.evaluate(FIND)
            faults[f"{tab} {width} {theme}"] = found
    assert not any(faults.values()), show(faults)
