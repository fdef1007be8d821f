"""Addresses of uploads and results: only complete pictures are kept, under names of ours, and nothing else is sent."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from server.limits import MOST_UPLOADS
from server.uploads import routes
from server.uploads.files import save_result
from server.uploads.folder import FOLDER

UPLOAD, FILE = "/gradio_api/upload", "/gradio_api/file="
NAMES = (
    "me.png",
    "..",
    ".",
    "a/b.png",
    "../../x",
    "\\x",
    "a\x00b.png",
    "x" * 300,
    "é\u202e.png",
    'a"b',
    "tmp12",
    "CON",
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    ours = tmp_path / "ours"
    ours.mkdir()
    monkeypatch.setenv(FOLDER, str(ours))
    return ours


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.ROUTES)) as client:
        yield client


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", NAMES)
def test_an_upload_of_any_name_is_kept_under_one_of_ours(client: TestClient, folder: Path, name: str) -> None:
    answer = client.post(UPLOAD, files={"files": (name, b"picture")})
    assert answer.status_code == 200
    (path,) = answer.json()
    assert [Path(path)] == files(folder)
    assert Path(path).parent.parent == folder
    assert Path(path).name in ("upload", "upload.png")
    assert client.get(f"{FILE}{path}").content == b"picture"


def test_the_same_picture_twice_has_two_folders(client: TestClient) -> None:
    sent = [("files", ("a.png", b"x")), ("files", ("a.png", b"x"))]
    first, second = client.post(UPLOAD, files=sent).json()
    assert Path(first).parent != Path(second).parent


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b"x", 400),
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=b", b"x", 400),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", 400),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b--\r\n',
            400,
        ),
        ("multipart/form-data; boundary=b", b"--b\r\nX: " + b"y" * 20_000, 400),
    ],
)
def test_a_broken_upload_leaves_no_file(client: TestClient, folder: Path, kind: str, body: bytes, status: int) -> None:
    answer = client.post(UPLOAD, content=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert answer.json()["detail"].endswith(".")
    assert not files(folder)


def test_too_many_and_too_large_files_are_refused(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = client.post(UPLOAD, files=[("files", (f"{i}.png", b"x")) for i in range(MOST_UPLOADS + 1)])
    assert (many.status_code, many.json()["detail"]) == (400, routes.MANY)
    monkeypatch.setattr(routes, "LARGEST_FILE", 3)
    large = client.post(UPLOAD, files=[("files", ("a.png", b"x")), ("files", ("b.png", b"more"))])
    assert large.status_code == 413
    assert not files(folder)


def test_a_full_folder_takes_no_more(client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_result(b"large", "large.png")
    monkeypatch.setattr(routes, "MOST_KEPT", 4)
    answer = client.post(UPLOAD, files={"files": ("a.png", b"x")})
    assert (answer.status_code, answer.json()["detail"]) == (503, routes.FULL)
    assert len(files(folder)) == 1


def test_only_files_of_the_folder_are_sent(client: TestClient, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "private.png").write_bytes(b"private")
    (folder / "link.png").symlink_to(tmp_path / "private.png")
    result = save_result(b"result", "result.webp")
    sent = client.get(f"{FILE}{result}")
    assert (sent.content, sent.headers["content-type"]) == (b"result", "image/webp")
    assert sent.headers["cache-control"] == "private, no-store"
    paths = (folder, result.parent, folder / "link.png", tmp_path / "private.png", folder / ".." / "private.png")
    for path in (*map(str, paths), "", "/", "%00", "%ff", "a" * 5000, "http://127.0.0.1/", "/dev/zero", os.devnull):
        answer = client.get(f"{FILE}{path}")
        assert (answer.status_code, answer.json()["detail"]) == (404, routes.GONE), path


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a"])
def test_what_a_browser_could_run_is_only_saved(client: TestClient, name: str) -> None:
    (path,) = client.post(UPLOAD, files={"files": (name, b"<script>")}).json()
    sent = client.get(f"{FILE}{path}").headers
    assert (sent["content-type"], sent["content-disposition"]) == ("application/octet-stream", "attachment")
    assert (sent["x-content-type-options"], sent["content-security-policy"]) == ("nosniff", "sandbox")
