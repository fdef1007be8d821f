"""Training and evaluation of one model, by commands that run one after another in processes of their own."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

from train.config import TrainConfig
from train.data.options import DataOptions
from train.run import metrics_log
from vae_models.catalogue import RECIPES

LOG = "train.log"
ERROR_PREFIX = "error: "  # of the last line that a failing command prints


def to_argv(config: TrainConfig) -> list[str]:
    """Convert a TrainConfig back into command-line arguments: the recipe, and every setting that is not the default."""
    return [config.recipe, *_flags(config, "recipe", "options"), *options_to_argv(config.options)]


def options_to_argv(options: DataOptions, *left_out: str) -> list[str]:
    """Convert data options back into command-line arguments, except for the fields `left_out`."""
    return _flags(options, *left_out)


def _flags(settings: TrainConfig | DataOptions, *left_out: str) -> list[str]:
    argv: list[str] = []
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name not in left_out and value != field.default:
            flag = f"--{field.name.replace('_', '-')}"
            argv += [flag] if value is True else [flag, str(value)]
    return argv


class Step(NamedTuple):
    """One command of a job."""

    argv: list[str]  # after `python -m train`
    is_done: Callable[[], bool]  # whether an earlier run of the family has completed it

    def line(self) -> str:
        """Format the command for a shell."""
        return shlex.join(["python", "-m", "train", *self.argv])


class Job:
    """Subprocesses that train and evaluate one model; their output goes to train.log in its folder."""

    def __init__(self, name: str, folder: Path, steps: list[Step], environment: Mapping[str, str]) -> None:
        self.name = name
        self.failure: str | None = None  # error message of the command that failed
        self._folder = folder
        self._waiting = list(steps)
        # the log is UTF-8 on any system
        self._environment = {**os.environ, "PYTHONIOENCODING": "utf-8:backslashreplace", **environment}
        self._process: subprocess.Popen | None = None

    def advance(self) -> bool:
        """Start the next command once the previous one has ended; return whether any is left."""
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                return True
            self._process = None
            if code:
                self.failure = f"{self.name}: {self._last_output_line()} (exit status {code}, see {self._folder / LOG})"
                return False
            self._waiting.pop(0)
        while self._waiting and self._waiting[0].is_done():
            self._waiting.pop(0)
        if self._waiting:
            self._start(self._waiting[0])
        return bool(self._waiting)

    def _start(self, step: Step) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / LOG).open("a", encoding="utf-8") as log:
            print(f"$ {step.line()}", file=log, flush=True)
            command = [sys.executable, "-m", "train", *step.argv]
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self._environment
            )

    def stop(self, number: int) -> None:
        """Forward a signal to the running command."""
        already_sent = os.name == "nt" and number == signal.SIGINT  # Windows sends Ctrl-C to all processes of a console
        if self._process is not None and self._process.poll() is None and not already_sent:
            self._process.send_signal(number)

    def wait(self) -> None:
        """Wait until the running command has ended."""
        if self._process is not None:
            self._process.wait()

    def status(self) -> str:
        """Describe the job in a few words, for the progress bar."""
        command = self._waiting[0].argv[0]
        lines = metrics_log.read(self._folder) if command in RECIPES else []
        return f"{self.name} at step {lines[-1]['step']:,.0f}" if lines else f"{self.name}: {command}"

    def _last_output_line(self) -> str:
        log = (self._folder / LOG).read_text(encoding="utf-8", errors="replace")
        return log.replace("\r", "\n").strip().splitlines()[-1].removeprefix(ERROR_PREFIX)
