"""Stalls of the app's event loop, in which no visitor is answered, while hostile requests of every kind arrive.

    python -m benchmarks.event_loop

Each attack runs for some seconds from several clients: bodies that are long, deep or full of values, uploads of any
bytes, pictures of 64 megapixels as files and as base64 text, calls that fail, addresses that are closed. Inside the
app a task sleeps for 5 ms, over and over, and writes down how late it wakes. Exits with 1 if it was ever later than
50 ms, without the time in which the system gave its thread no processor. Run nothing else at the same time.
"""

import base64
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import tyro

from benchmarks.monsters import MONSTERS
from benchmarks.running_app import ROOT, running_app
from benchmarks.watched_app import STALLS

MOST = 50.0  # milliseconds
PORTRAIT = (ROOT / "assets" / "examples" / "astronaut.png").read_bytes()
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data; boundary=b"}
Attack = Callable[[httpx.Client], object]


@dataclass(frozen=True)
class Options:
    """Duration of an attack and number of its clients."""

    seconds: float = 8
    clients: int = 4
    only: str = ""
    """Part of the names of the attacks to run."""


def post(path: str, body: bytes, headers: dict[str, str] = JSON) -> Attack:
    """Return an attack that sends a body."""
    return lambda client: client.post(f"gradio_api/{path}", content=body, headers=headers)


def call(name: str, *values: object) -> Attack:
    """Return an attack that calls an endpoint and waits for its answer."""

    def attack(client: httpx.Client) -> None:
        event = client.post(f"gradio_api/call/{name}", json={"data": values}).json().get("event_id")
        client.get(f"gradio_api/call/{name}/{event}")

    return attack


def upload_and_call(name: str, data: bytes, *values: object) -> Attack:
    """Return an attack that uploads a picture and calls an endpoint with it."""

    def attack(client: httpx.Client) -> None:
        path = client.post("gradio_api/upload", files={"files": ("x", data)}).json()[0]
        call(name, {"path": path, "meta": {"_type": "gradio.FileData"}}, *values)(client)

    return attack


def get(*paths: str) -> Attack:
    """Return an attack that asks addresses."""
    return lambda client: [client.get(path) for path in paths]


def attacks() -> dict[str, Attack]:
    """Return all attacks by name; they draw their pictures first."""
    large = MONSTERS["grey of 16 bits.png"]()
    text = base64.b64encode(PORTRAIT + bytes(20_000_000)).decode()
    part = b'--b\r\nContent-Disposition: form-data; name="files"; filename="x"\r\n\r\n'
    return {
        "nothing": lambda _: time.sleep(0.1),
        "values": post("call/decode", b'{"data": [' + b"[]," * 140 + b"0]}"),
        "too many values": post("call/encode", b'{"data": [' + b"0," * 900_000 + b"0]}"),
        "depth": post("call/sample", b"[" * 1_000_000),
        "short texts": post("call/encode", b'{"data": [' + b'"",' * 8_000_000 + b"0]}"),
        "names": post("queue/join", b"{" + b",".join(b'"%d":0' % i for i in range(140)) + b"}"),
        "wrong forms": post("queue/join", b'{"data": 3, "x": [' + b"0," * 49_000 + b"0]}"),
        "escapes": post("call/encode", b'{"data": ["' + b"\\" * 27_000_000 + b'"]}'),
        "MCP": post("mcp/", b'{"jsonrpc": "2.0", "x": [' + b"0," * 49_000 + b"0]}", JSON | {"Accept": "*/*"}),
        "base64": call("encode", text, "vae", "centre", 1),
        "percent signs": call("encode", "data:," + "%41" * 9_000_000, "vae", "centre", 1),
        "spaces": call("encode", " " * 27_000_000, "vae", "centre", 1),
        "upload of line ends": post("upload", b"\r\n" * 10_000_000, FORM),
        "upload of boundaries": post("upload", part + b"\r\n--a" * 4_000_000 + b"\r\n--b--\r\n", FORM),
        "upload of parts": post("upload", (part + b"x\r\n") * 100_000 + b"--b--\r\n", FORM),
        "upload of zeros": post("upload", part + bytes(20_000_000) + b"\r\n--b--\r\n", FORM),
        "pictures": upload_and_call("find", PORTRAIT),
        "large pictures": upload_and_call("find", large),
        "large pictures as text": call("cut", base64.b64encode(large).decode(), None),
        "animations": upload_and_call("find", MONSTERS["animated.webp"]()),
        "samples": call("sample", 7, 36, "standard", 1.0),
        "many failing calls": call("sample", "x", 1, 1, 1),
        "closed addresses": get("pwa_icon/999999", "monitoring", "gradio_api/vibe-code", "x" * 5000),
        "page": get("", "page/main.js", "records/models.json", "config", "gradio_api/info"),
    }


def run(address: str, attack: Attack, options: Options) -> int:
    """Run an attack from several clients, and return how often it was run."""
    end, count = time.monotonic() + options.seconds, [0] * options.clients

    def visit(number: int) -> None:
        with httpx.Client(base_url=address, timeout=300, trust_env=False) as client:
            while time.monotonic() < end:
                with suppress(httpx.HTTPError, KeyError, ValueError):  # refused, as it should be
                    attack(client)
                count[number] += 1

    clients = [threading.Thread(target=visit, args=(number,)) for number in range(options.clients)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return sum(count)


def read_stalls(file: Path, since: float) -> list[float]:
    """Return the stalls after a time on the monotonic clock, in milliseconds."""
    pairs = (line.split() for line in file.read_text(encoding="ascii").splitlines())
    return [float(late) for start, late in pairs if float(start) >= since]


def main(options: Options) -> int:
    """Run every attack, print its longest stall, and return the exit status."""
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, "stalls")
        command = (sys.executable, "-m", "benchmarks.watched_app")
        chosen = {name: attack for name, attack in attacks().items() if options.only in name}
        with running_app("--mcp", command=command, variables={STALLS: str(file)}) as app:
            for attack in (upload_and_call("find", PORTRAIT), call("sample", 7, 1, "standard", 1.0), call("decode", 0)):
                run(app.address, attack, Options(seconds=2))  # whatever is loaded at the first call
            if hasattr(os, "nice"):
                os.nice(10)  # the clients share the app's cores, and only the app is measured
            for kind, attack in chosen.items():
                start = time.monotonic()
                count = run(app.address, attack, options)
                stalls = read_stalls(file, start)
                worst = max([worst, *stalls])
                print(f"{kind:24} {count:6} requests   longest stall {max(stalls, default=0):6.1f} ms", flush=True)
    print(f"longest stall {worst:.1f} ms, at most {MOST:.0f}")
    return int(worst > MOST)


if __name__ == "__main__":
    sys.exit(main(tyro.cli(Options, description=__doc__)))
