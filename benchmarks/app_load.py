"""Load test of the app: correctness of its answers, response times and memory with many visitors at once.

    python -m benchmarks.app_load

32 clients load the page, sample, and upload faces that are reconstructed, for two minutes, each with its own seeds and
faces. Every answer must have the same bytes as the first answer to the same request. Exits with 1 if an answer differs
or fails, or if resident memory at the end is more than 5 % above that after the first 20 seconds. Run nothing else at
the same time.
"""

import hashlib
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import tyro
from gradio_client import Client, handle_file
from PIL import Image

from benchmarks.running_app import ROOT, running_app

PORTRAIT = ROOT / "assets" / "examples" / "astronaut.png"
PAGE = "page"
KINDS: tuple[str, ...] = (PAGE, "/sample", "/reconstruct")
REQUESTS = 12  # different requests of each kind, few enough that clients often send the same one at the same time
WARM_UP = 20.0  # seconds until the first measurement of memory
MAX_GROWTH = 1.05


@dataclass(frozen=True)
class Options:
    """Number of clients and duration."""

    clients: int = 32
    seconds: float = 120


class Answers:
    """Answers by request, shared by the threads of the clients."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.first: dict[tuple[str, int], str] = {}
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []

    def add(self, request: tuple[str, int], digest: str, seconds: float) -> None:
        """Record an answer, and an error if it differs from an earlier answer to the same request."""
        with self.lock:
            self.seconds[request[0]].append(seconds)
            if self.first.setdefault(request, digest) != digest:
                self.errors.append(f"{request}: the bytes differ from the first answer")


def write_portraits(folder: Path) -> list[Path]:
    """Write copies of the public-domain portrait, each rotated a little further."""
    portrait = Image.open(PORTRAIT).convert("RGB")
    files = []
    for i in range(REQUESTS):
        files.append(folder / f"{i}.png")
        portrait.rotate(2.0 * i - REQUESTS, Image.Resampling.BICUBIC, fillcolor="gray").save(files[-1])
    return files


def load_page(address: str) -> str:
    """Load the page as a browser without a cache does, up to the files that its HTML names; return a digest of all."""
    with httpx.Client(timeout=60, trust_env=False) as browser:
        page = browser.get(address).raise_for_status()
        names = sorted(set(re.findall(r'<(?:link|script|img)\b[^>]*?(?:href|src)="([^":]+)"', page.text)))
        files = [browser.get(urljoin(address, name)).raise_for_status().content for name in names]
    return hashlib.sha256(b"".join([page.content, *files])).hexdigest()


def ask(client: Client, kind: str, i: int, files: list[Path]) -> str:
    """Send one request; return a digest of the bytes of its answer."""
    if kind == PAGE:
        return load_page(client.src)
    if kind == "/sample":
        return hashlib.sha256(Path(client.predict(i, 16, api_name=kind)).read_bytes()).hexdigest()
    picture, scores = client.predict(handle_file(str(files[i])), api_name=kind)
    return hashlib.sha256(Path(picture).read_bytes() + repr(scores).encode()).hexdigest()


def start_clients(
    address: str, count: int, seconds: float, files: list[Path], answers: Answers
) -> list[threading.Thread]:
    """Start clients that send random requests for so many seconds."""
    until = time.monotonic() + seconds
    arguments: list[Any] = [until, files, answers]
    clients = [threading.Thread(target=run_client, args=(address, number, *arguments)) for number in range(count)]
    for client in clients:
        client.start()
    return clients


def run_client(address: str, number: int, until: float, files: list[Path], answers: Answers) -> None:
    """Send random requests until the time `until`, as one client."""
    with tempfile.TemporaryDirectory() as downloads:
        client = Client(address, verbose=False, download_files=downloads)
        draw = random.Random(number)
        while time.monotonic() < until:
            kind = draw.choice(KINDS)
            i = 0 if kind == PAGE else draw.randrange(REQUESTS)
            start = time.perf_counter()
            try:
                answers.add((kind, i), ask(client, kind, i, files), time.perf_counter() - start)
            except Exception as error:  # any error leaves the visitor without an answer
                with answers.lock:
                    answers.errors.append(f"{kind} {i}: {error!r}")


def quantiles(seconds: list[float]) -> tuple[float, float]:
    """Return median and 95 % quantile."""
    return statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]


def resident_memory(pid: int) -> float:
    """Return the resident memory of a process in MiB (Linux only)."""
    line = next(
        line
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        if line.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1024


def main(options: Options) -> int:
    """Run the clients, print the results, and return the exit status."""
    answers = Answers()
    with running_app() as app, tempfile.TemporaryDirectory() as name:
        files = write_portraits(Path(name))
        clients = start_clients(app.address, options.clients, options.seconds, files, answers)
        time.sleep(min(WARM_UP, options.seconds / 2))
        after_warm_up = resident_memory(app.process.pid)
        for client in clients:
            client.join()
        end = resident_memory(app.process.pid)
    print(f"{options.clients} clients, {options.seconds:.0f} s")
    for kind, values in sorted(answers.seconds.items()):
        p50, p95 = quantiles(values)
        print(f"{kind:14} {len(values):6} answers   p50 {p50:6.2f} s   p95 {p95:6.2f} s")
    print(f"different requests {len(answers.first)}, answers that differ or fail {len(answers.errors)}")
    print(
        f"resident memory {after_warm_up:.0f} MiB after {WARM_UP:.0f} s, {end:.0f} MiB at the end: "
        f"x {end / after_warm_up:.3f}"
    )
    for sentence in answers.errors[:5]:
        print(sentence)
    return int(bool(answers.errors) or end > MAX_GROWTH * after_warm_up)


if __name__ == "__main__":
    sys.exit(main(tyro.cli(Options, description=__doc__)))
