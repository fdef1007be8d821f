"""The tour: five steps by mouse, by keyboard and on a phone, in both themes, with nothing but the page's own files."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.assets.page.conftest import Open, Visit, show
from tests.assets.page.hands import button, change, move
from tests.assets.page.test_accessibility import AXE, FIND
from tests.assets.page.test_layout import TARGETS
from tests.assets.page.test_requests import FILES

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

STEPS = ("squeeze", "dream", "pay", "dials", "trade")
MOST_WORDS = 40
REST = """(step) => {
  const shown = document.querySelector(".tour-step:not([hidden])");
  return location.hash === `#tour=${step}` && shown && !shown.matches(":has(.waiting, [aria-busy])");
}"""


def wait_for_step(page: "Page", number: int) -> None:
    """Wait until a step is open, and its pictures are painted."""
    page.wait_for_function(REST, arg=number)


def do_task(page: "Page", step: str) -> None:
    """Do the task of a step, and see its picture change."""
    if step == "squeeze":
        page.locator(".squeeze .code").focus()
        change(page, ".squeeze .its-copy canvas", lambda: page.keyboard.press("ArrowRight"))
    elif step == "dream":
        change(page, ".dream canvas", button(page, "New faces").click)
    elif step == "pay":
        change(page, ".pay .its-copy canvas", lambda: move(page, ".pay input", 1))
    elif step == "dials":
        change(page, ".dials .vae canvas", lambda: move(page, ".dials input", 0))
    else:
        change(page, ".trade .beside canvas", page.locator(".dots label").last.click)


def find_faults(page: "Page") -> list[object]:
    """Return what axe finds with the maths open, in the light and in the dark."""
    page.locator(".tour-step:not([hidden]) .maths-of-step").evaluate("one => { one.open = true; }")
    faults: list[object] = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
        faults += page.evaluate(FIND)
    page.locator(".tour-step:not([hidden]) .maths-of-step").evaluate("one => { one.open = false; }")
    return faults


def find_paths(visit: Visit) -> set[str]:
    """Return the paths of all requests, without the first slash."""
    return {urlsplit(request.url).path[1:] for request in visit.requests}


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900)])
def test_a_visitor_walks_the_whole_tour(open_page: Open, width: int, height: int) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm --prefix assets ci")
    visit = open_page(width=width, height=height, bypass_csp=True, has_touch=width == 390, is_mobile=width == 390)
    page = visit.page
    visit.rest("face")
    assert not [path for path in find_paths(visit) if "tour" in path]  # not fetched before it is opened
    page.get_by_role("link", name="Take the tour").click()
    page.add_script_tag(path=AXE)
    faults: dict[str, list[object]] = {}
    for number, step in enumerate(STEPS, start=1):
        wait_for_step(page, number)
        words = page.locator(f".{step} .step-words > p").all_inner_texts()
        assert len(" ".join(words).split()) <= MOST_WORDS, step
        assert page.evaluate("document.activeElement.textContent").endswith(step.capitalize())
        conclusion = page.locator(f".{step} .conclusion")
        expect(conclusion).to_be_hidden()
        do_task(page, step)
        expect(conclusion).to_be_visible()
        bottom = page.locator(".tour-foot").evaluate("one => one.getBoundingClientRect().bottom + scrollY")
        across = page.evaluate("document.documentElement.scrollWidth")
        if bottom > height or across > width:
            faults[f"{step}, size"] = [bottom, across]
        if width == 390:
            faults[f"{step}, touch"] = page.evaluate(TARGETS)
        faults[step] = find_faults(page)
        if step != "trade":
            button(page, "Next").click()
    assert not any(faults.values()), show(faults)
    button(page, "Try your face").click()
    expect(page.locator("#said")).to_contain_text("That was β")
    expect(page.locator("#price")).to_have_text("β = 50")  # the dot that was chosen last
    assert [path for path in find_paths(visit) if path not in ("", "favicon.ico") and not path.startswith(FILES)] == []
    assert {request.method for request in visit.requests} == {"GET"}


def test_keys_back_and_a_reload_know_the_step(open_page: Open) -> None:
    visit = open_page("#tour=2")
    page = visit.page
    wait_for_step(page, 2)
    page.keyboard.press("ArrowRight")
    wait_for_step(page, 3)
    page.locator(".pay input").press("ArrowRight")  # a slider's own key
    page.go_back()
    wait_for_step(page, 2)
    page.keyboard.press("ArrowLeft")
    wait_for_step(page, 1)
    page.get_by_role("link", name="4 Dials").click()
    wait_for_step(page, 4)
    page.keyboard.press("Escape")
    visit.rest("explore")  # the tab that the step speaks of
    assert page.evaluate("document.activeElement.id") == "tab-explore"
    page.goto(page.url.split("#")[0])
    page.reload()
    visit.rest("face")
    page.get_by_role("link", name="Take the tour").press("Enter")
    wait_for_step(page, 4)


def test_films_of_learning_play_where_a_model_has_one(open_page: Open) -> None:
    def add_film(page: "Page") -> None:
        """Say that the VAE has a film: the bundled models have none."""
        page.route(
            "**/records/models.json",
            lambda route: route.fulfill(
                response=(answer := route.fetch()),
                json={
                    **answer.json(),
                    "models": [
                        model | {"film": "examples/tower.png" if model["name"] == "vae" else None}
                        for model in answer.json()["models"]
                    ],
                },
            ),
        )

    page = open_page("#tour=2", before=add_film).page
    page.locator(".dream summary", has_text="How it learnt").click()
    button(page, "Play VAE").click()
    expect(page.get_by_role("img", name="Film: faces drawn by the VAE")).to_be_visible()
