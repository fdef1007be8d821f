"""Words of the opening tab: everything is explained before it is used."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.assets.page.conftest import Open

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# a symbol or a word of the field -> the sentence on the page that explains it
EXPLAINED = {
    "β": r"β is the price",
    "VAE": r"variational autoencoder \(VAE\)",
    "β-VAE": r"In a β-VAE, all information costs β",
    "β-TCVAE": r"In a β-TCVAE, only overlap does: what one number says about the others",
    "code": r"squeezes a face into \d+ numbers, the code|Its code ?, \d+ numbers",
    "overlap": r"overlap does: what one number says about the others",
}
UNEXPLAINED = r"\bKL\b|\bTC\b|\bELBO\b|\blatent|N\(0|x̂|\bσ|\bμ|\bz\b|nats"


# the texts of a panel in the order in which they are seen: line by line, on each from left to right
READ = """(panel) => {
  const hasText = (one) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const isSeen = (one) => one.checkVisibility() && getComputedStyle(one).clipPath === "none";
  const all = [...document.querySelectorAll(`${panel} *`)].filter((one) => isSeen(one) && hasText(one));
  const texts = all
    .filter((one) => !all.some((other) => other !== one && other.contains(one)))
    .map((one) => ({ text: one.innerText, box: one.getBoundingClientRect() }))
    .sort((a, b) => a.box.top - b.box.top);
  const lines = [];
  for (const one of texts) {
    const line = lines.at(-1);
    if (line && (one.box.top + one.box.bottom) / 2 < line[0].box.bottom) line.push(one);
    else lines.push([one]);
  }
  return lines.flatMap((line) => line.sort((a, b) => a.box.left - b.box.left).map(({ text }) => text)).join(" ");
}"""


def read_text(page: "Page", selector: str) -> str:
    """Return what is seen of an element's text, as one line."""
    return " ".join(page.locator(selector).inner_text().split())


@pytest.mark.parametrize("width", [390, 1440])
def test_beta_is_explained_before_any_symbol(open_page: Open, width: int) -> None:
    visit = open_page(width=width)
    visit.rest("face")
    text = " ".join(visit.page.evaluate(READ, "#panel-face").split())
    beta = text.index("β is the price")
    assert not re.search(UNEXPLAINED, text[:beta])
    for word, sentence in EXPLAINED.items():
        explained = re.search(sentence, text)
        assert explained, word
        if word not in ("β", "VAE"):  # a heading says "β (beta)"; "VAE" is in the sentence itself
            first = re.search(rf"(?<!\w){word}(?!\w)", text)
            assert first
            assert first.start() >= explained.start(), word
    assert text.index("β (beta)") <= text.index("β")


def test_each_term_has_a_card_of_one_sentence(open_page: Open) -> None:
    visit = open_page()
    visit.rest("face")
    terms = visit.page.locator("#panel-face button.term").locator("visible=true")
    assert terms.count() > 10
    for term in terms.all():
        term.focus()
        card = visit.page.locator("#card")
        card.wait_for()
        assert re.search(r"[^.]\.$", card.inner_text().strip()), term.inner_text()
        visit.page.keyboard.press("Escape")


def test_the_sentence_and_the_numbers_change_with_beta(open_page: Open) -> None:
    visit = open_page("#face?beta=ae")
    visit.rest("face")
    seen = []
    for price, key in (("AE", "Home"), ("β = 1", "ArrowRight"), ("β = 2", "End"), ("β = 10", "Home")):
        visit.page.wait_for_function("(price) => document.querySelector('#price').textContent === price", arg=price)
        seen.append([read_text(visit.page, part) for part in ("#sentence", "#nats", "#used", "#found")])
        visit.page.locator("#beta").press(key)
    for column in zip(*seen, strict=True):
        assert len(set(column)) >= 3, column
    assert len({sentence for sentence, *_ in seen}) == len(seen)
