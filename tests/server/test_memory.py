"""The memory of the running app: whatever is sent, it needs little more, and gives it back."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from benchmarks.monsters import MONSTERS
from benchmarks.running_app import Running, running_app
from tests.coroutines import run
from tests.photographs import PORTRAIT

pytestmark = pytest.mark.processes

PEAK, KEPT = 450, 80  # MB above the quiet level, meanwhile and later
LATER = 30.0  # seconds
Way = Callable[[str, bytes], str]
CALLS: dict[str, list[Any]] = {  # endpoint -> arguments behind the picture
    "find": [],
    "cut": [None],
    "encode": ["vae", "face", 1],
    "reconstruct": ["centre", 1, 0],
}


@pytest.fixture(scope="module")
def app() -> Iterator[Running]:
    """Run the app, with all that it loads for its first pictures loaded."""
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("the peak of the memory is read from /proc")
    with running_app("--mcp") as app:
        for name in CALLS:
            for _ in range(2):
                assert "event: complete" in call_with_file(name, app.address, PORTRAIT.read_bytes())
        time.sleep(6)  # what the start has needed is given back
        yield app


def read_memory(app: Running, what: str) -> int:
    """Read VmRSS or VmHWM of the app's process in MB."""
    lines = Path(f"/proc/{app.process.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) // 1024


def call(name: str, address: str, picture: object) -> str:
    """Call an endpoint and return its answer."""
    at = f"{address}gradio_api/call/{name}"
    event = httpx.post(at, json={"data": [picture, *CALLS[name]]}, timeout=300).raise_for_status().json()["event_id"]
    return httpx.get(f"{at}/{event}", timeout=300).text


def call_with_file(name: str, address: str, data: bytes) -> str:
    sent = httpx.post(f"{address}gradio_api/upload", files={"files": ("x", data)}, timeout=300).raise_for_status()
    return call(name, address, {"path": sent.json()[0], "meta": {"_type": "gradio.FileData"}})


def call_with_text(name: str, address: str, data: bytes) -> str:
    return call(name, address, base64.b64encode(data).decode())


def call_as_tool(_: str, address: str, data: bytes) -> str:
    async def ask() -> str:
        async with (
            streamable_http_client(f"{address}gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            answer = await session.call_tool("encode", {"face": base64.b64encode(data).decode()})
            return json.dumps([part.model_dump(mode="json") for part in answer.content])

    return run(ask())


WAYS: tuple[Way, ...] = tuple(partial(call_with_file, name) for name in CALLS)
WAYS += (partial(call_with_text, "encode"), partial(call_as_tool, ""))


@pytest.fixture(scope="module")
def quiet(app: Running) -> int:
    """Return the resident memory of the app before the first large picture, in MB."""
    return read_memory(app, "VmRSS")


def require_bounds(app: Running, quiet: int) -> None:
    """Check the peak since the last check, and wait until the memory has come back."""
    peak = read_memory(app, "VmHWM")
    assert peak - quiet < PEAK
    end = time.monotonic() + LATER
    while read_memory(app, "VmRSS") - quiet > KEPT and time.monotonic() < end:
        time.sleep(0.2)
    assert read_memory(app, "VmRSS") - quiet <= KEPT
    print(f"quiet {quiet} MB, peak + {peak - quiet} MB, kept {read_memory(app, 'VmRSS') - quiet} MB")


def forget_peak(app: Running) -> None:
    Path(f"/proc/{app.process.pid}/clear_refs").write_text("5", encoding="ascii")


@pytest.mark.parametrize("way", range(len(WAYS)))
def test_one_monster_in_every_way(app: Running, quiet: int, way: int) -> None:
    forget_peak(app)
    said = WAYS[way](app.address, MONSTERS["grey of 16 bits.png"]())
    assert "No face was found" in said or "event: complete" in said, said[:300]
    require_bounds(app, quiet)


def test_four_monsters_at_once(app: Running, quiet: int) -> None:
    forget_peak(app)
    files = [write() for write in MONSTERS.values()]
    with ThreadPoolExecutor(4) as visitors:
        ways = [WAYS[i % len(WAYS)] for i in range(len(files))]
        answers = list(visitors.map(lambda way, data: way(app.address, data), ways, files))
    for name, said in zip(MONSTERS, answers, strict=True):
        assert "No face was found" in said or "event: complete" in said, (name, said[:300])
    require_bounds(app, quiet)


def test_four_pictures_of_the_largest_size_at_once(app: Running, quiet: int) -> None:
    """Their bytes, not their pixels, are what the app's own process holds."""
    forget_peak(app)
    data = PORTRAIT.read_bytes() + bytes(20 * 2**20 - len(PORTRAIT.read_bytes()))
    with ThreadPoolExecutor(4) as visitors:
        answers = list(visitors.map(lambda way: way(app.address, data), WAYS[-1:-5:-1]))
    assert all("event: complete" in said or "mean" in said for said in answers), [said[:200] for said in answers]
    require_bounds(app, quiet)
