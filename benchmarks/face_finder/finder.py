"""Finders of two versions of the project, each in its own process and folder."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from benchmarks.running_app import ROOT

Eyes = tuple[complex, complex]  # the left one in the picture, then the right one, in its pixels

PROGRAM = Path(__file__).with_name("worker.py")


class Sight(NamedTuple):
    """Faces that a finder sees in a picture."""

    faces: tuple[Eyes, ...]  # largest first
    more: int  # faces beyond those
    decoding: float  # seconds of CPU
    finding: float  # seconds of CPU

    @property
    def total(self) -> int:
        """Number of all faces."""
        return len(self.faces) + self.more


class Finder:
    """Finder of one version of the project: the process that answers for it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        left, right = self._read()
        self.reference: Eyes = complex(*left), complex(*right)  # the eyes in CelebA's frame that it aligns to

    def find(self, file: Path) -> Sight:
        """Find the faces of a picture's file."""
        answer = self._ask({"find": str(file)})
        faces = tuple((complex(*eyes[:2]), complex(*eyes[2:])) for eyes in answer["eyes"])
        return Sight(faces, answer["more"], answer["decoding"], answer["finding"])

    def align(self, files: list[Path]) -> float:
        """Align the largest face of each file; return the seconds of CPU."""
        return self._ask({"align": list(map(str, files))})["seconds"]

    def _ask(self, request: dict[str, Any]) -> Any:
        stream = _require(self.process.stdin)
        stream.write(f"{json.dumps(request)}\n")
        stream.flush()
        return self._read()

    def _read(self) -> Any:
        line = _require(self.process.stdout).readline()
        if not line:
            raise RuntimeError("the finder's process has ended: its error is above")
        return json.loads(line)


def _require(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # all streams are pipes
    return stream


@contextmanager
def running_finder(folder: Path = ROOT) -> Iterator[Finder]:
    """Start the finder of the version in `folder`; end it at last."""
    # not by its path: Python would import from the folder of the program first, not from that of the version
    command = [sys.executable, "-c", PROGRAM.read_text(encoding="utf-8")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, encoding="utf-8") as process:
        try:
            yield Finder(process)
        finally:
            _require(process.stdin).close()


@contextmanager
def worktree(version: str) -> Iterator[Path]:
    """Yield the folder `version`, or check the commit of this name out into a temporary folder.

    Exits with a sentence if it is neither.
    """
    if Path(version).is_dir():
        yield Path(version).resolve()
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "version"
        added = _git("worktree", "add", "--detach", str(folder), version)
        if added.returncode:
            sys.exit(f"--old: {version} is neither a folder nor a commit of this repository: {added.stderr.strip()}")
        try:
            yield folder
        finally:
            _git("worktree", "remove", "--force", str(folder))


def _git(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, encoding="utf-8")
