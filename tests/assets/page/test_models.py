"""The tab Models in a browser: what it shows is what the records say, and what one takes along arrives."""

import csv
import json
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pages.citations import ADDRESSES, write_bibtex
from tests.conftest import bundled_models
from vae_models.catalogue import RECIPES
from vae_models.group_errors import UNEXPLAINED

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

Open = Callable[..., "Page"]


@pytest.fixture(scope="module")
def open_tab(browser: "Browser", address: str) -> "Iterator[Open]":
    """Return a function that opens a tab in a context of its own, with records that `change` has changed."""
    contexts = []

    def open_tab(hash_: str = "#models", changes: dict[str, Callable[[Any], None]] | None = None) -> "Page":
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce")
        contexts.append(context)
        context.route("**/*.onnx", lambda route: route.abort())  # this tab needs no network of a model
        page = context.new_page()
        for name, change in (changes or {}).items():
            page.route(f"**/records/{name}", partial(answer_changed, change))
        page.goto(f"{address}{hash_}")
        page.locator("#terms").wait_for(state="attached")
        return page

    yield open_tab
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def models_tab(open_tab: Open) -> "Page":
    """Return a page that shows Models; no test may change it."""
    return open_tab()


def answer_changed(change: Callable[[Any], None], route: "Route") -> None:
    """Answer with the app's record, changed."""
    response = route.fetch()
    content = response.json()
    change(content)
    route.fulfill(response=response, body=json.dumps(content))


def texts(page: "Page", selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def test_the_four_kinds_are_defined_before_any_score(models_tab: "Page") -> None:
    assert texts(models_tab, ".kind h2") == [recipe.title for recipe in RECIPES.values()]
    assert [text.count("+") for text in texts(models_tab, ".kind .loss")] == [0, 1, 1, 2]
    top = [models_tab.locator(selector).first.bounding_box() for selector in (".kind", "#groups", "#table", "#origins")]
    heights = [box["y"] for box in top if box]
    assert heights == sorted(heights)
    assert len(heights) == 4


def test_every_cell_shows_the_figure_of_the_record(models_tab: "Page") -> None:
    digits = {"squared_error": 1, "psnr": 1, "ssim": 3, "kl": 1, "negative_elbo": 1, "gaussian_total_correlation": 3}
    for row, pulled in enumerate(bundled_models(), start=1):
        cells = texts(models_tab, f".scores-table tr:nth-child({row}) td")
        scores = pulled.record.scores
        shown = [cells[i] for i in (0, 1, 2, 3, 4, 6)]
        assert shown == ["–" if scores[name] is None else f"{scores[name]:.{n}f}" for name, n in digits.items()]
        assert int(cells[7]) == len(pulled.names.directions)


def test_a_bar_is_as_long_as_its_figure(models_tab: "Page") -> None:
    errors = [pulled.record.scores["squared_error"] for pulled in bundled_models()]
    bars = models_tab.locator(".scores-table td:nth-child(2) .bar-of")
    shares = bars.evaluate_all("bars => bars.map((bar) => bar.firstChild.offsetWidth / bar.offsetWidth)")
    assert shares == pytest.approx([error / max(errors) for error in errors], abs=0.02)


def test_bars_and_sentences_of_the_groups_are_those_of_the_check(models_tab: "Page") -> None:
    text = models_tab.locator("#groups").inner_text()
    for title, shares in UNEXPLAINED.items():
        worst, best = max(shares, key=shares.__getitem__), min(shares, key=shares.__getitem__)
        assert f"leaves {shares[worst]:.2f} of the variance of faces labelled {worst} unexplained" in text
        assert f"of those labelled {best} {shares[best]:.2f}." in text
        chart = models_tab.get_by_role("table", name=title, exact=True)
        shown = chart.locator("tr").evaluate_all(
            "rows => rows.map(({cells}) => [cells[0].innerText, cells[2].innerText])"
        )
        assert shown == [[label, f"{share:.2f}"] for label, share in shares.items()]


def test_the_code_of_the_chosen_model_is_copied(open_tab: Open) -> None:
    page = open_tab()
    for pulled in (bundled_models()[0], bundled_models()[-1]):
        page.get_by_label("Model", exact=True).select_option(pulled.name)
        page.locator("#load .copy-button").click()
        page.locator("#load .copy-button", has_text="Copied").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.locator("#load code").inner_text()
        assert f'from_pretrained("assets/weights/{pulled.name}")' in copied


def test_the_bibtex_is_copied_whole(open_tab: Open) -> None:
    page = open_tab()
    page.locator("#cite .copy-button").click()
    page.locator("#cite .copy-button", has_text="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == write_bibtex()
    links = page.locator("#cite a").evaluate_all("links => links.map((link) => link.href)")
    assert links == list(ADDRESSES.values())


def test_a_text_is_selected_where_nothing_may_be_copied(open_tab: Open) -> None:
    page = open_tab()
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.locator("#load .copy-button").click()
    page.locator("#load .copy-button", has_text="Selected").wait_for()
    assert page.evaluate("getSelection().toString()").startswith("from vae_models import Autoencoder")


def test_cite_in_the_header_leads_to_the_citations(open_tab: Open) -> None:
    page = open_tab("#models?part=cite")
    page.wait_for_function("() => document.activeElement.id === 'cite-title'")
    page.evaluate("scrollTo(0, 0)")
    page.get_by_role("tab", name="Models").focus()
    page.get_by_role("link", name="Cite").click()
    page.wait_for_function("() => document.activeElement.id === 'cite-title' && scrollY > 400")
    page.wait_for_url("**/#models")


def test_a_kind_opens_its_model_on_the_face(open_tab: Open) -> None:
    page = open_tab()
    page.get_by_label("open the beta T C VAE, beta 20 in Face").click()
    page.wait_for_url("**/#face?family=beta-tcvae&beta=20")
    assert page.locator("#panel-face").is_visible()


def test_the_table_is_saved_unrounded(open_tab: Open, tmp_path: Path) -> None:
    page = open_tab()
    with page.expect_download() as download:
        page.get_by_role("button", name="Table (CSV)").click()
    assert download.value.suggested_filename == "vae-faces-models.csv"
    file = tmp_path / "models.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row, pulled in zip(rows, bundled_models(), strict=True):
        assert row["model"] == pulled.name
        assert float(row["squared_error"]) == pulled.record.scores["squared_error"]
        assert int(row["images_seen"]) == pulled.record.images_seen


def test_films_play_where_folders_have_them(open_tab: Open) -> None:
    def choose_films(content: dict[str, Any]) -> None:
        for model in (*content["models"], *content["dials"]):
            model["film"] = "models/vae/film.webp" if model["name"] == "vae" else None

    page = open_tab(changes={"models.json": choose_films})
    assert page.locator("#films .film").count() == 1
    film = BytesIO()
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("navy", "teal")]
    frames[0].save(film, "WEBP", save_all=True, append_images=frames[1:], duration=50, loop=0)
    page.route("**/models/vae/film.webp", lambda route: route.fulfill(body=film.getvalue(), content_type="image/webp"))
    page.get_by_role("button", name="Play VAE").click()
    picture = page.get_by_role("img", name="Film: faces drawn by the VAE")
    picture.wait_for()
    assert picture.evaluate("film => film.naturalWidth") == 64
    page.get_by_role("button", name="Stop VAE").click()
    picture.wait_for(state="detached")


def test_a_film_that_is_missing_says_so(open_tab: Open) -> None:
    page = open_tab(changes={"models.json": lambda content: content["models"][1].update(film="models/vae/absent.webp")})
    page.get_by_role("button", name="Play VAE").click()
    page.get_by_text("This film could not be loaded.").wait_for()


def test_each_model_of_the_hub_is_linked_with_its_commit(open_tab: Open) -> None:
    commit = "0123456789" * 4

    def move_to_hub(content: dict[str, Any]) -> None:
        content["models"]["vae"]["origin"] = {
            "source": "hub",
            "where": "the Hub",
            "repository": "lab/vae-celeba64",
            "commit": commit,
        }
        content["failures"] = [{"names": ["ae", "beta-vae"], "where": "the Hub", "reason": "it did not answer"}]

    page = open_tab(changes={"about.json": move_to_hub})
    row = page.locator(".origins-table tr", has_text="lab/vae-celeba64")
    assert "The Hub: lab/vae-celeba64 at 0123456" in row.inner_text()
    assert row.get_by_role("link").get_attribute("href") == f"https://huggingface.co/lab/vae-celeba64/tree/{commit}"
    assert "ae, beta-vae from the Hub: it did not answer." in page.locator("#origins .problem").inner_text()


def test_other_data_than_celeba_has_limits_of_its_own(open_tab: Open) -> None:
    def forget_celeba(content: dict[str, Any]) -> None:
        content.update(celeba=False, groups=None)
        for model in content["models"].values():
            model["facts"]["data"] = "portraits"

    page = open_tab(changes={"about.json": forget_celeba})
    assert page.locator("#groups").count() == 0
    for part in ("#same", "#limits", "#terms"):
        assert "CelebA" not in page.locator(part).inner_text()
    assert "Do not use the models to recognise, rate or sort people." in page.locator("#limits").inner_text()
    assert page.locator("#limits").locator("xpath=ancestor::details").count() == 0
