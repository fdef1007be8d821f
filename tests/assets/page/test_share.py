"""Share: the link brings back what was shown, a face's codes are in it only by choice, and the card is a picture."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.assets.page.conftest import PORTRAIT, Open, show
from tests.assets.page.hands import button, change, move, open_picture, save
from tests.assets.page.test_accessibility import AXE, FIND
from tests.conftest import BROWSER_PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PICTURES = {  # what a tab shows
    "face": ("#copy", "#face-picture", "#thumb"),
    "sample": ("#panel-sample .cell:first-of-type canvas", "#panel-sample .group.beta-tcvae canvas"),
    "explore": ("#panel-explore .desk .picture canvas", "#panel-explore .explore-row .cell:last-child canvas"),
    "compare": ("#panel-compare .comparison canvas",),
    "morph": ("#panel-morph .ends .large canvas", "#panel-morph .ends figure:last-child canvas"),
}
COPIES = "[...document.querySelectorAll('#row button.cell')].map((one) => one.innerText)"
# pictures at 16 pixels a side: numbers in a link are rounded to a thousandth
LOOK = """(ones) => ones.flatMap((one) => [...document.querySelectorAll(one)]).map((picture) => {
  const small = new OffscreenCanvas(16, 16).getContext("2d");
  small.drawImage(picture, 0, 0, 16, 16);
  return [...small.getImageData(0, 0, 16, 16).data];
})"""
ALIKE = f"""([ones, seen]) => {{
  const [now, then] = [({LOOK})(ones).flat(), seen.flat()];
  return now.length === then.length && now.every((value, i) => Math.abs(value - then[i]) <= 2);
}}"""


SYSTEM_SHEET = """
  Object.assign(navigator, { canShare: () => true, share: async (data) => { window.sent = data; } });
"""


def read_link(page: "Page") -> str:
    """Open Share, read the address in it, and close it."""
    page.locator("#share").click()
    link = page.locator("dialog[open] pre").inner_text()
    button(page, "Close").click()
    page.locator("dialog[open]").wait_for(state="detached")
    return "#" + urlsplit(link).fragment


def wait_until_alike(tab: str, page: "Page", other: "Page") -> None:
    """Wait until two pages show the same pictures on a tab."""
    deadline = time.monotonic() + BROWSER_PATIENCE / 1000
    while not other.evaluate(ALIKE, [PICTURES[tab], page.evaluate(LOOK, PICTURES[tab])]):
        assert time.monotonic() < deadline, f"{tab} shows something else"
        time.sleep(0.1)


def change_face(page: "Page") -> None:
    change(page, "#face-picture", lambda: move(page, "#noise input", 0.5))
    page.locator("[name=family][value=beta-tcvae] + span").click()
    change(page, "#copy", page.locator("#row button.cell").nth(6).click)


def change_sample(page: "Page") -> None:
    first, last = PICTURES["sample"]
    change(page, first, page.locator("[name=source][value=fitted] + span").click)
    change(page, last, lambda: move(page, "#panel-sample .controls input[type=range]", 0.2))


def change_explore(page: "Page") -> None:
    large, last = PICTURES["explore"]
    change(page, large, page.locator(".explore-row button.cell").nth(4).click)
    change(page, last, lambda: move(page, "#panel-explore .sliders input:enabled", 0.9))
    page.locator("[name=part][value=numbers] + span").click()
    change(page, large, lambda: move(page, "#panel-explore .labelled-slider:has(.lock) input", 0.9))


def change_compare(page: "Page") -> None:
    change(page, PICTURES["compare"][0], button(page, "Hat").click)


def change_morph(page: "Page") -> None:
    large, second = PICTURES["morph"]
    change(page, second, page.locator(".second .thumb").last.click)
    change(page, large, page.locator("[name=path][value=arc] + span").click)
    change(page, large, lambda: move(page, ".morph-side input[type=range]", 0.8))


EXPLORED = "#explore?face=glasses&noise=0.25&model=beta-vae-b10&way=numbers&features=blond+hair:3.2&numbers="
LINKS: dict[str, tuple[Callable[["Page"], None], str]] = {  # what a visitor does on a tab, and how its link begins
    "face": (change_face, "#face?face=glasses&noise=0.25&family=beta-tcvae&beta=20"),
    "sample": (change_sample, "#sample?face=glasses&source=fitted&temperature=0.65"),
    "explore": (change_explore, f"{EXPLORED}beta-vae-b10:12:"),
    "compare": (change_compare, "#compare?face=glasses&noise=0.25&feature=wearing+hat"),
    "morph": (
        change_morph,
        "#morph?face=glasses&noise=0.25&model=beta-vae-b10&second=tower&path=arc&at=0.8",
    ),
}


def test_links_restore_what_was_shared_on_every_tab(open_page: Open) -> None:
    visit = open_page("#face?face=glasses")
    visit.rest("face")
    other = open_page("#models").page  # another visitor
    for tab, (act, beginning) in LINKS.items():
        visit.open(tab)
        act(visit.page)
        link = read_link(visit.page)
        assert link.startswith(beginning)
        other.goto("about:blank")
        other.goto(f"{visit.page.url.partition('#')[0]}{link}")
        wait_until_alike(tab, visit.page, other)
        assert other.evaluate("location.hash") == link


def test_the_codes_of_a_photograph_are_shared_only_by_choice(open_page: Open) -> None:
    visit = open_page()
    page = visit.page
    visit.rest("face")
    page.locator("#upload").set_input_files(PORTRAIT)
    page.locator("#said", has_text="Your photo stays").wait_for()
    page.locator("#share").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("256 numbers in all, from which the models redraw it; not the photograph")
    assert urlsplit(dialog.locator("pre").inner_text()).fragment == "face"
    expect(dialog.get_by_role("button", name="Send card")).to_have_count(0)  # this browser has no system's sheet
    dialog.locator("[name=shared-face][value=codes] + span").click()
    fragment = urlsplit(dialog.locator("pre").inner_text()).fragment
    assert fragment.startswith("face?code=")
    assert len(fragment) < 1000
    assert "code" not in page.evaluate("location.hash")
    shown, pictures = page.evaluate(COPIES), page.evaluate(LOOK, ["#row button.cell canvas"])
    other = open_page(f"#{fragment}").page
    other.locator("#said", has_text="No photograph came with it").wait_for()
    other.wait_for_function(f"(shown) => JSON.stringify({COPIES}) === JSON.stringify(shown)", arg=shown)
    other.wait_for_function(ALIKE, arg=[["#row button.cell canvas"], pictures])
    page.reload()
    page.locator("#said", has_text="Your photo was not kept").wait_for()
    page.reload()
    page.locator("#said", has_text="Sampled from").wait_for()


def test_the_card_is_a_picture_and_axe_finds_nothing_in_the_dialog(open_page: Open) -> None:
    visit = open_page(bypass_csp=True, color_scheme="light", before=lambda page: page.add_init_script(SYSTEM_SHEET))
    page = visit.page
    visit.rest("face")
    assert not [request.url for request in visit.requests if "/share/" in request.url]
    page.locator("#share").click()
    with_original = save(page, "vae-faces-card.png", button(page, "Save card (PNG)").click)
    change(page, ".share-card canvas", page.locator("[name=card-original][value=without] + span").click)
    assert save(page, "vae-faces-card.png", button(page, "Save card (PNG)").click) != with_original
    assert open_picture(with_original) == (1200, 630)
    button(page, "Send card …").click()
    page.wait_for_function("() => window.sent?.files?.[0].name === 'vae-faces-card.png'")
    if AXE.is_file():
        page.add_script_tag(path=AXE)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert not (faults := page.evaluate(FIND)), show([theme, faults])
    button(page, "Close").click()
    page.locator("#upload").set_input_files(PORTRAIT)
    page.locator("#said", has_text="Your photo stays").wait_for()
    page.locator("#share").click()
    expect(page.locator("[name=card-original][value=without]")).to_be_checked()
