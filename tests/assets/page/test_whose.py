"""A round of "Whose is whose?", by keyboard on a desk and by finger on a phone."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.assets.page.conftest import PORTRAIT, Open, Visit, show
from tests.assets.page.test_accessibility import AXE, FIND
from tests.assets.page.test_layout import TARGETS, find_faults
from tests.assets.page.test_requests import FILES

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ORDER = """([seed, family]) => import(new URL("page/whose/round.js", document.baseURI))
  .then(({ drawOrder }) => drawOrder(seed, family))"""
# every face and every copy, small
LOOK = """() => [...document.querySelectorAll(".spot canvas")].map((one) => {
  const small = new OffscreenCanvas(16, 16).getContext("2d", { willReadFrequently: true });
  small.drawImage(one, 0, 0, 16, 16);
  return [...small.getImageData(0, 0, 16, 16).data];
})"""
# how far the faces of a list are from earlier ones; browsers may round a byte otherwise
FAR = f"""([which, seen]) => which.map((i) =>
  Math.max(...({LOOK})()[i].map((value, j) => Math.abs(value - seen[i][j]))))"""
ALL = list(range(8))
PAIRS = 4


def read_order(page: "Page", seed: int, family: str) -> list[int]:
    """Return the original of each copy."""
    return [int(original) for original in page.evaluate(ORDER, [seed, family])]


def press(page: "Page", *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def match_by_keyboard(page: "Page", pairs: list[tuple[int, int]]) -> None:
    """Give each copy an original: arrows within a group, Tab from group to group, Enter to choose."""
    page.locator(".original .spot").first.focus()
    for copy, original in pairs:
        press(page, "Home", *["ArrowRight"] * original, "Enter")
        press(page, "Tab", "Home", *["ArrowRight"] * copy, "Enter")
        press(page, "Shift+Tab")


def match_by_finger(page: "Page", pairs: list[tuple[int, int]]) -> None:
    for copy, original in pairs:
        page.locator(".copy .spot").nth(copy).tap()
        page.locator(".original .spot").nth(original).tap()


def see_answer(page: "Page") -> str:
    """Ask for the answer and return the score, once the faces at all betas are shown."""
    page.get_by_role("button", name="Show the answer").click()
    page.locator(".lost").wait_for()
    return page.locator(".score").inner_text()


def check_looks(visit: Visit, theme: str) -> None:
    """Check room, the sizes that a finger needs, and what axe finds in both themes."""
    size = visit.page.viewport_size
    assert size
    faults = {"layout": find_faults(visit.page), "targets": visit.page.evaluate(TARGETS) if size["width"] < 500 else []}
    for now in (theme, "other"):
        faults[now] = visit.page.evaluate(FIND)
        visit.page.locator("#theme").dispatch_event("click")
    assert not any(faults.values()), show(faults)


def open_game(open_page: Open, hash_: str = "#whose", **options: object) -> Visit:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm --prefix assets ci")
    visit = open_page(hash_, bypass_csp=True, **options)
    visit.page.add_script_tag(path=AXE)
    return visit


def test_a_round_is_played_by_keyboard_and_passed_on(open_page: Open) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    visit = open_game(open_page, "", width=1440, color_scheme="light", permissions=permissions)
    page = visit.page
    visit.rest("face")
    assert not [request.url for request in visit.requests if "whose" in request.url]
    page.get_by_role("link", name="Play").press("Enter")
    visit.rest("whose")
    assert page.get_by_role("button", name="Show the answer").is_disabled()
    order = read_order(page, 7, "beta-vae")
    match_by_keyboard(page, list(enumerate(order)))
    assert page.locator(".thread").count() == PAIRS
    assert see_answer(page) == "4 of 4 right"
    assert page.locator(".spot.right").count() == PAIRS
    assert page.locator(".lost canvas").count() == PAIRS * (1 + PAIRS)
    assert page.evaluate("document.activeElement.className") == "score"
    check_looks(visit, "light")
    page.get_by_role("button", name="Same faces, β-TCVAE at β = 50").click()
    page.wait_for_function("() => document.querySelector('#whose-copy').textContent === 'Kept at β = 50'")
    visit.rest("whose")
    order = read_order(page, 7, "beta-tcvae")
    swapped = [order[1], order[0], *order[2:]]
    match_by_keyboard(page, list(enumerate(swapped)))
    assert see_answer(page) == "2 of 4 right"
    assert "With the β-VAE at β = 10 you had 4 of 4." in page.locator(".result").inner_text()
    page.get_by_role("button", name="Copy the link").click()
    page.locator("#said", has_text="Link copied").wait_for()
    link = str(page.evaluate("navigator.clipboard.readText()"))
    other = open_page(f"#{urlsplit(link).fragment}")
    other.rest("whose")
    assert max(other.page.evaluate(FAR, [ALL, page.evaluate(LOOK)])) <= 2
    for request in visit.requests:
        address = urlsplit(request.url)
        assert (request.method, address.query) == ("GET", "")
        assert address.path in ("/", "/manifest.json", "/favicon.ico") or address.path[1:].startswith(FILES)


def test_a_photo_takes_part_on_a_phone_but_not_in_the_link(open_page: Open) -> None:
    options = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
    visit = open_game(open_page, "#whose?family=beta-tcvae&seed=3", color_scheme="dark", **options)
    page = visit.page
    visit.rest("whose")
    drawn = page.evaluate(LOOK)
    page.locator("#upload").set_input_files(PORTRAIT)
    own = page.get_by_label("My photo is one of them")
    page.wait_for_function(f"(arg) => ({FAR})(arg)[0] > 50", arg=[[3], drawn])
    visit.rest("whose")
    assert max(page.evaluate(FAR, [ALL[:3], drawn])) <= 2
    match_by_finger(page, list(enumerate(read_order(page, 3, "beta-tcvae"))))
    assert see_answer(page) == "4 of 4 right"
    check_looks(visit, "dark")
    assert page.evaluate("location.hash") == "#whose?family=beta-tcvae&seed=3"
    own.uncheck()
    page.wait_for_function(f"(arg) => Math.max(...({FAR})(arg)) <= 2", arg=[ALL, drawn])


def test_a_mouse_draws_pairs_and_parts_them(open_page: Open) -> None:
    visit = open_page("#whose")
    visit.rest("whose")
    page = visit.page
    face, copy = page.locator(".original .spot").nth(2), page.locator(".copy .spot").nth(0)
    face.drag_to(copy)
    assert copy.locator(".visually-hidden").inner_text() == "Copy A, matched with face 3"
    assert face.get_attribute("aria-pressed") == "false"
    copy.click()
    face.click()
    assert copy.locator(".visually-hidden").inner_text() == "Copy A"
    assert page.locator(".thread").count() == 0
