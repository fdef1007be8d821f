"""Runs of the real command line that are killed, stopped by a signal, or stopped by a full disk."""

import json
import os
import random
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from tests.train.run import processes
from train.run import checkpoint
from train.run.checkpoint import TrainerState
from vae_models.files.training_record import TrainingRecord

KILLS = 20
STEPS = 240  # more than the run does between twenty kills
RUN = [
    *("beta-tcvae", "--width", "4", "--latent-dim", "4", "--batch-size", "4", "--flips", "--checkpoint-every", "3"),
    *("--schedule", "cosine", "--warmup-steps", "10", "--learning-rate", "1e-3", "--resume"),
]
PATIENCE = 240.0  # seconds; the machine may be busy

pytestmark = pytest.mark.kills


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of all runs."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def arguments(faces_folder: Path, runs: Path) -> list[str]:
    return [*RUN, "--data", str(faces_folder), "--cache", str(runs / "cache")]


@pytest.fixture(scope="module")
def uninterrupted(arguments: list[str], runs: Path) -> Path:
    """Folder of a run that nothing happens to."""
    finish(processes.start(*arguments, "--output", str(runs / "uninterrupted"), "--steps", str(STEPS)))
    return runs / "uninterrupted"


def finish(process: ForkServerProcess, code: int = 0) -> None:
    process.join(PATIENCE)
    if process.is_alive():
        process.kill()
    assert process.exitcode == code


def wait_until(condition: Callable[[], bool], process: ForkServerProcess) -> None:
    """Wait for the condition; the process must stay alive meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert process.is_alive(), f"it ended with {process.exitcode}"
        assert time.monotonic() < deadline
        time.sleep(0.0002)


def newest(folder: Path) -> str:
    return max((path.name for path in (folder / checkpoint.FOLDER).glob("step-*")), default="")


def has_saved_since(folder: Path, before: str) -> bool:
    return newest(folder) > before


def partial_checkpoints(folder: Path) -> list[Path]:
    return list((folder / checkpoint.FOLDER).glob(".step-*.partial"))


def stop_in_a_write(folder: Path, process: ForkServerProcess, draw: random.Random) -> None:
    """Suspend the process in the middle of writing a checkpoint, so that a kill will hit it there."""
    while True:
        wait_until(lambda: bool(partial_checkpoints(folder)), process)
        time.sleep(draw.uniform(0, 0.01))
        os.kill(process.pid or 0, signal.SIGSTOP)
        time.sleep(0.01)  # let a system call that has begun end
        if partial_checkpoints(folder):
            return
        os.kill(process.pid or 0, signal.SIGCONT)


def require_same(folder: Path, other: Path) -> None:
    """Compare weights, optimizer, generators, metrics and previews of two runs, byte for byte."""
    last = f"checkpoints/step-{TrainingRecord.read(other).steps:08d}"
    mine, expected = TrainerState.read(folder / last), TrainerState.read(other / last)
    assert (mine.step, mine.fingerprint, mine.rows) == (expected.step, expected.fingerprint, expected.rows)
    names = {"pytorch_model.bin", "optimizer.bin", *(file.name for file in (other / last).glob("random_states_*"))}
    pictures = {str(file.relative_to(other)) for file in other.glob("*/step-*.png")}
    assert len(pictures) > 2
    assert pictures == {str(file.relative_to(folder)) for file in folder.glob("*/step-*.png")}
    for name in {f"{last}/{name}" for name in names} | pictures | {"model.safetensors", "metrics.jsonl"}:
        assert (folder / name).read_bytes() == (other / name).read_bytes(), name
    assert {file.name for file in (folder / "checkpoints").iterdir()} == {
        file.name for file in (other / "checkpoints").iterdir()
    }


def test_a_run_killed_twenty_times_ends_with_bit_identical_weights(
    arguments: list[str], runs: Path, uninterrupted: Path
) -> None:
    draw = random.Random(0)
    moments = ["start"] * 3 + ["write"] * 7 + ["step"] * 10
    draw.shuffle(moments)
    folder, after_a_step, in_a_write = runs / "killed", 0, 0
    for moment in moments:
        before = newest(folder)
        process = processes.start(*arguments, "--output", str(folder), "--steps", str(STEPS))
        if moment == "start":
            time.sleep(draw.uniform(0, 0.5))
        else:
            wait_until(partial(has_saved_since, folder, before), process)  # it has then done steps of its own
        if moment == "step":
            time.sleep(draw.uniform(0, 0.1))
        if moment == "write":
            stop_in_a_write(folder, process, draw)
        process.kill()
        finish(process, -signal.SIGKILL)
        after_a_step += newest(folder) > before
        in_a_write += bool(partial_checkpoints(folder))
    assert after_a_step >= 15
    assert in_a_write >= 7
    process = processes.start(*arguments, "--output", str(folder), "--steps", str(STEPS))
    wait_until(lambda: newest(folder) == newest(uninterrupted), process)  # before the evaluation and the result
    process.kill()
    finish(process, -signal.SIGKILL)
    finish(processes.start(*arguments, "--output", str(folder), "--steps", str(STEPS)))
    require_same(folder, uninterrupted)


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129), (signal.SIGUSR1, 138)],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_run_stopped_by_a_signal_loses_no_step(
    arguments: list[str], runs: Path, uninterrupted: Path, number: signal.Signals, code: int
) -> None:
    folder, output = runs / number.name, runs / f"{number.name}.txt"
    line = [*arguments, "--output", str(folder), "--checkpoint-every", "1000", "--steps", str(STEPS)]
    process = processes.start(*line, output=output)
    wait_until(
        lambda: (folder / "metrics.jsonl").is_file() and b"\n" in (folder / "metrics.jsonl").read_bytes(), process
    )
    os.kill(process.pid or 0, number)
    finish(process, code)
    stopped = int(newest(folder).removeprefix("step-"))
    last = output.read_text().splitlines()[-1]
    assert last == f"stopped after step {stopped}: the same command with --resume continues"
    finish(processes.start(*arguments, "--output", str(folder), "--steps", str(STEPS)))
    require_same(folder, uninterrupted)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system limits no other process")
def test_a_checkpoint_that_is_too_large_leaves_the_previous_one(
    arguments: list[str], runs: Path, uninterrupted: Path
) -> None:
    """After the first checkpoint, files are limited to 100 kB: the weights alone are larger."""
    folder, output = runs / "room", runs / "room.txt"
    line = [*arguments, "--output", str(folder), "--steps", str(STEPS)]
    process = processes.start(*line, output=output)
    wait_until(lambda: bool(newest(folder)), process)
    resource.prlimit(process.pid or 0, resource.RLIMIT_FSIZE, (100_000, 100_000))
    finish(process, 2)
    last = output.read_text().splitlines()[-1]
    assert last.startswith("error: no checkpoint can be written to ")
    assert last.endswith(
        f"run the same command with --resume to continue from {folder / 'checkpoints' / newest(folder)}"
    )
    assert not partial_checkpoints(folder)
    finish(processes.start(*line))
    require_same(folder, uninterrupted)


def test_a_full_disk_leaves_no_partial_checkpoint(arguments: list[str], runs: Path) -> None:
    """A disk of 1.2 MB: two checkpoints of 400 kB fit on it, but never a third."""
    folder, output = runs / "disk", runs / "disk.txt"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1200k", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
    try:
        process = processes.start(*arguments, "--output", str(folder / "run"), "--steps", str(STEPS), output=output)
        finish(process, 2)
        last = output.read_text().splitlines()[-1]
        assert last.startswith("error: no checkpoint can be written to ")
        assert "make room there, then run the same command with --resume to continue from" in last
        assert TrainerState.read(folder / "run" / "checkpoints" / newest(folder / "run")).step > 0
        assert not partial_checkpoints(folder / "run")
    finally:
        subprocess.run(["umount", folder], check=True)


def test_two_processes_killed_together_end_with_bit_identical_weights(arguments: list[str], runs: Path) -> None:
    folder, other = runs / "pair", runs / "pair-uninterrupted"
    line = [*arguments, "--steps", "60", "--output"]
    for process in processes.start_two(*line, str(other)):
        finish(process)
    for moment in ("step", "write"):
        before = newest(folder)
        pair = processes.start_two(*line, str(folder))
        wait_until(partial(has_saved_since, folder, before), pair[0])
        if moment == "write":
            stop_in_a_write(folder, pair[0], random.Random(0))
        for process in pair:  # both at once: one alone would end by itself
            process.kill()
        for process in pair:
            finish(process, -signal.SIGKILL)
    for process in processes.start_two(*line, str(folder)):
        finish(process)
    require_same(folder, other)


def test_a_signal_to_one_process_stops_both_after_the_same_step(arguments: list[str], runs: Path) -> None:
    folder, output = runs / "one-of-two", runs / "one-of-two.txt"
    pair = processes.start_two(*arguments, "--output", str(folder), "--steps", "100000", output=output)
    wait_until(lambda: bool(newest(folder)), pair[1])
    os.kill(pair[1].pid or 0, signal.SIGHUP)
    for process in pair:
        finish(process, 129)
    stopped = int(newest(folder).removeprefix("step-"))
    message = f"stopped after step {stopped}: the same command with --resume continues"
    assert output.read_text().splitlines().count(message) == 1


def test_another_number_of_processes_is_refused(arguments: list[str], runs: Path, uninterrupted: Path) -> None:
    output = runs / "number.txt"
    record = json.loads((uninterrupted / "training.json").read_text())
    line = [*arguments, "--output", str(uninterrupted), "--steps", str(STEPS), "--weights", "float16"]
    for process in processes.start_two(*line, output=output):
        finish(process, 2)
    (last,) = {line for line in output.read_text().splitlines() if line.startswith("error")}
    assert last == (
        "error: number of processes was 1 and is now 2: resume with the same settings, or choose another --output"
    )
    assert json.loads((uninterrupted / "training.json").read_text()) == record
