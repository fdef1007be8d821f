"""The endpoints as an agent meets them: through the protocol's own client."""

import asyncio
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from PIL import Image

from benchmarks.running_app import running_app
from vae_models.catalogue import BUNDLED

pytestmark = pytest.mark.processes


async def tools_and_samples(address: str) -> tuple[dict[str, str], bytes, str]:
    """Names and descriptions of the tools, a picture that one of them makes, and what is said of a bad argument."""
    async with (
        streamable_http_client(f"{address}gradio_api/mcp/") as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        tools = {tool.name: str(tool.description) for tool in (await session.list_tools()).tools}
        made = await session.call_tool("sample", {"seed": 3, "count": 2})
        refused = await session.call_tool("sample", {"seed": -3})
        picture = next(part for part in made.content if part.type == "image")
        return tools, b64decode(picture.data), " ".join(part.text for part in refused.content if part.type == "text")


def test_an_agent_finds_the_tools_and_draws_faces() -> None:
    # a thread of its own: the browser's driver may have its loop in this one
    with running_app("--mcp") as app, ThreadPoolExecutor(1) as pool:
        tools, picture, said = pool.submit(lambda: asyncio.run(tools_and_samples(app.address))).result()
    assert list(tools) == ["sample", "reconstruct", "compare_betas", "morph", "traverse", "encode", "decode"]
    assert "New faces from every model" in tools["sample"]
    with Image.open(BytesIO(picture)) as faces:
        assert faces.size == (6 * 66 - 2, len(BUNDLED) * (66 + 8) - 10)
    assert "The seed must be a whole number" in said
