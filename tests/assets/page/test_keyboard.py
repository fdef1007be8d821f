"""The page by the keyboard: arrows between tabs, faces, models and stops, and a focus that is seen."""

from typing import TYPE_CHECKING

import pytest

from tests.assets.page.conftest import Open, show

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# how the focused element, its label or the knob beside it look
LOOK = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const around = [one, one.parentElement, one.nextElementSibling, one.previousElementSibling].filter(Boolean);
  const look = (each) => {
    const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor } = getComputedStyle(each);
    return [outlineStyle, outlineStyle === "none" ? "" : outlineWidth, boxShadow, borderColor, backgroundColor].join();
  };
  const name = one.getAttribute("aria-label") || one.textContent.trim().slice(0, 30) || one.id || one.name;
  const focused = around.map(look).join("|");
  one.blur();
  const rest = around.map(look).join("|");
  one.focus({ focusVisible: true, preventScroll: true });
  return { name: `${one.tagName} ${name}`, visible: focused !== rest, range: one.type === "range" };
}"""
MOST = 60  # stops of Tab on a tab that are tried


def is_seen(page: "Page") -> bool:
    """Check whether the focused slider looks different without the focus: a style of its thumb cannot be read."""
    slider = page.locator(":focus")
    focused = slider.screenshot()
    handle = slider.element_handle()
    assert handle
    handle.evaluate("one => one.blur()")
    rest = handle.screenshot()
    handle.evaluate("one => one.focus({ focusVisible: true })")
    return focused != rest


def find_focus(page: "Page") -> str:
    """Return the text, the value or the name of the focused element."""
    return str(
        page.evaluate("(({ innerText, value, ariaLabel }) => ariaLabel || innerText || value)(document.activeElement)")
    )


def test_arrows_go_from_tab_to_tab(open_page: Open) -> None:
    visit = open_page()
    visit.rest("face")
    page = visit.page
    page.locator("#tab-face").focus()
    for key, tab in (("ArrowRight", "sample"), ("ArrowRight", "explore"), ("ArrowLeft", "sample"), ("End", "models")):
        page.keyboard.press(key)
        page.locator(f"#tab-{tab}[aria-selected=true]").wait_for()
        assert page.evaluate("document.activeElement.id") == f"tab-{tab}"
        visit.rest(tab)
    assert page.locator("[role=tab][tabindex='0']").count() == 1


def test_arrows_home_and_end_move_the_slider_between_stops(open_page: Open) -> None:
    visit = open_page()
    visit.rest("face")
    page = visit.page
    page.locator("#beta").focus()
    for key, price in (
        ("ArrowRight", "β = 2"),
        ("ArrowUp", "β = 5"),
        ("ArrowLeft", "β = 2"),
        ("End", "β = 10"),
        ("Home", "β = 1"),
    ):
        page.keyboard.press(key)
        page.wait_for_function("(price) => document.querySelector('#price').textContent === price", arg=price)
    assert page.locator("#beta").get_attribute("aria-valuetext") == "VAE, beta 1, price on all information"


def test_arrows_go_from_face_to_face_and_enter_takes_one(open_page: Open) -> None:
    visit = open_page()
    visit.rest("face")
    page = visit.page
    for group, count in (("#examples", 6), ("#row", 8)):
        page.locator(f"{group} button").first.focus()
        names = [find_focus(page)]
        for _ in range(count - 1):
            page.keyboard.press("ArrowRight")
            names.append(find_focus(page))
        assert len(set(names)) == count
        assert page.locator(f"{group} button[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('#price').textContent === 'β = 50'")
    page.locator("#examples button").nth(1).focus()
    page.keyboard.press("Enter")
    page.locator("#examples button[aria-pressed=true]").nth(0).wait_for()
    assert page.evaluate("document.activeElement.dataset.face") == "glasses"
    visit.open("sample")
    page.locator("#panel-sample .column-faces button").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#panel-sample .column-faces").first.locator("button:nth-child(2)[aria-pressed=true]").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_focus_is_seen_wherever_it_goes(open_page: Open, theme: str) -> None:
    visit = open_page(color_scheme=theme)
    faults = []
    for tab in ("face", "sample", "explore", "compare", "morph", "models"):
        visit.open(tab)
        visit.page.evaluate("document.activeElement.blur()")
        visit.page.locator(f"#tab-{tab}").focus()
        for _ in range(MOST):
            visit.page.keyboard.press("Tab")
            look = visit.page.evaluate(LOOK)
            if look is None:
                break
            if not look["visible"] and not (look["range"] and is_seen(visit.page)):
                faults.append([tab, look["name"]])
    assert not faults, show(faults)


def test_the_map_is_walked_by_arrows(open_page: Open) -> None:
    visit = open_page("#explore")
    visit.rest("explore")
    page = visit.page
    page.locator("[name=part][value=map] + span").click()
    page.locator("canvas.map").focus()
    face = "document.querySelector('.desk .picture canvas').toDataURL()"
    page.locator("canvas.map").wait_for()
    page.wait_for_function("() => document.querySelector('select.choice option')")
    before = page.evaluate(face)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(f"(before) => {face} !== before", arg=before)
