"""Addresses of the page: the files of the allow-list and nothing else, below any path."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pages import files
from pages.documents import DOCUMENTS
from pages.manifest import ICON
from server import routes
from server.start import NAMEPLATE, Start, nameplate
from tests.conftest import report_models
from vae_models.catalogue import RECIPES
from vae_models.hub.pull import Loaded

ROOT = Path(__file__).parents[2]
START = Start("bundled")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.build(START, Loaded(report_models())))) as client:
        yield client


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("page/index.html", "assets/page/index.html"),
        ("onnxruntime/ort.wasm.bundle.min.mjs", "assets/onnxruntime/ort.wasm.bundle.min.mjs"),
        ("onnxruntime/ort-wasm-simd-threaded.wasm.gz", "assets/onnxruntime/ort-wasm-simd-threaded.wasm.gz"),
        ("examples/astronaut.png", "assets/examples/astronaut.png"),
        ("models/vae/decoder.onnx", "assets/weights/vae/decoder.onnx"),
        ("models/ae/encoder.onnx", "assets/weights/ae/encoder.onnx"),
        ("models/beta-vae/densities.json", "assets/weights/beta-vae/densities.json"),
        ("favicon.ico", "assets/icon.png"),
    ],
)
def test_an_address_of_the_page_has_its_file(client: TestClient, address: str, file: str) -> None:
    answer = client.get(f"/{address}")
    assert answer.status_code == 200
    assert answer.content == (ROOT / file).read_bytes()


@pytest.mark.parametrize(
    "address",
    [
        "page/",
        "page/nothing.js",
        "page/../../app.py",
        "page/%2e%2e/%2e%2e/app.py",
        "page/..%2f..%2fapp.py",
        "page//etc/hostname",
        "examples/draw.py",
        "onnxruntime/fetch.py",
        "onnxruntime/LICENSE",
        "models/vae/model.safetensors",
        "models/vae/training.json",
        "models/../assets/weights/vae/decoder.onnx",
        "models/nobody/decoder.onnx",
        "icons/100000.png",
        "records/none.json",
        "weights/vae/decoder.onnx",
    ],
)
def test_no_other_file_is_served(client: TestClient, address: str) -> None:
    assert client.get(f"/{address}").status_code == 404


def test_scripts_are_sent_as_scripts(client: TestClient) -> None:
    runtime = client.get("/onnxruntime/ort.wasm.bundle.min.mjs")
    assert runtime.headers["content-type"].startswith("text/javascript")
    assert client.get("/").headers["content-type"] == "text/html; charset=utf-8"


def test_every_document_of_the_records_has_an_address(client: TestClient) -> None:
    loaded = Loaded(report_models())
    for name, make in DOCUMENTS.items():
        answer = client.get(f"/records/{name}")
        assert answer.content == make(loaded)
        assert answer.headers["content-type"] == "application/json"


def test_the_opening_face_has_its_picture_and_its_codes(client: TestClient) -> None:
    models = report_models()
    with Image.open(BytesIO(client.get("/records/example.webp").content)) as column:
        assert column.size == (64, 64 * (1 + len(models)))
    assert list(client.get("/records/example.json").json()) == [pulled.name for pulled in models]


def test_a_second_start_finds_the_nameplate(client: TestClient) -> None:
    assert frozenset(client.get(NAMEPLATE).text.splitlines()) == nameplate(START)


@pytest.mark.parametrize("prefix", ["", "/faces", "/a/b"])
@pytest.mark.parametrize("stripped", [True, False])
def test_the_page_works_below_any_path(prefix: str, stripped: bool) -> None:
    """A proxy may remove the prefix from the path, or not."""
    app = Starlette(routes=routes.build(START, Loaded(report_models()[:1])))
    client = TestClient(app, root_path=prefix, base_url="http://testserver")
    before = "" if stripped else prefix
    for address in ("/", "/records/models.json", "/onnxruntime/ort.wasm.bundle.min.mjs", "/models/ae/decoder.onnx"):
        assert client.get(f"{before}{address}").status_code == 200


def test_hidden_files_and_links_out_of_the_folder_are_not_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page" / ".git").mkdir(parents=True)
    for name in ("page/main.js", "page/.secret.js", "page/.git/config.json", "page/notes.py", "secret.json"):
        (tmp_path / name).write_text("x")
    (tmp_path / "page" / "link.json").symlink_to(tmp_path / "secret.json")
    monkeypatch.setattr(files, "FOLDERS", {"page": tmp_path / "page"})
    assert [address for address, _ in files.list_files(())] == ["page/main.js"]


def test_the_icon_is_in_the_colours_of_the_models() -> None:
    with Image.open(ICON) as icon:
        assert icon.width == icon.height == 512
        stripes = np.asarray(icon.convert("RGB"))[440, [64, 192, 320, 448]]
    assert ["#" + stripe.tobytes().hex() for stripe in stripes] == [recipe.colour for recipe in RECIPES.values()]


def test_a_model_without_files_has_no_addresses() -> None:
    vae = report_models()[1]._replace(folder=None)
    assert not [address for address, _ in files.list_files((vae,)) if address.startswith("models/")]
    assert json.loads(DOCUMENTS["models.json"](Loaded((vae,))))["models"][0]["decoder"] is None
