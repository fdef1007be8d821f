"""The app behind a proxy below a path (GRADIO_ROOT_PATH), whether the proxy removes the path's prefix or not."""

from pathlib import Path

import httpx
import pytest
from gradio_client import Client
from PIL import Image

from benchmarks.running_app import running_app

pytestmark = pytest.mark.processes

ADDRESSES = ("", "page/main.js", "records/models.json", "models/vae/decoder.onnx", "manifest.json", "gradio_api/info")


def test_page_and_endpoints_work_below_a_path(tmp_path: Path) -> None:
    with running_app(variables={"GRADIO_ROOT_PATH": "/faces"}) as app:
        for address in ADDRESSES:
            for prefix in ("", "faces/"):
                assert httpx.get(f"{app.address}{prefix}{address}").status_code == 200, (prefix, address)
        redirect = httpx.get(f"{app.address}faces")
        assert (redirect.status_code, redirect.headers["location"]) == (307, f"{app.address}faces/")
        client = Client(f"{app.address}faces/", verbose=False, download_files=str(tmp_path))
        with Image.open(client.predict(5, 1, api_name="/sample")) as sheet:
            assert sheet.format == "PNG"
        client.close()


def test_pages_of_gradio_that_nobody_needs_are_closed(address: str) -> None:
    for path in ("pwa_icon", "pwa_icon/20000", "monitoring", "monitoring/summary", "docs", "redoc", "openapi.json"):
        assert httpx.get(f"{address}{path}").status_code in (403, 404), path
    for path in ("gradio_api/runs", "gradio_api/vibe-code"):
        assert httpx.get(f"{address}{path}").status_code in (403, 404), path
