"""The endpoints as an agent meets them: through the protocol's own client."""

import re
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from PIL import Image

from benchmarks.running_app import running_app
from tests.coroutines import run
from vae_models.catalogue import BUNDLED

pytestmark = pytest.mark.processes

FACE = (Path(__file__).parents[3] / "assets" / "examples" / "astronaut.png").read_bytes()
DATA_URL = f"data:image/png;base64,{b64encode(FACE).decode()}"


async def describe_tools(address: str) -> dict[str, Any]:
    """List the tools by name."""
    async with (
        streamable_http_client(f"{address}gradio_api/mcp/") as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        return {tool.name: tool for tool in (await session.list_tools()).tools}


async def call(address: str, tool: str, arguments: dict[str, Any]) -> tuple[bool, str, list[bytes]]:
    """Call a tool and return whether it failed, the text of its answer, and the pictures in it."""
    async with (
        streamable_http_client(f"{address}gradio_api/mcp/") as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        answer = await session.call_tool(tool, arguments)
    text = " ".join(part.text for part in answer.content if part.type == "text")
    return bool(answer.isError), text, [b64decode(part.data) for part in answer.content if part.type == "image"]


def test_an_agent_finds_the_tools_and_draws_faces() -> None:
    with running_app("--mcp") as app:
        tools = run(describe_tools(app.address))
        failed, _, (picture,) = run(call(app.address, "sample", {"seed": 3, "count": 2}))
        refused, sentence, _ = run(call(app.address, "sample", {"seed": -3}))
    assert list(tools) == ["sample", "reconstruct", "compare_betas", "morph", "traverse", "encode", "decode"]
    assert "New faces from every model" in tools["sample"].description
    assert not failed
    with Image.open(BytesIO(picture)) as faces:
        assert faces.size == (6 * 66 - 2, len(BUNDLED) * (66 + 8) - 10)
    assert refused
    assert "The seed must be a whole number" in sentence


def test_a_picture_in_any_form_is_answered_and_neither_logged_nor_kept(tmp_path: Path) -> None:
    with (
        TemporaryFile() as output,
        running_app("--mcp", output=output, variables={"GRADIO_TEMP_DIR": str(tmp_path / "uploads")}) as app,
    ):
        for picture, reason in (
            ("http://127.0.0.1:9/face.png", "cannot be fetched: only public addresses"),
            ("http://[::1", "cannot be fetched"),
            ("file:///etc/hostname", "Send a picture as a file"),
            ("/etc/hostname", "Send a picture as a file"),
            ("", "Send a picture as a file"),
            ("data:image/png;base64,A", "This data URL is damaged"),
            ("data:text/html,<p>hello</p>", "This file is not a picture"),
        ):
            for tool, arguments in (
                ("reconstruct", {"face": picture}),
                ("compare_betas", {"face": picture}),
                ("morph", {"first": DATA_URL, "second": picture, "crop": "centre"}),
                ("encode", {"face": picture}),
            ):
                failed, text, pictures = run(call(app.address, tool, arguments))
                assert (failed, pictures) == (True, [])
                assert reason in text, (tool, picture)
        for value in (None, 3, ["x"]):
            failed, text, _ = run(call(app.address, "encode", {"face": value}))
            assert failed
            assert "is not valid" in text
        kept = [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()]
        assert kept == []
        (upload,) = httpx.post(f"{app.address}gradio_api/upload", files={"files": ("face.png", FACE)}).json()
        for picture in (DATA_URL, b64encode(FACE).decode(), upload, f"{app.address}gradio_api/file={upload}"):
            failed, text, (shown,) = run(call(app.address, "reconstruct", {"face": picture}))
            assert not failed
            assert "squared_error" in text
            assert shown.startswith(b"\x89PNG")
        assert len(run(call(app.address, "traverse", {"steps": 3}))[2]) == 3
        output.seek(0)
        log = output.read().decode()
    assert not re.search("Traceback|Error|WARN", log), log
