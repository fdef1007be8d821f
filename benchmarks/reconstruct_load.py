"""Load test of /reconstruct with the face finder of an older commit and with this one's.

    python -m benchmarks.reconstruct_load

Starts the app of the older commit, with Haar cascades, and sends portraits from 32 clients for two minutes; then does
the same with this version's app. An answer is right if a face was found and its bytes are those of the first answer of
the same app to the same portrait. Exits with 1 if an answer is wrong, or if the new 95 % quantile is more than a
quarter of the old one. Run nothing else at the same time.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import tyro

from benchmarks.app_load import Answers, quantiles, start_clients, write_portraits
from benchmarks.face_finder.finder import worktree
from benchmarks.running_app import ROOT, running_app

KIND = "/reconstruct"
MOST = 0.25


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
        files = write_portraits(Path(name))
        for client in start_clients(app.address, options.clients, options.seconds, files, answers, (KIND,)):
            client.join()
    return answers


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
