"""Many visitors at once: are the answers right, how long do they take, does the memory stay flat?

    python -m benchmarks.app_load

32 clients sample and reconstruct for two minutes, each its own seeds and faces. Every answer is held against the first
one to the same question: the same bytes. Exits with 1 where one differs or fails, or where resident memory at the end
is more than 5 % above that after the first 20 seconds. Nothing else should run meanwhile.
"""

import hashlib
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro
from gradio_client import Client, handle_file
from PIL import Image

from benchmarks.running_app import ROOT, running_app

PORTRAIT = ROOT / "assets" / "examples" / "astronaut.png"
QUESTIONS = 12  # different ones of each kind, so that clients ask the same at the same time
SETTLED = 20.0  # seconds after which the memory is noted
GROWTH = 1.05


@dataclass(frozen=True)
class Options:
    """How hard, how long."""

    clients: int = 32
    seconds: float = 120


class Answers:
    """What was answered, by question; shared by the clients' threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.first: dict[tuple[str, int], str] = {}
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.wrong: list[str] = []

    def add(self, question: tuple[str, int], digest: str, seconds: float) -> None:
        """Note an answer; a second one to the same question must be the same."""
        with self.lock:
            self.seconds[question[0]].append(seconds)
            if self.first.setdefault(question, digest) != digest:
                self.wrong.append(f"{question}: other bytes than before")


def portraits(folder: Path) -> list[Path]:
    """The public-domain portrait, turned a little more each time."""
    portrait = Image.open(PORTRAIT).convert("RGB")
    files = []
    for i in range(QUESTIONS):
        files.append(folder / f"{i}.png")
        portrait.rotate(2.0 * i - QUESTIONS, Image.Resampling.BICUBIC, fillcolor="gray").save(files[-1])
    return files


def ask(client: Client, kind: str, i: int, files: list[Path]) -> str:
    """One question; a digest of the answer's bytes."""
    if kind == "/sample":
        return hashlib.sha256(Path(client.predict(i, 16, api_name=kind)).read_bytes()).hexdigest()
    picture, scores = client.predict(handle_file(str(files[i])), api_name=kind)
    return hashlib.sha256(Path(picture).read_bytes() + repr(scores).encode()).hexdigest()


def hammer(address: str, number: int, until: float, files: list[Path], answers: Answers) -> None:
    """One client, until its time is over."""
    with tempfile.TemporaryDirectory() as downloads:
        client = Client(address, verbose=False, download_files=downloads)
        draw = random.Random(number)
        while time.monotonic() < until:
            kind, i = draw.choice(["/sample", "/reconstruct"]), draw.randrange(QUESTIONS)
            begun = time.perf_counter()
            try:
                answers.add((kind, i), ask(client, kind, i, files), time.perf_counter() - begun)
            except Exception as error:  # whatever went wrong, the visitor had no answer
                with answers.lock:
                    answers.wrong.append(f"{kind} {i}: {error!r}")


def resident(pid: int) -> float:
    """MiB of a process that lie in memory; Linux alone tells it so."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main(options: Options) -> int:
    """Hammer and report; the exit status."""
    answers = Answers()
    with running_app() as app, tempfile.TemporaryDirectory() as name:
        files = portraits(Path(name))
        until = time.monotonic() + options.seconds
        arguments: list[Any] = [until, files, answers]
        clients = [
            threading.Thread(target=hammer, args=(app.address, number, *arguments)) for number in range(options.clients)
        ]
        for client in clients:
            client.start()
        time.sleep(min(SETTLED, options.seconds / 2))
        settled = resident(app.process.pid)
        for client in clients:
            client.join()
        end = resident(app.process.pid)
    print(f"{options.clients} clients, {options.seconds:.0f} s")
    for kind, values in sorted(answers.seconds.items()):
        p50, p95 = statistics.median(values), statistics.quantiles(values, n=20)[-1]
        print(f"{kind:14} {len(values):6} answers   p50 {p50:6.2f} s   p95 {p95:6.2f} s")
    print(f"different questions {len(answers.first)}, wrong or failed {len(answers.wrong)}")
    print(f"resident memory {settled:.0f} MiB after {SETTLED:.0f} s, {end:.0f} MiB at the end: x {end / settled:.3f}")
    for sentence in answers.wrong[:5]:
        print(sentence)
    return int(bool(answers.wrong) or end > GROWTH * settled)


if __name__ == "__main__":
    sys.exit(main(tyro.cli(Options)))
