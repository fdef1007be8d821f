"""Steps of a visitor that do what the earlier page did; test_old_functions tries each of them."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.assets.page.conftest import PORTRAIT
from tests.assets.page.hands import button, change, click_in_menu, move, open_picture, save

FACE, COPY = "#thumb", "#copy"
LARGE = "#panel-explore .desk .picture canvas"
SAMPLES = ".samples .cell:first-of-type canvas"


def choose_models_own_codes(page: Page) -> None:
    change(page, SAMPLES, page.locator("[name=source][value=fitted] + span").click)


def set_seed_and_count(page: Page) -> None:
    page.locator("#panel-sample details.menu").evaluate("one => { one.open = true; }")
    for label, value in (("Random seed", "11"), ("Faces a model", "3")):
        page.get_by_label(label).fill(value)
        page.get_by_label(label).press("Enter")
    expect(page.locator(".column-faces").first.locator("canvas")).to_have_count(3)
    page.wait_for_function("() => location.hash === '#sample?seed=11&count=3'")


def save_samples(page: Page) -> None:
    assert open_picture(save(page, "vae-faces-samples.png", lambda: click_in_menu(page, "sample", "Pictures (PNG)")))
    content = save(page, "vae-faces-codes.json", lambda: click_in_menu(page, "sample", "Codes (JSON)"))
    assert list(json.loads(content)["codes"])[-1] == "beta-tcvae-b50"


def take_a_sample(page: Page) -> None:
    change(page, FACE, page.locator(".column-faces").nth(1).locator("button").nth(1).click)
    expect(page.locator(".column-faces button[aria-pressed=true]")).to_have_count(1)


def paste_a_portrait(page: Page) -> None:
    paste = """bytes => {
        const clipboard = new DataTransfer();
        clipboard.items.add(new File([Uint8Array.from(bytes)], "image.png", { type: "image/png" }));
        document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true }));
    }"""
    change(page, FACE, lambda: page.evaluate(paste, list(PORTRAIT.read_bytes())))


def take_a_photo(page: Page) -> None:
    page.locator("#camera").click()
    button(page, "Take the picture").click()
    expect(page.get_by_role("dialog")).to_contain_text(
        "No face was found"
    )  # in the pattern that the tests' camera shows
    change(page, FACE, button(page, "Use the square").click)


def show_errors_and_scores(page: Page) -> None:
    change(page, COPY, page.locator("[name=view][value=errors] + span").click)
    change(page, COPY, page.locator("[name=view][value=pixels] + span").click)
    page.locator("#scores").click()
    expect(page.locator("#row .scores").last).to_be_visible()
    assert re.findall("MSE|PSNR|SSIM|KL", page.locator("#row .scores").last.inner_text()) == [
        "MSE",
        "PSNR",
        "SSIM",
        "KL",
    ]


def add_noise(page: Page) -> None:
    change(page, "#face-picture", lambda: move(page, "#noise input", 0.5))
    change(page, "#face-picture", lambda: move(page, "#noise input", 0))


def compare_with_photographs(page: Page) -> None:
    button(page, "Compare this picture").click()
    expect(page.locator(".typicality svg")).to_have_count(2)


def save_reconstructions(page: Page) -> None:
    assert open_picture(save(page, "vae-faces-reconstructions.png", button(page, "Pictures (PNG)").click))
    table = save(page, "vae-faces-scores.csv", button(page, "Table (CSV)").click).decode()
    assert table.splitlines()[-1].startswith("beta-tcvae-b50,50,")
    codes = json.loads(save(page, "vae-faces-codes.json", button(page, "Codes (JSON)").click))
    assert list(codes)[-1] == "beta-tcvae-b50"


def follow_a_family(page: Page) -> None:
    page.locator("[name=family][value=beta-tcvae] + span").click()
    expect(page.locator("#stops b")).to_have_text(["1", "5", "20", "50"])
    change(page, COPY, page.locator("#row button.cell").nth(7).click)
    expect(page.locator("#chart circle.step")).to_have_count(7)  # all but the AE, whose code has no price


def choose_a_model_in_explore(page: Page) -> None:
    change(page, LARGE, page.locator(".explore-row button.cell").nth(4).click)


def move_a_feature_everywhere(page: Page) -> None:
    last = ".explore-row .cell:last-child canvas"
    change(page, last, lambda: move(page, "#panel-explore .sliders input:enabled", 0.9))
    expect(page.locator(".touched canvas")).to_be_visible()
    change(page, LARGE, button(page, "Undo").click)


def reset_and_lock_a_number(page: Page) -> None:
    page.locator("[name=part][value=numbers] + span").click()
    slider = "#panel-explore .labelled-slider:has(.lock) input"
    first = page.locator(slider).first
    before = first.input_value()
    change(page, LARGE, lambda: move(page, slider, 0.95))
    change(page, LARGE, lambda: first.press("Delete"))
    assert float(first.input_value()) == pytest.approx(float(before), abs=0.05)
    page.locator("#panel-explore .lock").first.click()
    expect(first).to_be_disabled()
    change(page, LARGE, lambda: click_in_menu(page, "explore", "Randomise its numbers"))
    assert float(first.input_value()) == pytest.approx(float(before), abs=0.05)
    page.locator("#panel-explore .lock").first.click()


def go_to_the_middle_and_back(page: Page) -> None:
    change(page, LARGE, lambda: click_in_menu(page, "explore", "All numbers at the middle"))
    change(page, LARGE, button(page, "Start again").click)


def save_a_face(page: Page) -> None:
    size = open_picture(save(page, "vae-faces-beta-vae-b10.png", button(page, "Save face (512 px)").click))
    assert size == (512, 512)


def draw_every_number(page: Page) -> None:
    click_in_menu(page, "explore", "Every number as a picture")
    assert open_picture(save(page, "vae-faces-numbers-beta-vae-b10.png", button(page, "Save").click))
    button(page, "Close").click()


def film_every_number(page: Page) -> None:
    click_in_menu(page, "explore", "Every number as a film")
    expect(page.locator("dialog video")).to_be_visible()
    button(page, "Close").click()


def click_on_the_map(page: Page) -> None:
    page.locator("[name=part][value=map] + span").click()
    page.locator("select.choice option").first.wait_for(state="attached")
    change(page, LARGE, lambda: page.locator("canvas.map").click(position={"x": 60, "y": 60}))


def compare_a_feature(page: Page) -> None:
    change(page, ".comparison canvas", button(page, "Smile").click)
    assert open_picture(save(page, "vae-faces-smiling.png", button(page, "Picture (PNG)").click))


def choose_a_second_face(page: Page) -> None:
    second = ".ends figure:last-child canvas"
    change(page, second, page.locator(".second .thumb").nth(2).click)
    change(page, second, page.locator(".second").get_by_role("button", name="Random face").click)


def morph(page: Page) -> None:
    large = ".ends .large canvas"
    change(page, large, lambda: move(page, ".morph-side input[type=range]", 0.8))
    change(page, large, page.locator("[name=path][value=arc] + span").click)
    change(page, large, button(page, "Play").click)
    button(page, "Pause").click()


def save_a_morph(page: Page) -> None:
    with page.expect_download() as download:
        button(page, "Save film").click()
    assert download.value.suggested_filename in ("vae-faces-morph.webm", "vae-faces-morph.mp4")
    codes = json.loads(save(page, "vae-faces-codes.json", button(page, "Codes (JSON)").click))
    assert set(codes) == {"first", "second"}


def install_the_page(page: Page) -> None:
    manifest = page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then((answer) => answer.json())")
    assert manifest["icons"]


def find_the_api(page: Page) -> None:
    address = page.get_by_role("link", name="API").get_attribute("href")
    assert page.evaluate("(address) => fetch(address).then((answer) => answer.json())", address)["named_endpoints"]


def draw_new_faces(page: Page) -> None:
    change(page, SAMPLES, button(page, "New faces").click)


def change_the_temperature(page: Page) -> None:
    change(page, SAMPLES, lambda: move(page, "#panel-sample .controls input[type=range]", 0.2))


def take_the_astronaut(page: Page) -> None:
    change(page, FACE, page.locator("[data-face=astronaut]").click)


def roll_the_dice(page: Page) -> None:
    change(page, FACE, page.locator("#dice").click)
