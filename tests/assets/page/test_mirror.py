"""The live mirror, before Chromium's fake camera: a drawn video of the portrait."""

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from benchmarks.camera_video import move_slowly, write_video
from tests.assets.conftest import AppWithDial
from tests.assets.page.conftest import Open, Visit, show
from tests.assets.page.hands import button, change, move
from tests.assets.page.test_accessibility import AXE, FIND
from tests.conftest import BROWSER_PATIENCE, CHROMIUM_FLAGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

# remember every stream that the page is given
WATCH = """() => {
  window.streams = [];
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    window.streams.push(stream);
    return stream;
  };
}"""
STATES = "() => streams.flatMap((stream) => stream.getTracks()).map((track) => track.readyState)"
HIDE = """() => {
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
  delete document.hidden;
}"""
# a camera that shows a wall
WALL = """() => {
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement("canvas");
    setInterval(() => canvas.getContext("2d").fillRect(0, 0, 300, 150), 50);
    return canvas.captureStream(20);
  };
}"""
REFUSE = """(name) => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", name));
}"""
SENTENCES = {
    "NotAllowedError": "Allow it at the lock or camera sign",
    "NotReadableError": "Another program uses the camera. Close it",
    "NotFoundError": "No free camera was found.",
}


@pytest.fixture(scope="module")
def browser(browser: "Browser", tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Browser]":
    """Chromium with a camera that plays the drawn video."""
    video = write_video(tmp_path_factory.mktemp("camera") / "portrait.mjpeg", move_slowly(1))
    started = browser.browser_type.launch(
        executable_path=shutil.which("chromium"), args=[*CHROMIUM_FLAGS, f"--use-file-for-fake-video-capture={video}"]
    )
    started.on("context", lambda context: context.set_default_timeout(BROWSER_PATIENCE))
    yield started
    started.close()


def start(visit: Visit) -> None:
    """Start the mirror and wait for its first frame."""
    visit.page.locator("#mirror").click()
    expect(button(visit.page, "Keep this face")).to_be_enabled()


def watch(visit: Visit) -> None:
    """Wait for the opening tab, and remember the streams from now on."""
    visit.rest("face")
    visit.page.evaluate(WATCH)


def test_the_mirror_is_live_and_a_face_of_it_is_kept(open_page: Open) -> None:
    visit = open_page()
    watch(visit)
    page = visit.page
    assert not [request.url for request in visit.requests if "mirror" in request.url or "frames" in request.url]
    start(visit)
    for canvas in ("#face-picture", "#copy", "#strands"):
        change(page, canvas, lambda: None)
    change(page, "#copy", lambda: move(page, "#beta", 1))
    expect(page.locator("#copy-of")).to_contain_text("β = 10")
    expect(page.locator("#row .cell.waiting")).to_have_count(7)
    page.locator("[name=mirror][value=all] + span").click()
    expect(page.locator("#row .cell.waiting")).to_have_count(0)
    change(page, "#row .cell:last-child canvas", lambda: None)
    change(page, "#thumb", button(page, "Keep this face").click)
    expect(page.locator("#said")).to_contain_text("Your photo stays in your browser")
    assert page.evaluate(STATES) == ["ended"]
    expect(page.locator(".mirror")).to_have_count(0)
    visit.rest("face")
    page.locator("#recrop").click()  # the frame that it is from is a photograph like others
    expect(page.get_by_role("dialog")).to_contain_text("One face was found")
    for request in visit.requests:
        assert (request.method, request.post_data, urlsplit(request.url).query) == ("GET", None, ""), request.url


def test_one_network_for_every_beta_rebuilds_each_frame_alone(open_page: Open, app_with_dial: AppWithDial) -> None:
    visit = open_page("#face?family=beta-dial&beta=3.4", at=app_with_dial.address)
    page = visit.page
    watch(visit)
    start(visit)
    expect(page.locator("#row .cell.waiting")).to_have_count(8)
    change(page, "#copy", lambda: None)
    change(page, "#copy", lambda: move(page, "#beta", 1))
    expect(page.locator("#price")).to_have_text("β = 50")
    page.locator("#mirror").click()
    expect(page.locator("#row .cell.waiting")).to_have_count(0)
    expect(page.locator("#price")).to_have_text("β = 50")


def test_the_camera_is_off_as_soon_as_nobody_looks(open_page: Open) -> None:
    ways: dict[str, Callable[[Page], object]] = {
        "stop": lambda page: page.locator("#mirror").click(),
        "escape": lambda page: page.keyboard.press("Escape"),
        "hidden": lambda page: page.evaluate(HIDE),
        "another tab": lambda page: page.locator("#tab-models").click(),
        "another face": lambda page: page.locator("#examples button").nth(1).click(),
        "unplugged": lambda page: page.evaluate(
            "() => streams.at(-1).getTracks()[0].dispatchEvent(new Event('ended'))"
        ),
    }
    visit = open_page()
    watch(visit)
    faults = {}
    for way, act in ways.items():
        visit.open("face")
        before = visit.page.evaluate("document.querySelector('#copy').toDataURL()")
        start(visit)
        change(visit.page, "#copy", lambda: None)
        act(visit.page)
        expect(visit.page.locator("body.live")).to_have_count(0)
        states = visit.page.evaluate(STATES)
        same = (
            way == "another face"
            or visit.page.evaluate(
                "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => "
                "done(document.querySelector('#copy').toDataURL()))))"
            )
            == before
        )
        if set(states) != {"ended"} or not same:
            faults[way] = states, same
    assert not faults
    expect(visit.page.locator("#said")).to_contain_text("The camera stopped.")
    expect(visit.page.locator("#mirror")).to_have_accessible_name("Live mirror")


def test_a_camera_that_cannot_be_used_gets_a_sentence(open_page: Open) -> None:
    visit = open_page()
    visit.rest("face")
    dialog = visit.page.get_by_role("dialog")
    for name, sentence in SENTENCES.items():
        visit.page.evaluate(REFUSE, name)
        visit.page.locator("#mirror").click()
        expect(dialog).to_contain_text(sentence)
        visit.page.get_by_role("button", name="Close").click()
    insecure = open_page(
        before=lambda page: page.add_init_script(
            "Object.defineProperty(navigator, 'mediaDevices', { value: undefined });"
            "Object.defineProperty(window, 'isSecureContext', { value: false });"
        )
    )
    insecure.rest("face")
    insecure.page.locator("#mirror").click()
    expect(insecure.page.get_by_role("dialog")).to_contain_text("Open the page at such an address")


def test_without_webassembly_the_mirror_asks_no_server(open_page: Open) -> None:
    visit = open_page(before=lambda page: page.add_init_script("delete globalThis.WebAssembly"))
    watch(visit)
    visit.page.locator("#mirror").click()
    expect(visit.page.get_by_role("dialog")).to_contain_text("sends no picture anywhere")
    assert visit.page.evaluate(STATES) == []
    assert not [request.url for request in visit.requests if "gradio" in request.url]


def test_without_a_face_the_middle_of_the_picture_is_shown(open_page: Open) -> None:
    visit = open_page()
    visit.rest("face")
    visit.page.evaluate(WALL)
    start(visit)
    expect(visit.page.locator("#said")).to_contain_text("No face found")
    expect(visit.page.locator(".mirror .note")).to_have_text("No face found: look into the camera")
    assert visit.page.evaluate(
        "() => [...document.querySelector('#face-picture').getContext('2d').getImageData(160, 160, 1, 1).data]"
    ) == [0, 0, 0, 255]


@pytest.mark.parametrize(("width", "height", "theme"), [(390, 844, "dark"), (1440, 900, "light")])
def test_axe_finds_nothing_while_the_mirror_runs(open_page: Open, width: int, height: int, theme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm --prefix assets ci")
    visit = open_page(width=width, height=height, color_scheme=theme, bypass_csp=True, has_touch=width == 390)
    visit.rest("face")
    visit.page.add_script_tag(path=AXE)
    start(visit)
    faults = visit.page.evaluate(FIND)
    assert not faults, show(faults)
    targets = visit.page.locator("#mirror, .mirror button, [name=mirror] + span").evaluate_all(
        "all => all.map((one) => Math.min(one.offsetWidth, one.offsetHeight))"
    )
    assert min(targets) >= 40
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
