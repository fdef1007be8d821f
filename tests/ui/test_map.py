"""The map's modules in Chromium: densities.json as numpy reads it, pixels as codes and back."""

import base64
import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Error, Page

from vae_models.files.names import DENSITIES

pytestmark = pytest.mark.browser

ASSETS = Path(__file__).parents[2] / "assets"


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def files() -> Iterator[str]:
    """Serve assets/ and return the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(ASSETS))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def sheet(browser: Browser, files: str) -> Iterator[Page]:
    """Open a page with a canvas, the modules `maps` and the VAE's `densities`; at the end check for errors."""
    page, errors = browser.new_page(device_scale_factor=2), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{files}/explore/")
    page.set_content('<canvas id="canvas"></canvas>')
    page.evaluate('async () => { window.maps = await import("/explore/map.js"); }')
    page.evaluate(
        "async address => { window.densities = await maps.readDensities(address); }", f"/weights/vae/{DENSITIES}"
    )
    yield page
    assert not errors
    page.close()


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ASSETS / "weights" / "vae" / DENSITIES).read_text())
    return found


def shades(facts: dict[str, Any], text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(-1, facts["bins"], facts["bins"])


def test_the_browser_reads_the_numbers_that_numpy_reads(sheet: Page, facts: dict[str, Any]) -> None:
    read = sheet.evaluate("""() => {
        const map = (j, k) => [...maps.pairMap(densities, j, k).density];
        const plane = maps.planeMap(densities), ranges = [plane.xRange, plane.yRange];
        const pairs = [map(0, 1), map(0, 31), map(1, 2), map(12, 27), map(30, 31), map(27, 12)];
        return { pairs, plane: [...plane.density], ranges, directions: plane.directions };
    }""")
    first, second = np.triu_indices(32, 1)
    pairs = shades(facts, facts["pairs"])
    for given, (j, k) in zip(read["pairs"], [(0, 1), (0, 31), (1, 2), (12, 27), (30, 31)], strict=False):
        (row,) = np.flatnonzero((first == j) & (second == k))
        np.testing.assert_array_equal(np.reshape(given, pairs[0].shape), pairs[row])
    turned = np.reshape(read["pairs"][-1], pairs[0].shape)
    np.testing.assert_array_equal(turned, np.reshape(read["pairs"][3], pairs[0].shape).T)
    np.testing.assert_array_equal(read["plane"], shades(facts, facts["plane"]["density"]).ravel())
    assert read["ranges"] == facts["plane"]["ranges"]
    assert read["directions"] == facts["plane"]["directions"]


@pytest.mark.parametrize("size", [(400, 400), (620, 380)])
@pytest.mark.parametrize("which", ["maps.planeMap(densities)", "maps.pairMap(densities, 12, 4)"])
def test_a_pixel_means_a_code_that_lies_at_that_pixel(sheet: Page, which: str, size: tuple[int, int]) -> None:
    apart = sheet.evaluate(
        f"""([width, height]) => {{
            canvas.style = `width: ${{width}}px; height: ${{height}}px`;
            const map = {which}, code = map.mean.map((_, i) => Math.sin(i));
            return [[60, 20], [200, 150.5], [380, 300]].map((pixel) => {{
                const found = maps.codeAt(canvas, map, pixel, {{ code }});
                const again = maps.pixelOf(canvas, map, maps.pointOf(map, found));
                return Math.hypot(again[0] - pixel[0], again[1] - pixel[1]);
            }});
        }}""",
        size,
    )
    assert max(apart) < 1e-3


def test_a_point_of_the_plane_is_the_mean_and_two_directions(sheet: Page, facts: dict[str, Any]) -> None:
    given = sheet.evaluate("maps.codeOf(maps.planeMap(densities), [1.5, -2])")
    expected = np.asarray(facts["mean"]) + np.asarray([1.5, -2]) @ np.asarray(facts["plane"]["directions"])
    np.testing.assert_allclose(given, expected, atol=1e-6)
    assert sheet.evaluate("maps.pointOf(maps.planeMap(densities), densities.mean)") == [0, 0]


def test_a_pair_moves_its_two_dimensions_alone_and_up_is_more(sheet: Page) -> None:
    codes = sheet.evaluate("""() => {
        canvas.style = "width: 400px; height: 400px";
        const map = maps.pairMap(densities, 12, 4), code = map.mean.map((_, i) => i / 10);
        return [[100, 300], [150, 200]].map((pixel) => maps.codeAt(canvas, map, pixel, { code }));
    }""")
    low, high = np.asarray(codes)
    assert set(np.flatnonzero(low != np.arange(32) / 10)) == {4, 12}
    assert set(np.flatnonzero(high - low > 0)) == {4, 12}


@pytest.mark.parametrize("pair", ["3, 3", "3, 32"])
def test_dimensions_without_a_density_are_refused(sheet: Page, pair: str) -> None:
    with pytest.raises(Error, match="no density"):
        sheet.evaluate(f"maps.pairMap(densities, {pair})")


@pytest.mark.parametrize("dark", [False, True])
def test_the_drawing_is_sharp_and_densest_where_the_codes_are(sheet: Page, dark: bool) -> None:
    """The densest bin's middle against a corner; the canvas has two pixels for each of the page's."""
    drawn = sheet.evaluate(
        """dark => {
            canvas.style = "width: 400px; height: 400px";
            const map = maps.pairMap(densities, 12, 4), { bins, density } = map;
            maps.drawMap(canvas, map, { colour: "#0072b2", dark, point: [-2, -2], pointer: [2, 2] });
            const most = density.indexOf(255);
            const place = [map.xRange, map.yRange].map(([low, high], axis) =>
                low + (high - low) * ((axis ? most % bins : Math.floor(most / bins)) + 0.5) / bins);
            const pen = canvas.getContext("2d");
            const at = (point) => {
                const [left, top] = maps.pixelOf(canvas, map, point);
                return [...pen.getImageData(Math.round(2 * left), Math.round(2 * top), 1, 1).data];
            };
            const size = [canvas.width, canvas.height];
            return { size, most: at(place), corner: at([3.1, 3.1]), point: at([-2, -2]) };
        }""",
        dark,
    )
    assert drawn["size"] == [800, 800]
    assert drawn["most"][3] > 200
    assert drawn["most"][2] > drawn["most"][0] + 50  # blue
    assert drawn["corner"][3] < 40
    assert drawn["point"] == ([241, 245, 249, 255] if dark else [15, 23, 42, 255])
