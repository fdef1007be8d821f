"""Load test of /reconstruct with the face finder of an older commit and with this one's.

    python -m benchmarks.reconstruct_load

Starts the app of the older commit, with Haar cascades, and sends portraits from 32 clients for two minutes; then does
the same with this version's app. An answer is right if a face was found and its bytes are those of the first answer of
the same app to the same portrait. The clients share the app's cores, so they speak plain HTTP: gradio_client would need
as much of the processor as half of the new app's answer. Exits with 1 if an answer is wrong, or if the new 95 %
quantile is more than a quarter of the old one. Run nothing else at the same time.
"""

import hashlib
import json
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import tyro

from benchmarks.app_load import REQUESTS, Answers, quantiles, write_portraits
from benchmarks.face_finder.finder import worktree
from benchmarks.running_app import ROOT, running_app

KIND = "/reconstruct"
MOST = 0.25
PATIENCE = 300.0  # seconds


@dataclass(frozen=True)
class Options:
    """Versions, number of clients and duration."""

    old: str = "ecbb647"
    """Commit of the old finder, or a folder with it."""
    clients: int = 32
    seconds: float = 120
    """Duration for each version."""


def measure(folder: Path, options: Options) -> Answers:
    """Put load on the app in `folder`."""
    answers = Answers()
    with running_app(folder=folder) as app, tempfile.TemporaryDirectory() as name:
        portraits = [file.read_bytes() for file in write_portraits(Path(name))]
        until = time.monotonic() + options.seconds
        arguments = [(app.address, number, until, portraits, answers) for number in range(options.clients)]
        clients = [threading.Thread(target=run_client, args=one) for one in arguments]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    return answers


def run_client(address: str, number: int, until: float, portraits: list[bytes], answers: Answers) -> None:
    """Send random portraits until the time `until`, as one client."""
    draw = random.Random(number)
    with httpx.Client(base_url=f"{address}gradio_api/", timeout=PATIENCE, trust_env=False) as browser:
        while time.monotonic() < until:
            i, start = draw.randrange(REQUESTS), time.perf_counter()
            try:
                answers.add((KIND, i), reconstruct(browser, portraits[i]), time.perf_counter() - start)
            except (httpx.HTTPError, ValueError) as error:
                with answers.lock:
                    answers.errors.append(f"{KIND} {i}: {error!r}")


def reconstruct(browser: httpx.Client, portrait: bytes) -> str:
    """Upload a portrait, wait for its reconstructions and download them; return a digest of picture and scores.

    Raises ValueError if the app answers with an error, such as that no face was found.
    """
    uploaded = browser.post("upload", files={"files": ("portrait.png", portrait)}).raise_for_status().json()[0]
    values = [{"path": uploaded, "meta": {"_type": "gradio.FileData"}}, "face", 1, 0.0]
    event = browser.post("call/reconstruct", json={"data": values}).raise_for_status().json()["event_id"]
    last = browser.get(f"call/reconstruct/{event}").raise_for_status().text.strip().split("\n\n")[-1]
    if not last.startswith("event: complete\ndata: "):
        raise ValueError(f"the app answers {last}")
    picture, scores = json.loads(last.partition("data: ")[2])
    data = browser.get(f"file={picture['path']}").raise_for_status().content
    return hashlib.sha256(data + repr(scores).encode()).hexdigest()


def main(options: Options) -> int:
    """Measure both versions, print the results, and return the exit status."""
    with worktree(options.old) as folder:
        results = {"old": measure(folder, options), "new": measure(ROOT, options)}
    print(f"{options.clients} clients, {options.seconds:.0f} s each")
    for name, answers in results.items():
        p50, p95 = quantiles(answers.seconds[KIND])
        counts = f"{len(answers.seconds[KIND]):6} answers, {len(answers.errors)} wrong"
        print(f"{name}  {counts}   p50 {p50:6.2f} s   p95 {p95:6.2f} s")
        for sentence in answers.errors[:5]:
            print(sentence)
    old, new = (quantiles(answers.seconds[KIND])[1] for answers in results.values())
    print(f"p95: new / old {new / old:.3f}, at most {MOST}")
    return int(new > MOST * old or any(answers.errors for answers in results.values()))


if __name__ == "__main__":
    sys.exit(main(tyro.cli(Options, description=__doc__)))
