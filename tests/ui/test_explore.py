"""Explore, in Chromium: a face under a visitor's fingers."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from benchmarks.running_app import running_app
from faces.image import to_pixels
from tests.conftest import bundled_models
from tests.ui.visit import eventually, photograph
from ui.sample import FIRST_OF_MANY
from vae_models.catalogue import BUNDLED
from vae_models.files.latent_names import Direction, LatentNames, Name
from vae_models.hub.pull import BUNDLED_FOLDER, Pulled

pytestmark = pytest.mark.browser
READ = """() => Array.from(
  document.querySelector(".picture canvas").getContext("2d").getImageData(0, 0, 64, 64).data
)"""


@pytest.fixture(scope="module")
def models() -> dict[str, Pulled]:
    return {pulled.name: pulled for pulled in bundled_models()}


@pytest.fixture
def explore(page: Page) -> Page:
    page.get_by_role("tab", name="Explore").click()
    opened(page)
    return page


def opened(page: Page) -> None:
    page.wait_for_function(
        "Number(document.querySelector('#explorer[data-ready], #explorer [data-ready]')?.dataset.frames) > 0"
    )


def frames(page: Page) -> int:
    return int(page.locator("[data-ready]").get_attribute("data-frames") or 0)


def latents(page: Page) -> list[float]:
    """Return the code in the link of the shown face, by dimension."""
    page.get_by_role("button", name="Copy link").click()
    return [float(value) for value in page.url.split(":")[-1].split(",")]


def shown(page: Page) -> np.ndarray:
    return np.array(page.evaluate(READ), dtype=np.int64).reshape(64, 64, 4)[..., :3]


def decoded(pulled: Pulled, z: list[float]) -> np.ndarray:
    with torch.no_grad():
        return to_pixels(pulled.model.decode(torch.tensor([z])))[0].astype(np.int64)


def drag(page: Page, index: int, value: float) -> None:
    page.locator(f".latent[data-index='{index}'] input").evaluate(
        """(slider, value) => {
            slider.value = value;
            slider.dispatchEvent(new Event("input", {bubbles: true}));
            slider.dispatchEvent(new Event("change", {bubbles: true}));
        }""",
        value,
    )


@pytest.mark.parametrize("name", ["ae", "vae", "beta-vae", "beta-tcvae"])
def test_the_canvas_shows_what_torch_decodes(explore: Page, models: dict[str, Pulled], name: str) -> None:
    explore.locator(f".models input[value='{name}']").check(force=True)
    eventually(explore, lambda: bool(latents(explore)) and f"={name}:" in explore.url)
    explore.reload()  # a link holds three decimals: from it canvas and torch decode the same numbers
    opened(explore)
    expected = decoded(models[name], latents(explore))
    eventually(explore, lambda: bool(np.abs(shown(explore) - expected).max() <= 1))


def test_a_drag_asks_the_server_for_nothing_and_is_one_step_back(explore: Page) -> None:
    first = latents(explore)
    index = int(explore.locator(".latent").first.get_attribute("data-index") or -1)
    asked: list[str] = []
    explore.on("request", lambda request: asked.append(request.url))
    before = frames(explore)
    explore.locator(".latent input").first.evaluate(
        """async slider => {
            for (let i = 0; i <= 20; i++) {
                slider.value = Number(slider.min) + (slider.max - slider.min) * i / 20;
                slider.dispatchEvent(new Event("input", {bubbles: true}));
                await new Promise(next => setTimeout(next, 30));
            }
            slider.dispatchEvent(new Event("change", {bubbles: true}));
        }"""
    )
    eventually(explore, lambda: frames(explore) >= before + 15)
    assert not asked
    turned = latents(explore)
    assert [i for i in range(32) if abs(turned[i] - first[i]) > 1e-3] == [index]
    explore.get_by_role("button", name="Undo").click()
    assert latents(explore) == first


def test_reset_lock_and_randomise(explore: Page) -> None:
    first = latents(explore)
    rows = [int(row.get_attribute("data-index") or -1) for row in explore.locator(".latent").all()[:2]]
    for index in rows:
        drag(explore, index, 1.25)
    explore.get_by_role("button", name=f"Reset dimension {rows[0]}", exact=True).click()
    after = latents(explore)
    assert after[rows[0]] == first[rows[0]]
    assert after[rows[1]] == pytest.approx(1.25, abs=0.02)
    explore.get_by_role("button", name=f"Lock dimension {rows[1]}", exact=True).click()
    explore.get_by_role("button", name="Randomise").click()
    random = latents(explore)
    assert random[rows[1]] == after[rows[1]]
    assert sum(abs(a - b) > 1e-3 for a, b in zip(random, after, strict=True)) > 20
    explore.get_by_role("button", name="Reset all").click()
    assert [v for i, v in enumerate(latents(explore)) if i != rows[1]] == [
        v for i, v in enumerate(first) if i != rows[1]
    ]


def test_a_link_brings_back_the_same_face(explore: Page, browser: Browser) -> None:
    explore.locator(".models input[value='beta-vae']").check(force=True)
    eventually(explore, lambda: bool(latents(explore)) and "=beta-vae:" in explore.url)
    explore.get_by_role("button", name="Randomise").click()
    mine = latents(explore)
    other = browser.new_page()
    other.goto(explore.url)
    opened(other)
    expect(other.locator(".models input[value='beta-vae']")).to_be_checked()
    assert latents(other) == mine
    # three decimals of each latent
    eventually(other, lambda: bool(np.abs(shown(other) - shown(explore)).mean() < 1.5))
    other.close()


def test_a_seed_the_priors_mean_and_inactive_dimensions(explore: Page) -> None:
    explore.get_by_label("Seed of the face").fill("11")
    explore.get_by_role("button", name="Face of seed").click()
    noise = torch.randn(32, generator=torch.Generator().manual_seed(11))
    eventually(explore, lambda: latents(explore) == pytest.approx(noise.tolist(), abs=6e-4))
    explore.get_by_role("button", name="Prior's mean").click()
    assert latents(explore) == [0] * 32
    explore.locator(".models input[value='beta-tcvae']").check(force=True)
    expect(explore.locator(".inactive summary")).to_contain_text("inactive")


def test_a_grabbed_slider_shows_its_strip_and_the_grid_is_saved(explore: Page) -> None:
    explore.locator(".latent input").nth(1).focus()
    expect(explore.locator("canvas.traversal")).to_be_visible()
    assert explore.locator(".latent").nth(1).evaluate("row => row.nextElementSibling.className") == "traversal"
    for button, ending in (("All traversals", "png"), ("As a film", "webp")):
        explore.get_by_role("button", name=button).click()
        expect(explore.locator(".grid a")).to_have_attribute("download", f"vae-faces-traversals-vae.{ending}")
        with explore.expect_download() as download:
            explore.locator(".grid a").click()
        with Image.open(download.value.path()) as picture:
            assert picture.format == ending.upper()
    with explore.expect_download() as download:
        explore.get_by_role("button", name="Face (PNG)").click()
    with Image.open(download.value.path()) as picture:
        assert picture.size == (64, 64)


def test_one_feature_is_drawn_by_every_model_and_the_same_face_shown_in_all(explore: Page) -> None:
    explore.get_by_text("One feature in every model").click()
    explore.locator("[data-act=across]").click()
    expect(explore.locator(".across img")).to_be_visible()
    explore.get_by_text("The same face in every model").click()
    opacities = """canvases => canvases.map(canvas => canvas.getContext("2d").getImageData(32, 32, 1, 1).data[3])"""
    drawn = [255] * len(BUNDLED)
    eventually(explore, lambda: explore.locator(".everywhere canvas").evaluate_all(opacities) == drawn)


def test_a_face_picked_in_sample_opens_here(page: Page, models: dict[str, Pulled]) -> None:
    page.locator("#samples button").nth(FIRST_OF_MANY + 3).click()  # the VAE's fourth
    page.get_by_role("button", name="To Explore").locator("visible=true").click()
    opened(page)
    sampled = models["vae"].model.sample(4, generator=torch.Generator().manual_seed(7)).detach()[3:]
    with torch.no_grad():
        code = models["vae"].model.encode(sampled).mean[0]
    # the face travelled as 8-bit pixels
    eventually(page, lambda: bool(np.abs(np.array(latents(page)) - code.numpy()).max() < 0.1))


def test_an_uploaded_portrait_is_encoded_once_and_edited(explore: Page) -> None:
    before = latents(explore)
    explore.locator("#explore-face input[type=file]").set_input_files(
        [FilePayload(name="p.jpg", mimeType="image/jpeg", buffer=photograph(10, 300))]
    )
    explore.wait_for_function("window.exploreCodes !== undefined")
    eventually(explore, lambda: latents(explore) != before)
    drag(explore, 3, 0.5)
    assert latents(explore)[3] == pytest.approx(0.5, abs=0.02)


@pytest.fixture
def without_webassembly(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page()
    page.add_init_script("delete window.WebAssembly")
    page.goto(address)
    page.get_by_role("tab", name="Explore").click()
    opened(page)
    yield page
    page.close()


def test_without_webassembly_the_server_decodes_and_the_page_says_so(
    without_webassembly: Page, models: dict[str, Pulled]
) -> None:
    page = without_webassembly
    expect(page.locator(".said")).to_contain_text("by the server")
    drag(page, 5, 1.0)
    expected = decoded(models["vae"], latents(page))
    eventually(page, lambda: bool(np.abs(shown(page) - expected).mean() < 1.5))


def test_on_a_telephone_the_canvas_stays_while_the_sliders_scroll(explore: Page) -> None:
    explore.set_viewport_size({"width": 390, "height": 844})
    explore.locator(".latent").nth(18).scroll_into_view_if_needed()
    box = explore.locator(".picture").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 300
    assert explore.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_click_on_the_map_decodes_the_point_under_it(explore: Page) -> None:
    explore.locator(".map summary").click()
    explore.locator("[name=across]").select_option(index=1)
    across, up = (int(explore.locator(f"[name={name}]").input_value()) for name in ("across", "up"))
    before, drawn = latents(explore), frames(explore)
    explore.locator(".map canvas").click(position={"x": 420, "y": 120})
    explore.wait_for_function(
        "before => Number(document.querySelector('[data-ready]').dataset.frames) > before", arg=drawn
    )
    after = latents(explore)
    assert {i for i in range(32) if abs(after[i] - before[i]) > 2e-3} <= {across, up}
    assert abs(after[across]) + abs(after[up]) > 0.5
    explore.get_by_role("button", name="Undo").click()
    assert latents(explore) == before


def test_undo_takes_back_edits_of_attributes_and_another_face_in_every_model(explore: Page) -> None:
    pale = explore.locator(".direction", has_text="pale skin").locator("input")
    edit = """(slider, amounts) => {
        for (const amount of amounts) {
            slider.value = amount;
            slider.dispatchEvent(new Event("input", {bubbles: true}));
        }
        slider.dispatchEvent(new Event("change", {bubbles: true}));
    }"""
    undo = explore.get_by_role("button", name="Undo")
    first = latents(explore)
    pale.evaluate(edit, [1, 2, 3])
    edited = latents(explore)
    assert edited != first
    index = int(explore.locator(".latent").first.get_attribute("data-index") or -1)
    drag(explore, index, 1.25)
    explore.get_by_role("button", name="Face of seed").click()
    explore.wait_for_function("() => document.querySelector('.direction input').value === '0'")  # pale skin is first
    undo.click()
    expect(pale).to_have_value("3")
    undo.click()
    assert latents(explore) == edited
    explore.locator(".models input[value='beta-vae']").check(force=True)
    expect(pale).to_have_value("3")
    undo.click()  # the drag of three steps
    expect(pale).to_have_value("0")
    explore.locator(".models input[value='vae']").check(force=True)
    assert latents(explore) == first
    undo.click()  # nothing is left to take back
    assert latents(explore) == first


def test_an_attributes_direction_moves_every_model_by_the_same_logits(browser: Browser, tmp_path: Path) -> None:
    units = {}
    for name, dimension in (("vae", 4), ("beta-vae", 9)):
        shutil.copytree(BUNDLED_FOLDER / name, tmp_path / name)
        units[name] = tuple(float(i == dimension) for i in range(32))
        direction = Direction(units[name], 0.5, 0.9, (0.88, 0.92))
        LatentNames((Name(7, "light +", "Light", 0.8, (0.79, 0.81)),), {"smile": direction}).write(tmp_path / name)
    with running_app("--models", str(tmp_path)) as app:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(app.address)
        page.get_by_role("tab", name="Explore").click()
        opened(page)
        expect(page.locator(".latent[data-index='7'] .name")).to_have_text("7: light +")
        before = latents(page)
        page.locator(".direction input").evaluate(
            "slider => {slider.value = 2; slider.dispatchEvent(new Event('input', {bubbles: true}))}"
        )
        moved = np.array(latents(page)) - np.array(before)
        assert moved == pytest.approx(np.array(units["vae"]), abs=2e-3)  # 2 logits of 0.5 each
        page.get_by_role("button", name="Reset all").click()
        assert latents(page) == before
        expect(page.locator(".direction input")).to_have_value("0")
        page.locator(".direction input").evaluate(
            "slider => {slider.value = 2; slider.dispatchEvent(new Event('input', {bubbles: true}))}"
        )
        page.locator(".models input[value='beta-vae']").check(force=True)
        other = np.array(latents(page))
        page.locator(".direction input").evaluate(
            "slider => {slider.value = 0; slider.dispatchEvent(new Event('input', {bubbles: true}))}"
        )
        assert other - np.array(latents(page)) == pytest.approx(np.array(units["beta-vae"]), abs=2e-3)
        page.close()
