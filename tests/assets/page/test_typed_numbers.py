"""Numbers of the page's sentences: they come from records or from the face that is seen, and none is typed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.documents import models
from tests.conftest import bundled_models
from vae_models.hub.pull import Loaded

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "assets" / "page"
WORDS = sorted((PAGE / "words").glob("*.js"))
SPELT = {4: "four", 8: "eight"}
COUNTED = "three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|hundred|double"
NUMBER = re.compile(rf"(?<![\w.])\d[\d,.]*(?:\b|(?<=\d))|\b(?:{COUNTED})\b", re.IGNORECASE)
# A sentence's part -> why its number may be typed
ALLOWED = {
    # what a word means: true of every model
    r"from 0 to 1\.": "the range of a colour value",
    r"bell curve with mean 0 and spread 1\.": "the definition of the prior",
    r"where 1 point of error costs 1": "the unit of the price",
    r"pays 1 for each nat|and 1 for each nat": "the definition of a VAE",
    r"\b(?:1 nat is about|β = 1|β − 1)\b": "a definition",
    r"at 0 the code says": "a definition",
    r"0: independent|0 means (?:that they are )?independent": "the least overlap",
    r"0\.5 is guessing|1 is always": "the ends of a probe's score",
    r"0 is a perfect copy": "the least error",
    r"1 is the same picture|at most 1\b": "the largest SSIM",
    r"Bars begin at 0": "a chart's ground",
    r"Apache-2\.0": "the name of a licence",
    r"Take the tour, 2 minutes": "how long people take",
    # the tour's mathematics, and where the report has it
    r"section [IVX]+-A|equation \d": "a part of the report",
    r"mean 0 and covariance|theta [12]|\b1 over n\b|from 1 to n|beta minus 1|N\(0, I\)": "a formula, as it is read",
}


def strip_code(source: str) -> str:
    """Remove comments and what is computed."""
    source = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", source, flags=re.DOTALL)
    while (inner := re.sub(r"\$\{[^{}]*\}", "…", source)) != source:
        source = inner
    return source


def list_sentences(source: str) -> Iterator[str]:
    """Yield the strings of a script that have several words."""
    for match in re.finditer(r'"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`', strip_code(source)):
        text = match[1] or match[2] or ""
        if " " in text.strip():
            yield text


def find_typed(sentences: Iterator[str]) -> list[str]:
    """Return the sentences that have a number which is not allowed."""
    typed = []
    for sentence in sentences:
        rest = sentence
        for pattern in ALLOWED:
            rest = re.sub(pattern, "", rest)
        if NUMBER.search(rest):
            typed.append(sentence)
    return typed


@pytest.mark.parametrize("file", WORDS, ids=lambda file: file.stem)
def test_no_number_of_a_sentence_is_typed(file: Path) -> None:
    assert find_typed(list_sentences(file.read_text(encoding="utf-8"))) == []


def test_the_html_has_only_numbers_of_the_bundled_records() -> None:
    facts = json.loads(models(Loaded(bundled_models())))["facts"]
    html = re.sub(r"<(svg|script)\b.*?</\1>", "", (PAGE / "index.html").read_text(encoding="utf-8"), flags=re.DOTALL)
    marked = re.findall(r'data-fact="(\w+)">([^<]*)<', html)
    assert marked
    assert all(text == str(facts[key]) for key, text in marked)
    for description in re.findall(r'description" content="([^"]*)"', html):
        assert [word.lower() for word in NUMBER.findall(description)] == [SPELT[facts["models"]], str(facts["latents"])]
    rest = re.sub(r'data-fact="\w+">[^<]*<|<meta [^>]*>|<output [^>]*>β = 1<', "<", html)  # main.js writes the output
    texts = re.findall(r'(?:aria-label|title|alt)="([^"]*)"|>([^<>]+)<', rest)
    assert find_typed(first or second for first, second in texts) == []


@pytest.mark.parametrize(
    "script",
    [
        'const A = "Rebuilt by 8 models.";',
        "const A = `Nine faces by ${name}`;",
        'f(`a ${g(`b ${1}`)} of 40 features`, "x")',
    ],
)
def test_a_typed_number_is_found(script: str) -> None:
    assert len(find_typed(list_sentences(script))) == 1


@pytest.mark.parametrize(
    "script",
    ["// 40 features\nconst A = `${n} of ${m} features`;", 'const A = ["No number at all.", 12];', 'f("h1", "2")'],
)
def test_a_number_that_is_computed_or_no_sentence_is_passed_over(script: str) -> None:
    assert find_typed(list_sentences(script)) == []
