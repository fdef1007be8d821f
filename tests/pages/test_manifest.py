"""The page as an application: its manifest and icons, below any path."""

import re
from collections.abc import Iterator
from io import BytesIO
from math import hypot
from urllib.parse import urljoin

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pages import manifest
from server import routes
from server.start import Start
from tests.conftest import report_models
from vae_models.catalogue import RECIPES
from vae_models.hub.pull import Loaded

PAGES = ("http://testserver/", "http://testserver/spaces/faces/")
SAFE = 0.4  # radius of the part that every system shows of a maskable icon, of its side


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.build(Start("bundled"), Loaded(report_models()[:1])))) as client:
        yield client


def read_icon(data: bytes) -> NDArray[np.uint8]:
    """Return an icon's colours and opacity, (side, side, 4)."""
    with Image.open(BytesIO(data)) as icon:
        return np.asarray(icon.convert("RGBA"))


def test_the_manifest_has_what_browsers_ask_of_an_application(client: TestClient) -> None:
    answer = client.get("/manifest.json")
    assert answer.headers["content-type"] == "application/manifest+json"
    content = answer.json()
    assert (content["name"], content["display"]) == ("VAE Faces", "standalone")
    assert {(icon["sizes"], icon["purpose"]) for icon in content["icons"]} == {
        (f"{size}x{size}", purpose) for size in (192, 512) for purpose in ("any", "maskable")
    }
    for icon in content["icons"]:
        side = int(icon["sizes"].partition("x")[0])
        assert read_icon(client.get(f"/{icon['src']}").content).shape == (side, side, 4)


@pytest.mark.parametrize("page", PAGES)
def test_the_application_is_the_page_at_its_own_path(client: TestClient, page: str) -> None:
    content = client.get("/manifest.json").json()
    assert {urljoin(page, content[key]) for key in ("start_url", "scope")} == {page}
    assert "id" not in content  # it is the address of the page then; "./" would be that of the host
    assert all(urljoin(page, icon["src"]).startswith(page) for icon in content["icons"])


def test_the_page_names_its_manifest_and_its_icon(client: TestClient) -> None:
    html = client.get("/").text
    for kind in ("manifest", "apple-touch-icon"):
        found = re.search(rf'<link rel="{kind}" href="([^":/][^":]*)">', html)
        assert found, kind
        assert client.get(f"/{found[1]}").status_code == 200
    assert len(re.findall('<meta name="theme-color" content="#[0-9a-f]{6}" media=', html)) == 2


def test_a_maskable_icon_keeps_its_face_when_it_is_cut_round() -> None:
    side = 512
    whole = read_icon(manifest.draw_full_icon(side))
    assert (whole[..., 3] == 255).all()
    face = np.argwhere((whole[..., :3] > 250).all(axis=-1))  # white
    assert len(face) > 10_000
    assert max(hypot(y - side / 2, x - side / 2) for y, x in face) < SAFE * side
    colours = [RECIPES[kind].colour for kind in RECIPES]
    for corner in (whole[0], whole[-1]):
        assert ["#" + pixel.tobytes().hex() for pixel in corner[[0, 192, 320, -1], :3]] == colours


def test_the_icons_that_are_not_cut_have_round_corners() -> None:
    icon = read_icon(manifest.draw_icon(192))
    assert icon[0, 0, 3] == 0
    assert icon[96, 96, 3] == 255
