"""From tab to tab, in Chromium: a face that travels, and what can be taken away."""

import json
from pathlib import Path

import pytest
from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile
from playwright.sync_api import Page, expect

from tests.conftest import draw_face
from tests.ui.visit import changed, eventually, jpeg, sources, upload
from ui.sample import FIRST_OF_MANY

pytestmark = pytest.mark.browser


def test_a_picked_face_travels_to_beta_and_morph(page: Page) -> None:
    page.locator("#samples button").nth(FIRST_OF_MANY + 2).click()
    expect(page.get_by_text("Picked: VAE, face 3")).to_be_visible()
    for tab, chosen, shown in (("Beta", "#beta-face", "#betas"), ("Morph", "#morph-first", "#morph")):
        page.get_by_role("tab", name=tab).click()
        before = sources(page, shown)
        page.locator(chosen).get_by_role("button", name="Picked face").click()
        changed(page, shown, before)


def test_a_face_is_taken_from_sample_to_another_tab_with_one_click(page: Page) -> None:
    page.locator("#samples button").nth(FIRST_OF_MANY + 1).click()
    face = str(page.locator("#samples img").nth(FIRST_OF_MANY + 1).get_attribute("src"))
    page.get_by_role("button", name="To Beta").locator("visible=true").click()
    expect(page.get_by_role("tab", name="Beta")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#beta-face img")).to_have_attribute("src", face)
    expect(page.locator("#betas img").first).to_have_attribute("src", face)


def test_a_crop_by_hand_is_taken_to_morph_and_to_beta(page: Page) -> None:
    page.get_by_role("tab", name="Reconstruct").click()
    before = sources(page, "#reconstructions")
    upload(page, "drawing.jpg", jpeg(draw_face(5, 400)))
    changed(page, "#reconstructions", before)
    page.get_by_role("button", name="To Morph, second").locator("visible=true").click()
    expect(page.get_by_role("tab", name="Morph")).to_have_attribute("aria-selected", "true")
    crop = str(page.locator("#reconstructions img").nth(1).get_attribute("src"))
    expect(page.locator("#morph-second img")).to_have_attribute("src", crop)
    page.get_by_role("tab", name="Beta").click()
    page.locator("#beta-face").get_by_role("button", name="Picked face").click()
    expect(page.locator("#beta-face img")).to_have_attribute("src", crop)


def test_beta_follows_family_and_seed_and_draws_its_curves(page: Page) -> None:
    page.get_by_role("tab", name="Beta").click()
    expect(page.locator(".curve .vega-embed svg").first).to_be_visible()
    assert page.locator("#betas h3").all_inner_texts() == ["Original", "β = 1", "β = 5", "β = 20", "β = 50"]
    page.get_by_label("β-VAE", exact=True).check()
    expect(page.locator("#betas h3").nth(2)).to_have_text("β = 2")


def test_a_morph_is_dragged_without_a_request_and_saved_as_a_film(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="Morph").click()
    expect(page.locator("#morph .sheet img").first).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if not request.url.startswith("data:") else None)

    def has_asked_everything() -> bool:
        before = len(asked)
        page.wait_for_timeout(1000)
        return len(asked) == before

    eventually(page, has_asked_everything)
    asked.clear()
    slider = page.locator("#morph-slider input[type=range]")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    page.wait_for_function("document.getElementById('morph').style.getPropertyValue('--t') === '0.75'")
    assert not asked
    with page.expect_download() as download:
        page.get_by_role("button", name="Film (WebP)").click()
    download.value.save_as(tmp_path / "film.webp")
    with Image.open(tmp_path / "film.webp") as film:
        assert isinstance(film, WebPImageFile)
        assert film.n_frames > 40


@pytest.mark.parametrize(
    ("tab", "button", "name"),
    [
        ("Sample", "Faces (PNG)", "vae-faces-samples.png"),
        ("Sample", "Codes (JSON)", "vae-faces-codes.json"),
        ("Reconstruct", "Pictures (PNG)", "vae-faces-reconstructions.png"),
        ("Reconstruct", "Table (CSV)", "vae-faces-scores.csv"),
        ("Reconstruct", "Codes (JSON)", "vae-faces-codes.json"),
        ("Beta", "Pictures (PNG)", "vae-faces-beta.png"),
        ("Beta", "Table (CSV)", "vae-faces-beta.csv"),
        ("Beta", "Codes (JSON)", "vae-faces-codes.json"),
        ("Morph", "Codes (JSON)", "vae-faces-codes.json"),
        ("Models", "Table (CSV)", "vae-faces-models.csv"),
    ],
)
def test_every_result_can_be_taken_away(page: Page, tmp_path: Path, tab: str, button: str, name: str) -> None:
    page.get_by_role("tab", name=tab).click()
    with page.expect_download() as download:
        page.get_by_role("button", name=button).locator("visible=true").click()
    assert download.value.suggested_filename == name
    file = tmp_path / name
    download.value.save_as(file)
    if file.suffix == ".png":
        with Image.open(file) as picture:
            assert picture.format == "PNG"
    elif file.suffix == ".json":
        codes = json.loads(file.read_text())
        assert list(codes.get("codes", codes))[-1].startswith("beta-tcvae")
    else:
        assert "beta-tcvae" in file.read_text().splitlines()[-1]


def test_the_models_are_listed_with_their_equations(page: Page) -> None:
    page.get_by_role("tab", name="Models").click()
    expect(page.locator("#models")).to_contain_text("1,125,120")
    page.get_by_role("button", name="What am I looking at?").locator("visible=true").click()
    expect(page.locator(".katex:visible").first).to_be_visible()
