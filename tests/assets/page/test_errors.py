"""Errors of the page: each is a sentence where it was caused, and the page goes on."""

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.assets.page.conftest import PORTRAIT, Open, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def encode(picture: Image.Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def upload(visit: Visit, name: str, data: bytes) -> None:
    visit.page.locator("#upload").set_input_files([FilePayload(name=name, mimeType="image/png", buffer=data)])


def test_a_tab_that_cannot_be_loaded_says_so_and_comes_again(open_page: Open) -> None:
    def block(page: "Page") -> None:
        page.route("**/tabs/compare.js", lambda route: route.abort())

    visit = open_page(before=block, problems=True)
    visit.rest("face")
    visit.page.locator("#tab-compare").click()
    expect(visit.page.locator("#panel-compare [role=alert]")).to_contain_text("could not be loaded")
    visit.page.unroute("**/tabs/compare.js")
    visit.page.get_by_role("button", name="Try again").click()
    visit.rest("compare")


def test_a_model_that_cannot_be_loaded_says_so_and_the_others_work(open_page: Open) -> None:
    def block(page: "Page") -> None:
        page.context.route("**/models/beta-vae/encoder.onnx", lambda route: route.abort())

    visit = open_page("#face?face=glasses", before=block, problems=True)
    expect(visit.page.locator("#row .failed")).to_have_count(1)
    expect(visit.page.locator("#row .failed")).to_contain_text("not loaded")
    expect(visit.page.locator("#row .cell:not(.failed) small", has_text="error")).to_have_count(7)
    visit.page.context.unroute("**/models/beta-vae/encoder.onnx")
    visit.page.locator("#row .failed").click()
    expect(visit.page.locator("#row .failed")).to_have_count(0)


def test_without_a_face_the_square_is_drawn_by_hand(open_page: Open) -> None:
    visit = open_page()
    visit.rest("face")
    before = visit.page.evaluate("document.querySelector('#thumb').toDataURL()")
    upload(visit, "sky.png", encode(Image.linear_gradient("L").resize((400, 300))))
    dialog = visit.page.get_by_role("dialog")
    expect(dialog).to_contain_text("No face was found")
    square = dialog.locator(".square")
    first = square.bounding_box()
    assert first
    visit.page.mouse.move(first["x"] + first["width"] / 2, first["y"] + first["height"] / 2)
    visit.page.mouse.down()
    visit.page.mouse.move(first["x"] + first["width"] / 2 + 30, first["y"] + first["height"] / 2, steps=3)
    visit.page.mouse.up()
    square.press("-")
    second = square.bounding_box()
    assert second
    assert second["x"] > first["x"]
    assert second["width"] < first["width"]
    dialog.get_by_role("button", name="Use").click()
    visit.page.locator("#said", has_text="Your photo stays").wait_for()
    assert visit.page.evaluate("document.querySelector('#thumb').toDataURL()") != before


def test_of_two_faces_either_is_taken_by_a_click_on_it(open_page: Open) -> None:
    portrait = Image.open(PORTRAIT).convert("RGB")
    both = Image.new("RGB", (1000, 500), (203, 196, 190))
    both.paste(portrait.resize((420, 420)), (40, 40))
    both.paste(portrait.resize((320, 320)).transpose(Image.Transpose.FLIP_LEFT_RIGHT), (620, 80))
    visit = open_page()
    visit.rest("face")
    upload(visit, "two.png", encode(both))
    dialog = visit.page.get_by_role("dialog")
    expect(dialog.locator("button.found")).to_have_count(2)
    expect(dialog).to_contain_text("2 faces")
    dialog.locator("button.found").nth(1).click()
    expect(dialog).to_have_count(0)
    visit.page.locator("#said", has_text="Your photo stays").wait_for()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("text.png", b"hello", "not a picture"),
        ("empty.png", b"", "empty"),
        ("cut.png", encode(Image.effect_noise((300, 300), 80))[:5000], "damaged"),
    ],
)
def test_a_file_that_is_no_picture_gets_a_sentence(open_page: Open, name: str, data: bytes, sentence: str) -> None:
    visit = open_page()
    visit.rest("face")
    before = visit.page.evaluate("document.querySelector('#copy').toDataURL()")
    upload(visit, name, data)
    if sentence == "damaged":  # the server says what is wrong with it
        visit.page.get_by_role("button", name="Send it", exact=True).click()
    expect(visit.page.locator("#said")).to_contain_text(sentence)
    assert visit.page.evaluate("document.querySelector('#copy').toDataURL()") == before


def test_without_a_camera_the_page_says_so(open_page: Open) -> None:
    visit = open_page()
    visit.rest("face")
    visit.page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('none')); }")
    visit.page.locator("#camera").click()
    expect(visit.page.get_by_role("dialog")).to_contain_text("No free camera was found.")
    visit.page.get_by_role("button", name="Close").click()
    expect(visit.page.get_by_role("dialog")).to_have_count(0)
