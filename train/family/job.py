"""One model of a family: its commands, one after the other, in processes of their own."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from train.run import metrics_log
from vae_models.catalogue import RECIPES

LOG = "train.log"
WORD = "error: "  # what `python -m train` begins its last line with where it fails


class Step(NamedTuple):
    """A command, as the words after `python -m train`."""

    words: list[str]
    done: Callable[[], bool]  # whether an earlier day has done it

    def line(self) -> str:
        """As a shell takes it."""
        return shlex.join(["python", "-m", "train", *self.words])


class Member:
    """A model at work; what its commands say goes into train.log of its folder."""

    def __init__(self, name: str, folder: Path, steps: list[Step], environment: Mapping[str, str]) -> None:
        self.name = name
        self.failure: str | None = None  # the sentence that a command ended with
        self._folder = folder
        self._waiting = list(steps)
        self._environment = {**os.environ, **environment}
        self._process: subprocess.Popen | None = None

    def advance(self) -> bool:
        """Begin the next command where the one before has ended; whether there is any left."""
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                return True
            self._process = None
            if code:
                self.failure = self._last_words(code)
                return False
            self._waiting.pop(0)
        while self._waiting and self._waiting[0].done():
            self._waiting.pop(0)
        if self._waiting:
            self._begin(self._waiting[0])
        return bool(self._waiting)

    def _begin(self, step: Step) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / LOG).open("a") as log:
            print(f"$ {step.line()}", file=log, flush=True)
            command = [sys.executable, "-m", "train", *step.words]
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environment
            )

    def stop(self, number: int) -> None:
        """Hand a signal on to the command that runs."""
        by_itself = os.name == "nt" and number == signal.SIGINT  # Windows gives a console's Ctrl-C to all processes
        if self._process is not None and self._process.poll() is None and not by_itself:
            self._process.send_signal(number)

    def wait(self) -> None:
        """Until the command that runs has ended."""
        if self._process is not None:
            self._process.wait()

    def doing(self) -> str:
        """In a few words."""
        verb = self._waiting[0].words[0]
        lines = metrics_log.read(self._folder) if verb in RECIPES else []
        return f"{self.name} at step {lines[-1]['step']:,.0f}" if lines else f"{self.name}: {verb}"

    def _last_words(self, code: int) -> str:
        said = (self._folder / LOG).read_text(errors="replace").replace("\r", "\n").strip().splitlines()
        return (
            f"{self.name}: {said[-1].removeprefix(WORD)} (exit status {code}; all it said is in {self._folder / LOG})"
        )
