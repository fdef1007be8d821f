"""The page with other models or another browser: what the browser cannot decode, the server decodes."""

import shutil
from collections.abc import Iterator

import pytest
import torch
from playwright.sync_api import expect

from benchmarks.running_app import running_app
from tests.assets.page.conftest import PORTRAIT, TABS, Open, Visit, show
from tests.assets.page.hands import change
from vae_models import Autoencoder, ModelConfig, Objective
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SCORES = {"squared_error": 150.0, "kl": 30.0}
LARGE = "#panel-explore .desk .picture canvas"


@pytest.fixture(scope="module")
def address_without_onnx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve three of the bundled models without their ONNX files."""
    folder = tmp_path_factory.mktemp("models")
    for name in ("ae", "vae", "beta-vae"):
        shutil.copytree(BUNDLED_FOLDER / name, folder / name, ignore=shutil.ignore_patterns("*.onnx"))
    with running_app("--models", str(folder)) as app:
        yield app.address


@pytest.fixture(scope="module")
def address_of_drawings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve one model of one channel, such as one that is trained on sprites."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("models") / "sprites"
    Autoencoder(ModelConfig(channels=1, latent_dim=10, width=4)).eval().save_pretrained(folder)
    TrainingRecord("vae", Objective(distortion="bernoulli"), {}, {}, 0, 0, {}, {}, 0, SCORES, {}, {}).write(folder)
    with running_app("--models", str(folder)) as app:
        yield app.address


def walk(visit: Visit) -> None:
    """Open every tab, change a number in Explore, and upload a portrait."""
    for tab in TABS:
        visit.open(tab)
    visit.open("explore")
    slider = visit.page.locator("#panel-explore .sliders input:enabled").first
    change(visit.page, LARGE, lambda: slider.press("End"))
    visit.page.locator("#upload").set_input_files(PORTRAIT)
    change(visit.page, "#thumb", visit.page.get_by_role("button", name="Send it", exact=True).click)
    expect(visit.page.locator("#said")).to_contain_text("Your photo")
    visit.open("face")
    assert not [
        request.url for request in visit.requests if request.url.endswith(".onnx") and "/models/" in request.url
    ]


def test_models_without_onnx_files_are_run_by_the_server(open_page: Open, address_without_onnx: str) -> None:
    visit = open_page(at=address_without_onnx)
    walk(visit)
    visit.open("explore")
    expect(visit.page.locator(".large-stage .note").first).to_contain_text("Decoded by the page’s server.")


def test_without_webassembly_the_server_answers(open_page: Open, address_without_onnx: str) -> None:
    """A browser may have WebAssembly switched off."""
    visit = open_page(
        at=address_without_onnx, before=lambda page: page.add_init_script("delete globalThis.WebAssembly")
    )
    walk(visit)
    assert any("gradio_api" in request.url for request in visit.requests)


def test_a_photo_is_not_sent_unless_the_visitor_agrees(open_page: Open, address_without_onnx: str) -> None:
    visit = open_page(at=address_without_onnx)
    visit.rest("face")
    visit.page.locator("#upload").set_input_files(PORTRAIT)
    visit.page.get_by_role("button", name="Do not send it").click()
    expect(visit.page.get_by_role("dialog")).to_have_count(0)
    assert [request.url for request in visit.requests if request.method != "GET"] == []


def test_models_of_one_channel_draw_and_take_no_photograph(open_page: Open, address_of_drawings: str) -> None:
    visit = open_page(at=address_of_drawings)
    for tab in TABS:
        visit.page.locator(f"#tab-{tab}").click()
        visit.page.wait_for_function(
            "(tab) => document.querySelector(`#panel-${tab}`).innerText.trim() && "
            "!document.querySelector(`#panel-${tab} [aria-busy], #panel-${tab}[aria-busy]`)",
            arg=tab,
        )
        panel = visit.page.locator(f"#panel-{tab}")
        if tab in ("face", "morph"):
            expect(panel).to_contain_text("photos do not work here")
    visit.open("sample")
    expect(visit.page.locator(".samples canvas")).to_have_count(6)
    grey = """() => {
      const data = document.querySelector(".samples canvas").getContext("2d").getImageData(0, 0, 64, 64).data;
      return data.every((value, i) => i % 4 === 3 || value === data[i - (i % 4)]);
    }"""
    assert visit.page.evaluate(grey)


def test_every_tab_fits_a_phone_whatever_the_models(open_page: Open, address_of_drawings: str) -> None:
    visit = open_page(at=address_of_drawings, width=390, height=844, has_touch=True, is_mobile=True)
    widths = {}
    for tab in TABS:
        visit.page.locator(f"#tab-{tab}").click()
        visit.page.wait_for_function("(tab) => document.querySelector(`#panel-${tab}`).innerText.trim()", arg=tab)
        widths[tab] = visit.page.evaluate("document.documentElement.scrollWidth")
    assert set(widths.values()) == {390}, show(widths)
