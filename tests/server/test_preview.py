"""The preview of links: absolute addresses in the page's own HTML, wherever it is served, and a picture."""

import io
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient
from torch import Tensor

from pages import share
from server import preview, routes
from server.guard.address import BelievedAddress, believes_proxy
from server.start import Start
from tests.conftest import report_models
from vae_models.hub.pull import Loaded, Pulled

ROOT = Path(__file__).parents[2]
START = Start("bundled")
PAGE = ROOT / "assets" / "page" / "index.html"


@cache
def build() -> Starlette:
    return Starlette(routes=routes.build(START, Loaded(report_models())))


def connect(start: Start = START, root_path: str = "") -> TestClient:
    return TestClient(BelievedAddress(build(), believes_proxy(start)), root_path=root_path)


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GRADIO_ROOT_PATH", "SPACE_HOST", "SPACE_ID", "FORWARDED_ALLOW_IPS"):
        monkeypatch.delenv(name, raising=False)


def read_head(html: str) -> dict[str, str]:
    """Return the contents of the head's descriptions, by property or name."""
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', html))


@pytest.mark.parametrize("stripped", [True, False])
@pytest.mark.parametrize(
    ("variables", "headers", "shared", "address"),
    [
        ({}, {}, False, "http://testserver/"),
        ({}, {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}, False, "http://testserver/"),
        ({"GRADIO_ROOT_PATH": "/faces"}, {}, False, "http://testserver/faces/"),
        (
            {"GRADIO_ROOT_PATH": "/faces"},
            {"X-Forwarded-Host": "example.org", "X-Forwarded-Proto": "https"},
            False,
            "https://example.org/faces/",
        ),
        ({"GRADIO_ROOT_PATH": "https://example.org/a/b"}, {}, False, "https://example.org/a/b/"),
        ({"SPACE_ID": "me/faces", "SPACE_HOST": "me-faces.hf.space"}, {}, False, "https://me-faces.hf.space/"),
        (
            {},
            {"X-Forwarded-Host": "abc.gradio.live", "X-Forwarded-Proto": "https"},
            True,
            "https://abc.gradio.live/",
        ),
    ],
    ids=["plain", "not believed", "path", "path and proxy", "whole address", "Space", "share"],
)
def test_the_page_names_its_picture_by_an_absolute_address(
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    headers: dict[str, str],
    shared: bool,
    address: str,
    stripped: bool,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    root = variables.get("GRADIO_ROOT_PATH", "")
    prefix = root if root.startswith("/") else ""
    client = connect(Start("bundled", share=shared), root_path=prefix)
    before = "" if stripped else prefix
    head = read_head(client.get(f"{before}/", headers=headers).text)
    assert head["og:url"] == address
    assert head["og:image"] == f"{address}records/share.jpg"
    assert head["twitter:card"] == "summary_large_image"
    assert client.get(f"{before}/records/share.jpg").status_code == 200


def test_title_description_and_picture_are_in_the_html_itself() -> None:
    html = connect().get("/").text
    head = read_head(html)
    assert head["og:title"] in html.partition("</title>")[0]
    assert head["og:description"] == head["description"]
    assert head["og:image:alt"] == "Faces drawn by the models, from beta 1 on the left to beta 20 on the right"
    assert [line for line in html.splitlines() if line not in PAGE.read_text().splitlines()] == [
        line for line in html.splitlines() if "testserver" in line or "og:image:alt" in line
    ]


def test_the_picture_is_drawn_once_and_not_while_the_app_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[bytes] = []

    def draw(models: Sequence[Pulled], faces: Tensor) -> bytes:
        drawn.append(share.draw(models, faces))
        return drawn[-1]

    monkeypatch.setattr(preview, "draw", draw)
    client = TestClient(Starlette(routes=routes.build(START, Loaded(report_models()))))
    assert drawn == []
    answers = [client.get("/records/share.jpg") for _ in range(2)]
    assert drawn == [answers[0].content]
    assert answers[0].headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(answers[0].content)) as picture:
        size = (int(read_head(PAGE.read_text())[f"og:image:{side}"]) for side in ("width", "height"))
        assert picture.size == tuple(size)
    known = client.get("/records/share.jpg", headers={"If-None-Match": answers[1].headers["etag"]})
    assert known.status_code == 304


def test_a_browser_asks_again_only_whether_the_page_has_changed() -> None:
    client = connect()
    etag = client.get("/").headers["etag"]
    assert client.get("/", headers={"If-None-Match": etag}).status_code == 304
    other = client.get("/", headers={"If-None-Match": etag, "Host": "localhost"})
    assert other.status_code == 200


def test_a_hostile_host_is_refused_or_escaped() -> None:
    host = '"><script>alert(1)</script>'
    for app in (build(), BelievedAddress(build(), False)):
        answer = TestClient(app).get("/", headers={"Host": host})
        assert "<script>alert" not in answer.text
