"""From tab to tab, in Chromium: a face that travels, and what can be taken away."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.ui.visit import changed, sources

pytestmark = pytest.mark.slow


def test_a_picked_face_travels_to_beta_and_morph(page: Page) -> None:
    page.locator("#samples button").nth(14).click()
    expect(page.get_by_text("Picked: VAE, face 3")).to_be_visible()
    for tab, chosen, shown in (("Beta", "#beta-face", "#betas"), ("Morph", "#morph-first", "#morph")):
        page.get_by_role("tab", name=tab).click()
        before = sources(page, shown)
        page.locator(chosen).get_by_role("button", name="Picked face").click()
        changed(page, shown, before)


def test_beta_follows_family_and_seed_and_draws_its_curves(page: Page) -> None:
    page.get_by_role("tab", name="Beta").click()
    expect(page.locator(".curve .vega-embed svg").first).to_be_visible()
    assert page.locator("#betas h3").all_inner_texts() == ["Original", "β = 1", "β = 20"]
    page.get_by_label("β-VAE", exact=True).check()
    expect(page.locator("#betas h3").nth(2)).to_have_text("β = 5")


def test_a_morph_is_dragged_without_a_request_and_saved_as_a_film(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="Morph").click()
    expect(page.locator("#morph .sheet img").first).to_be_visible()
    page.wait_for_timeout(1000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if not request.url.startswith("data:") else None)
    slider = page.locator("#morph-slider input[type=range]")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    page.wait_for_function("document.getElementById('morph').style.getPropertyValue('--t') === '0.75'")
    assert not asked
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as a film").click()
    download.value.save_as(tmp_path / "film.webp")
    with Image.open(tmp_path / "film.webp") as film:
        assert film.format == "WEBP"
        assert film.n_frames > 40


def test_samples_are_saved_as_a_picture(page: Page, tmp_path: Path) -> None:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as PNG").click()
    download.value.save_as(tmp_path / "samples.png")
    with Image.open(tmp_path / "samples.png") as picture:
        assert picture.format == "PNG"


def test_the_models_are_listed_with_their_equations(page: Page) -> None:
    page.get_by_role("tab", name="Models").click()
    expect(page.locator("#models")).to_contain_text("1,125,120")
    page.get_by_role("button", name="What am I looking at?").locator("visible=true").click()
    expect(page.locator(".katex:visible").first).to_be_visible()
