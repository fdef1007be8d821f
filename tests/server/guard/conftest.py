"""The whole server in this process, with the guard around it and MCP, as a client meets it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import report_models
from tests.coroutines import run
from tests.dial_folder import load_dials, write_dial


async def build_server() -> Any:
    """Build the server as a launch does, without a port."""
    import gradio as gr

    from server.app import build
    from server.start import Start
    from vae_models.hub.pull import Loaded

    with TemporaryDirectory() as folder:
        write_dial(Path(folder) / "beta-dial")
        dials = load_dials(Path(folder))
    server = build(Start("bundled", mcp=True), Loaded(report_models()[:2], dials=dials))
    with gr.Blocks(mode="server") as blocks:
        for function, options in server._deferred_apis:
            gr.api(fn=function, **options)
    blocks.is_running = True
    gr.routes.App.create_app(blocks, app=server, mcp_server=True)
    return server


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Serve two models and a dial; its `app` is the server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("uploads")))
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        server = run(build_server())  # in a loop that runs: gradio would leave one of its own open
        with TestClient(server, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
            assert client.get("/gradio_api/startup-events").status_code == 200
            yield client
