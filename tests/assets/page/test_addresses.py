"""Addresses of the page: every tab and state has one, Back goes from tab to tab, and old links work."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks.running_app import running_app
from tests.assets.page.conftest import PORTRAIT, TABS, Open

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def read_hash(page: "Page") -> str:
    return str(page.evaluate("location.hash"))


def test_an_address_restores_the_state_that_wrote_it(open_page: Open) -> None:
    first = open_page()
    first.rest("face")
    page = first.page
    page.locator("[name=family][value=beta-tcvae] + span").click()
    page.locator("#beta").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.locator("#examples [data-face=glasses]").click()
    page.wait_for_function("() => location.hash.includes('glasses')")
    assert read_hash(page) == "#face?face=glasses&family=beta-tcvae&beta=20"
    first.rest("face")
    second = open_page(read_hash(page))
    second.page.wait_for_function("() => document.querySelector('#price').textContent === 'β = 20'")
    second.rest("face")
    look = "['#copy', '#thumb'].map((one) => document.querySelector(one).toDataURL())"
    second.page.wait_for_function(f"(seen) => JSON.stringify({look}) === JSON.stringify(seen)", arg=page.evaluate(look))
    second.page.evaluate("location.hash = '#face?face=glasses'")  # another link in the same page: beta is 1 again
    second.page.wait_for_function("() => document.querySelector('#price').textContent === 'β = 1'")


@pytest.mark.parametrize(
    ("hash_", "holds"),
    [
        ("#face?beta=ae", "document.querySelector('#price').textContent === 'AE'"),
        ("#sample?seed=9", "document.querySelector('#panel-sample input[type=number]')?.value === '9'"),
        ("#explore?model=beta-tcvae", "document.querySelector('.explore-row .beta-tcvae [aria-current=true]')"),
        ("#compare?feature=wearing+hat", "document.querySelector('.chip[aria-pressed=true]')?.textContent === 'Hat'"),
        (
            "#morph?face=astronaut",
            "document.querySelector('#said').textContent === 'Eileen Collins, astronaut (NASA).'",
        ),
        (
            "#face?face=tower",
            "document.querySelector('#said').textContent === 'A tower. The models know only faces.'",
        ),
        ("#nothing", "!document.querySelector('#panel-face').hidden"),
        ("#face?beta=-3&family=none", "document.querySelector('#price').textContent === 'β = 1'"),
    ],
)
def test_every_tab_has_an_address(open_page: Open, hash_: str, holds: str) -> None:
    open_page(hash_).page.wait_for_function(f"() => {holds}")


def test_back_goes_from_tab_to_tab(open_page: Open) -> None:
    visit = open_page()
    for tab in ("sample", "compare"):
        visit.open(tab)
        assert read_hash(visit.page) == f"#{tab}"
    for tab in ("sample", "face"):
        visit.page.go_back()
        visit.rest(tab)
    visit.page.go_forward()
    visit.rest("sample")


def test_a_link_of_the_earlier_page_opens_its_face(open_page: Open) -> None:
    code = ",".join(f"{(-1) ** i * i / 20:.2f}" for i in range(32))
    visit = open_page(f"#explore=beta-vae:{code}", permissions=["clipboard-read", "clipboard-write"])
    visit.page.locator("#said", has_text="link").wait_for()
    visit.rest("explore")
    visit.page.get_by_role("button", name="Share").locator("visible=true").last.click()
    visit.page.get_by_role("button", name="Copy link").click()
    visit.page.get_by_role("button", name="Copied").wait_for()
    copied = urlsplit(str(visit.page.evaluate("navigator.clipboard.readText()"))).fragment
    [(model, numbers)] = [entry.split(":") for entry in parse_qs(copied.partition("?")[2])["code"]]
    assert copied.startswith("explore?")
    assert model == "beta-vae"
    assert [float(value) for value in numbers.split("*")] == [float(value) for value in code.split(",")]


def test_a_photograph_is_in_no_address(open_page: Open) -> None:
    visit = open_page()
    visit.page.locator("#upload").set_input_files(PORTRAIT)
    visit.page.locator("#said", has_text="Your photo stays").wait_for()
    for tab in TABS:
        visit.open(tab)
        assert "photo" not in read_hash(visit.page)


@pytest.mark.processes
def test_every_tab_works_below_a_path(open_page: Open) -> None:
    """A proxy may remove the path's prefix, or not."""
    with running_app(variables={"GRADIO_ROOT_PATH": "/faces"}) as app:
        for at in (f"{app.address}faces/", app.address):
            visit = open_page(at=at)
            for tab in TABS:
                visit.open(tab)
            answers = [request.response() for request in visit.requests]
            assert [answer.url for answer in answers if answer and answer.status >= 400] == []
