"""Laws of the layout, measured in Chromium on every tab from a phone's width to a wide screen."""

from typing import TYPE_CHECKING

import pytest

from tests.assets.page.conftest import TABS, Open, show

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SCREENS = [(390, 844), (768, 1024), (1280, 720), (1440, 900), (1920, 1080)]
SINGLE = ".picture canvas, .picture img, .ends canvas"
COMPARED = ".row .pic canvas, .samples canvas"
STRIPS = ".comparison canvas"
STRIP_STEPS = 9

# the boxes of what is shown, by a selector
BOXES = """(selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility({
  visibilityProperty: true, opacityProperty: true })).map((one) => {
  const { x, y, width, height } = one.getBoundingClientRect();
  return { name: one.getAttribute("aria-label") || one.id || one.textContent.trim().slice(0, 40) || one.className,
    x, y, width, height };
}).filter(({ width, height }) => width > 1 && height > 1)"""

# what a finger can touch; a term inside a sentence is as high as its line
TARGETS = """() => [...document.querySelectorAll(
  "button:not(.term), a[href], input, select, summary, [role=tab], [role=application]")].filter((one) => {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.closest("p:not(.buttons), figcaption, dd, td, li"))
      return false;
    return !one.matches("[tabindex='-1'][aria-hidden=true]");
  }).map((one) => {
    const label = one.matches("input[type=radio], input[type=checkbox], input[type=file]") && one.closest("label");
    const { width, height } = (label || one).getBoundingClientRect();
    const name = one.getAttribute("aria-label") || one.textContent.trim() || one.value || one.id;
    return [name, Math.round(width * 10) / 10, Math.round(height * 10) / 10];
  }).filter(([, width, height]) => width > 1 && (height < 39.5 || width < 39.5))"""

# the share of the screen that the largest rectangle without any text, picture or control takes
EMPTY = """() => {
  const CELL = 20, columns = Math.floor(innerWidth / CELL), rows = Math.floor(innerHeight / CELL);
  const full = Array.from({ length: rows }, () => new Uint8Array(columns));
  const cover = ({ left, top, right, bottom }) => {
    for (let y = Math.max(0, Math.floor(top / CELL)); y < Math.min(rows, bottom / CELL); y++)
      for (let x = Math.max(0, Math.floor(left / CELL)); x < Math.min(columns, right / CELL); x++) full[y][x] = 1;
  };
  const seen = (one) => one.checkVisibility({ visibilityProperty: true });
  for (const one of document.querySelectorAll("canvas:not(#strands), img, svg, video, input, button, select"))
    if (seen(one)) cover(one.getBoundingClientRect());
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    if (!texts.currentNode.data.trim() || !seen(texts.currentNode.parentElement)) continue;
    range.selectNodeContents(texts.currentNode);
    for (const box of range.getClientRects()) cover(box);
  }
  let largest = 0;
  const heights = new Array(columns).fill(0);
  for (const row of full) {
    for (let x = 0; x < columns; x++) heights[x] = row[x] ? 0 : heights[x] + 1;
    for (let x = 0; x < columns; x++) {
      let low = Infinity;
      for (let end = x; end < columns && heights[end]; end++) {
        low = Math.min(low, heights[end]);
        largest = Math.max(largest, low * (end - x + 1));
      }
    }
  }
  return largest / (rows * columns);
}"""


def find_faults(page: "Page") -> list[str]:
    """Measure the open tab; a sentence for every law that it breaks."""
    faults = []
    size = "(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])(document.documentElement)"
    across, wide = page.evaluate(size)
    if across > wide:
        faults.append(f"scrolls sideways: {across} px in {wide}")
    for selector, least, what in (
        ("input[type=range]", 160, "slider"),
        (SINGLE, 96, "single face"),
        (COMPARED, 72, "compared face"),
        (STRIPS, 72 * STRIP_STEPS, "strip of faces"),
    ):
        faults += [
            f"{what} {box['name']}: {box['width']:.0f} px, at least {least}"
            for box in page.evaluate(BOXES, selector)
            if round(box["width"]) < least
        ]
    empty = page.evaluate(EMPTY)
    if empty >= 0.5:
        faults.append(f"{empty:.0%} of the screen is one empty rectangle")
    return faults


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_every_tab_has_room_for_faces_and_sliders(open_page: Open, width: int, height: int) -> None:
    visit = open_page(width=width, height=height, has_touch=width < 1000, is_mobile=width < 1000)
    faults = {}
    for tab in TABS:
        visit.open(tab)
        faults[tab] = find_faults(visit.page)
        if tab == "explore":
            for part in ("numbers", "map"):
                visit.page.locator(f"[name=part][value={part}] + span").click()
                faults[part] = find_faults(visit.page)
    assert not any(faults.values()), show(faults)


def test_a_finger_can_touch_every_control(open_page: Open) -> None:
    visit = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    faults = {}
    for tab in TABS:
        visit.open(tab)
        faults[tab] = visit.page.evaluate(TARGETS)
    assert not any(faults.values()), show(faults)


def find_bottom(page: "Page", selector: str) -> float:
    """Return the lower edge of an element, in pixels from the top of the page."""
    return float(page.locator(selector).evaluate("one => one.getBoundingClientRect().bottom + scrollY"))


def test_the_opening_tab_fits_a_laptop_without_scrolling(open_page: Open) -> None:
    page = open_page().page
    assert find_bottom(page, "#stage") <= 900
    assert find_bottom(page, ".below") <= 900


def test_on_a_phone_the_face_and_the_result_come_first(open_page: Open) -> None:
    page = open_page(width=390, height=844, has_touch=True).page
    parts = ("#bar", "#copy", ".intro .first", "#beta", ".intro .then", ".families", "#noise", "#row")
    order = [find_bottom(page, part) for part in parts]
    assert order == sorted(order)
    assert order[parts.index("#beta")] <= 844


def test_the_face_bar_stays_in_view(open_page: Open) -> None:
    for width, height in (SCREENS[0], SCREENS[3]):
        visit = open_page(width=width, height=height)
        visit.rest("face")
        visit.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        visit.page.wait_for_function("() => scrollY > 50")
        top = visit.page.locator("#thumb").evaluate("one => one.getBoundingClientRect().top")
        assert 0 <= top < height / 2


# the positions of a tab's controls and pictures; an element keeps the number that it gets at first
POSITIONS = """(tab) => Object.fromEntries([...document.querySelectorAll(
  `#panel-${tab} :is(input, button, canvas, h1, h2, figure, fieldset)`)]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".stops"))
  .map((one, i) => {
    one.dataset.known ??= `${i} ${one.tagName} ${one.id || one.className || one.getAttribute("aria-label")}`;
    const { x, y, width, height } = one.getBoundingClientRect();
    return [one.dataset.known, [x, y, width, height].map(Math.round).join()];
  }))"""


@pytest.mark.parametrize(
    ("tab", "slider"),
    [
        ("face", "#beta"),
        ("explore", ".sliders input"),
        ("sample", ".controls input[type=range]"),
        ("morph", ".morph-side input[type=range]"),
    ],
)
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 720)])
def test_nothing_moves_while_a_slider_is_held(open_page: Open, tab: str, slider: str, width: int, height: int) -> None:
    visit = open_page(f"#{tab}", width=width, height=height)
    visit.rest(tab)
    page = visit.page
    handle = page.locator(f"#panel-{tab} {slider}").first
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box
    before = page.evaluate(POSITIONS, tab)
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    page.mouse.down()
    moved: dict[str, str] = {}
    for share in (0.6, 0.8, 0.95, 0.3, 0.05):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        now = page.evaluate(POSITIONS, tab)
        moved |= {
            name: f"{before.get(name)} -> {position}" for name, position in now.items() if before.get(name) != position
        }
    page.mouse.up()
    assert not moved, show(moved)
