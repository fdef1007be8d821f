"""A visitor's way through the page, in Chromium."""

import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.conftest import draw_face
from tests.ui.visit import changed, jpeg, photograph, sources, upload
from ui import subject
from ui.sample import FIRST_OF_MANY
from vae_models.catalogue import BUNDLED

FACES = FIRST_OF_MANY * len(BUNDLED)
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.browser


def test_a_column_of_faces_for_each_model_greets_and_follow_the_seed(page: Page) -> None:
    heads = [" ".join(text.split()) for text in page.locator("#samples h3").all_inner_texts()]
    assert heads == [
        "AE",
        "VAE",
        *(f"β-VAE β = {beta}" for beta in (2, 5, 10)),
        *(f"β-TCVAE β = {beta}" for beta in (5, 20, 50)),
    ]
    first = sources(page, "#samples")
    assert len(first) == FACES
    page.get_by_label("Seed").fill("8")
    second = changed(page, "#samples", first)
    page.get_by_label("Seed").fill("7")
    assert changed(page, "#samples", second) == first


def test_the_dice_draws_other_faces_and_the_fitted_prior_others_again(page: Page) -> None:
    first = sources(page, "#samples")
    page.get_by_role("button", name="New faces").click()
    second = changed(page, "#samples", first)
    page.get_by_label("Fitted Gaussian").check()
    third = changed(page, "#samples", second)
    assert len({*first, *second, *third}) == 3 * FACES


def test_a_tilted_portrait_in_a_large_photograph_is_found_and_reconstructed(page: Page) -> None:
    page.get_by_role("tab", name="Reconstruct").click()
    before = sources(page, "#reconstructions")
    assert len(before) == 2 + 2 * len(BUNDLED)
    upload(page, "portrait.jpg", photograph(20, 400, (2000, 1500)))
    after = changed(page, "#reconstructions", before)
    assert len(after) == 2 + 2 * len(BUNDLED)
    expect(page.locator("#reconstructions").get_by_text("2000 × 1500, 1 face")).to_be_visible()
    assert page.locator("#reconstructions polygon").count() == 1
    assert page.locator("#reconstructions tr").count() == 5 * len(BUNDLED)


def test_of_two_faces_either_can_be_chosen(page: Page) -> None:
    page.get_by_role("tab", name="Reconstruct").click()
    before = sources(page, "#reconstructions")
    both = Image.new("RGB", (1000, 500), (203, 196, 190))
    portrait = Image.open(subject.EXAMPLE).convert("RGB")
    both.paste(portrait.resize((420, 420)), (40, 40))
    both.paste(portrait.resize((300, 300)).transpose(Image.Transpose.FLIP_LEFT_RIGHT), (620, 80))
    upload(page, "two.jpg", jpeg(both))
    first = changed(page, "#reconstructions", before)
    assert page.locator("#reconstructions polygon").count() == 2
    page.get_by_label("2", exact=True).check()
    page.wait_for_function("seen => document.querySelectorAll('#reconstructions img')[1].src !== seen", arg=first[1])


def test_without_a_face_the_square_is_placed_by_hand(page: Page) -> None:
    page.get_by_role("tab", name="Reconstruct").click()
    before = sources(page, "#reconstructions")
    upload(page, "drawing.jpg", jpeg(draw_face(5, 400)))
    expect(page.get_by_test_id("toast-body")).to_contain_text("No face was found")
    placed = changed(page, "#reconstructions", before)
    page.get_by_label("number input for Size").fill("0.5")
    page.get_by_label("number input for Size").press("Enter")
    page.wait_for_function("seen => document.querySelectorAll('#reconstructions img')[1].src !== seen", arg=placed[1])


def test_a_pasted_portrait_is_taken_like_a_chosen_one(page: Page) -> None:
    page.get_by_role("tab", name="Reconstruct").click()
    before = sources(page, "#reconstructions")
    page.evaluate(
        """data => {
            const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
            const clipboard = new DataTransfer();
            clipboard.items.add(new File([bytes], "image.png", {type: "image/png"}));
            document.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true}));
        }""",
        b64encode(photograph(10, 300)).decode(),
    )
    changed(page, "#reconstructions", before)
    expect(page.locator("#reconstructions").get_by_text("900 × 700, 1 face")).to_be_visible()


def test_the_camera_is_asked_for_takes_a_picture_and_is_let_go(page: Page) -> None:
    page.get_by_role("tab", name="Reconstruct").click()
    before = sources(page, "#reconstructions")
    page.get_by_role("button", name="use the camera").locator("visible=true").click()
    expect(page.get_by_role("dialog", name="Camera")).to_be_visible()
    page.get_by_role("button", name="Take the picture").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    changed(page, "#reconstructions", before)  # the camera's pattern has no face: a crop by hand is offered
    expect(page.get_by_text("by hand", exact=False).locator("visible=true").first).to_be_visible()


def test_without_a_camera_the_page_says_what_to_do(page: Page) -> None:
    page.get_by_role("tab", name="Reconstruct").click()
    page.evaluate("() => {navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('none'))}")
    page.get_by_role("button", name="use the camera").locator("visible=true").click()
    expect(page.get_by_role("dialog")).to_contain_text("There is no camera")
    page.get_by_role("button", name="Close").locator("visible=true").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("text.png", b"hello", "not a picture"),
        ("cut.jpg", jpeg(Image.effect_noise((300, 300), 80))[:5000], "damaged"),
        ("tiny.png", jpeg(Image.new("RGB", (10, 10))), "10 x 10"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        ("bomb.png", jpeg(Image.new("L", (9000, 9000))), "megapixels"),
    ],
)
def test_what_is_no_picture_gets_a_sentence_and_the_page_lives_on(
    page: Page, name: str, data: bytes, sentence: str
) -> None:
    page.get_by_role("tab", name="Reconstruct").click()
    before = sources(page, "#reconstructions")
    upload(page, name, data)
    expect(page.get_by_test_id("toast-body")).to_contain_text(sentence)
    assert sources(page, "#reconstructions") == before
    upload(page, "portrait.jpg", photograph(0, 300))
    changed(page, "#reconstructions", before)


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("tab", ["Sample", "Reconstruct", "Beta", "Morph", "Models"])
def test_nothing_is_wider_than_the_window(page: Page, width: int, tab: str) -> None:
    page.get_by_role("tab", name=tab).click()  # on a telephone the last tabs are in a menu
    page.set_viewport_size({"width": width, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_model_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "app.py", "--models", str(tmp_path / "nowhere")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 2
    assert "There is no folder" in done.stderr
    assert "Traceback" not in done.stderr
