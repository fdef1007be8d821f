import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch
from accelerate import Accelerator

from train.run import signals
from train.run.signals import STOP_SIGNALS, Interrupted, record_signals, stop_signal

ROOT = Path(__file__).parents[3]
IN_A_TERMINAL = """
import fcntl, runpy, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # closing this terminal sends SIGHUP to its first process
runpy.run_module("train", run_name="__main__")
"""


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_a_signal_is_recorded_without_interrupting_the_step(number: signal.Signals) -> None:
    before = signal.signal(number, signal.SIG_DFL)
    try:
        with record_signals() as stopped:
            assert not stopped
            signal.raise_signal(number)
            assert stopped == [number]
        assert signal.getsignal(number) == signal.SIG_DFL
    finally:
        signal.signal(number, before)


@pytest.mark.skipif(os.name != "posix", reason="Windows has neither signal")
@pytest.mark.parametrize("name", ["SIGHUP", "SIGUSR1"])
def test_a_signal_that_the_process_ignores_stays_ignored(name: str) -> None:
    """`nohup` starts a program like this."""
    number = signal.Signals[name]
    before = signal.signal(number, signal.SIG_IGN)
    try:
        with record_signals() as stopped:
            signal.raise_signal(number)
            assert stopped == []
    finally:
        signal.signal(number, before)


def test_signals_within_the_duplicate_window_count_as_one() -> None:
    with record_signals() as stopped:
        for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM):
            signal.raise_signal(number)
    assert stopped[0] == signal.SIGINT


def test_a_later_second_signal_takes_effect_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "DUPLICATE_WINDOW", -1.0)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored in background jobs of a shell
    try:
        with pytest.raises(KeyboardInterrupt), record_signals():
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", STOP_SIGNALS)
@pytest.mark.parametrize("received", [True, False])
def test_processes_agree_on_a_signal_that_one_of_them_received(number: int, received: bool) -> None:
    def gather(own: torch.Tensor) -> torch.Tensor:
        return torch.stack([own, torch.tensor(0 if received else number)])

    two = cast(Accelerator, SimpleNamespace(num_processes=2, device=torch.device("cpu"), gather=gather))
    assert stop_signal(two, [number] if received else [], synchronise=False) == number


def test_an_interruption_has_its_message_and_its_signal() -> None:
    stop = Interrupted("stopped after step 3: the same command with --resume continues", signal.SIGTERM)
    assert str(stop).endswith("continues")
    assert 128 + stop.number == 143


@pytest.mark.processes
@pytest.mark.skipif(os.name != "posix", reason="Windows sends no signal when a window is closed")
@pytest.mark.parametrize("output", ["terminal", "pipe"])
def test_a_run_whose_terminal_is_closed_saves(faces_folder: Path, tmp_path: Path, output: str) -> None:
    """A pipe is closed, too, if the program that reads it, such as `tee`, ends with the terminal."""
    folder = tmp_path / "run"
    arguments = ["vae", "--data", str(faces_folder), "--output", str(folder), "--cache", str(tmp_path / "cache")]
    small = ["--width", "4", "--latent-dim", "4", "--batch-size", "8", "--steps", "100000"]
    reading, writing = os.openpty() if output == "terminal" else os.pipe()
    start: dict[str, Any] = {"stdin": writing} if output == "terminal" else {}
    command = [sys.executable, *(["-c", IN_A_TERMINAL] if output == "terminal" else ["-m", "train"])]
    process = subprocess.Popen(
        [*command, *arguments, *small],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=writing,
        stderr=writing,
        start_new_session=True,
        **start,
    )
    os.close(writing)
    metrics, deadline = folder / "metrics.jsonl", time.monotonic() + 300
    while not (metrics.exists() and metrics.stat().st_size):
        assert process.poll() is None, os.read(reading, 10_000).decode()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.close(reading)
    if output == "pipe":
        time.sleep(0.5)  # some steps print to the closed pipe
        assert process.poll() is None
        process.send_signal(signal.SIGHUP)
    assert process.wait(300) == 129
    assert len(list((folder / "checkpoints").glob("step-*"))) == 1
