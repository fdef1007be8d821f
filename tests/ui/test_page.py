"""A visitor's way through the page, in Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect, sync_playwright

from tests.conftest import drawn_face
from ui import subject

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("uploads")


@pytest.fixture(scope="module")
def address(uploads: Path) -> Iterator[str]:
    """The app, started as a person starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "GRADIO_TEMP_DIR": str(uploads)},
    )
    url, deadline = f"http://127.0.0.1:{port}/", time.monotonic() + 120
    while True:
        try:
            urlopen(url).close()
            break
        except OSError:
            assert process.poll() is None, "the app has ended"
            assert time.monotonic() < deadline, "the app does not answer"
            time.sleep(0.3)
    yield url
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page, open; at its end nothing has left the machine and the console is clean."""
    page, elsewhere, errors = browser.new_page(viewport={"width": 1440, "height": 900}), [], []
    page.on("request", lambda request: elsewhere.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address)
    expect(page.locator("#samples img").first).to_be_visible()
    yield page
    assert not [url for url in elsewhere if not url.startswith((address, "data:", "blob:"))]
    assert not errors
    page.close()


def sources(page: Page, place: str) -> list[str]:
    return page.locator(f"{place} img").evaluate_all("images => images.map(image => image.src)")


def changed(page: Page, place: str, before: list[str]) -> list[str]:
    """The pictures of a place once they are others."""
    page.wait_for_function(
        "([place, first]) => document.querySelector(`${place} img`).src !== first", arg=[place, before[0]]
    )
    return sources(page, place)


def jpeg(picture: Image.Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, "JPEG")
    return stream.getvalue()


def upload(page: Page, name: str, data: bytes) -> None:
    page.locator("#upload input[type=file]").set_input_files(
        [FilePayload(name=name, mimeType="image/jpeg", buffer=data)]
    )


def test_four_columns_of_faces_greet_and_follow_the_seed(page: Page) -> None:
    assert page.locator("#samples h3").all_inner_texts() == ["AE", "VAE", "β-VAE β = 5", "β-TCVAE β = 20"]
    first = sources(page, "#samples")
    assert len(first) == 48
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
    assert len({*first, *second, *third}) == 3 * 48


def photograph(roll: float, face: int, size: tuple[int, int] = (900, 700)) -> bytes:
    """The public-domain portrait, its square `face` pixels wide, turned and set somewhere in a larger picture."""
    portrait = Image.open(subject.EXAMPLE).resize((face, face), Image.Resampling.BICUBIC)
    ground = Image.new("RGB", size, (203, 196, 190))
    turned = portrait.convert("RGBA").rotate(roll, Image.Resampling.BICUBIC, expand=True)
    ground.paste(turned, (size[0] // 2, size[1] // 4), turned)
    return jpeg(ground)


def test_a_tilted_portrait_in_a_large_photograph_is_found_reconstructed_and_forgotten(
    page: Page, uploads: Path
) -> None:
    page.get_by_role("tab", name="Reconstruct").click()
    before = sources(page, "#reconstructions")
    assert len(before) == 10
    upload(page, "portrait.jpg", photograph(20, 400, (2000, 1500)))
    after = changed(page, "#reconstructions", before)
    assert len(after) == 10
    expect(page.locator("#reconstructions").get_by_text("2000 × 1500, 1 face")).to_be_visible()
    assert page.locator("#reconstructions polygon").count() == 1
    assert page.locator("#reconstructions tr").count() == 20
    assert not [file for file in uploads.rglob("*") if file.suffix == ".jpg"]


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
    upload(page, "drawing.jpg", jpeg(drawn_face(5, 400)))
    expect(page.get_by_test_id("toast-body")).to_contain_text("No face was found")
    placed = changed(page, "#reconstructions", before)
    page.get_by_label("number input for Size").fill("0.5")
    page.get_by_label("number input for Size").press("Enter")
    page.wait_for_function("seen => document.querySelectorAll('#reconstructions img')[1].src !== seen", arg=placed[1])


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
    page: Page, uploads: Path, name: str, data: bytes, sentence: str
) -> None:
    page.get_by_role("tab", name="Reconstruct").click()
    before = sources(page, "#reconstructions")
    upload(page, name, data)
    expect(page.get_by_test_id("toast-body")).to_contain_text(sentence)
    assert sources(page, "#reconstructions") == before
    assert not list(uploads.rglob(name))
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
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert "There is no folder" in done.stderr
    assert "Traceback" not in done.stderr
