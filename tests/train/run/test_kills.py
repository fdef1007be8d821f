"""Runs that are killed, told to stop, or find no room, through the real command line; and what becomes of them."""

import json
import os
import random
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from tests.train.run import processes
from train.run import checkpoint
from train.run.checkpoint_files import State
from vae_models.files.training_record import TrainingRecord

KILLS = 20
STEPS = 240  # more than twenty kills leave behind them
RUN = [
    *("beta-tcvae", "--width", "4", "--latent-dim", "4", "--batch-size", "4", "--flips", "--checkpoint-every", "3"),
    *("--schedule", "cosine", "--warmup-steps", "10", "--learning-rate", "1e-3", "--resume"),
]
PATIENCE = 240.0  # seconds, of a machine that has other things to do

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for runs."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def arguments(faces_folder: Path, place: Path) -> list[str]:
    return [*RUN, "--data", str(faces_folder), "--cache", str(place / "cache")]


@pytest.fixture(scope="module")
def whole(arguments: list[str], place: Path) -> Path:
    """A run that nothing happens to."""
    finish(processes.start(*arguments, "--output", str(place / "whole"), "--steps", str(STEPS)))
    return place / "whole"


def finish(process: ForkServerProcess, code: int = 0) -> None:
    process.join(PATIENCE)
    if process.is_alive():
        process.kill()
    assert process.exitcode == code


def until(happened: Callable[[], bool], process: ForkServerProcess) -> None:
    """Wait for it; the process has to live meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert process.is_alive(), f"it ended with {process.exitcode}"
        assert time.monotonic() < deadline
        time.sleep(0.0002)


def newest(folder: Path) -> str:
    return max((place.name for place in (folder / checkpoint.FOLDER).glob("step-*")), default="")


def being_written(folder: Path) -> list[Path]:
    return list((folder / checkpoint.FOLDER).glob(".step-*.partial"))


def stop_in_a_write(folder: Path, process: ForkServerProcess, draw: random.Random) -> None:
    """Hold the process at a moment of a checkpoint's write; what it is killed in cannot end meanwhile."""
    while True:
        until(lambda: bool(being_written(folder)), process)
        time.sleep(draw.uniform(0, 0.01))
        os.kill(process.pid or 0, signal.SIGSTOP)
        time.sleep(0.01)  # a call of the kernel's that has begun ends
        if being_written(folder):
            return
        os.kill(process.pid or 0, signal.SIGCONT)


def require_same(folder: Path, whole: Path) -> None:
    """Byte for byte: weights, optimiser, generators, metrics, every picture."""
    last = f"checkpoints/step-{TrainingRecord.read(whole).steps:08d}"
    mine, expected = State.read(folder / last), State.read(whole / last)
    assert (mine.step, mine.made_with, mine.rows) == (expected.step, expected.made_with, expected.rows)
    names = {"pytorch_model.bin", "optimizer.bin", *(file.name for file in (whole / last).glob("random_states_*"))}
    pictures = {str(file.relative_to(whole)) for file in whole.glob("*/step-*.png")}
    assert len(pictures) > 2
    assert pictures == {str(file.relative_to(folder)) for file in folder.glob("*/step-*.png")}
    for name in {f"{last}/{name}" for name in names} | pictures | {"model.safetensors", "metrics.jsonl"}:
        assert (folder / name).read_bytes() == (whole / name).read_bytes(), name
    assert {file.name for file in (folder / "checkpoints").iterdir()} == {
        file.name for file in (whole / "checkpoints").iterdir()
    }


def test_a_run_killed_twenty_times_ends_with_the_very_weights_of_one_that_was_not(
    arguments: list[str], place: Path, whole: Path
) -> None:
    draw = random.Random(0)
    moments = ["start"] * 3 + ["write"] * 7 + ["step"] * 10
    draw.shuffle(moments)
    folder, after_a_step, in_a_write = place / "killed", 0, 0
    for moment in moments:
        before = newest(folder)
        process = processes.start(*arguments, "--output", str(folder), "--steps", str(STEPS))
        if moment == "start":
            time.sleep(draw.uniform(0, 0.5))
        else:
            until(lambda before=before: newest(folder) > before, process)  # so it has gone steps of its own
        if moment == "step":
            time.sleep(draw.uniform(0, 0.1))
        if moment == "write":
            stop_in_a_write(folder, process, draw)
        process.kill()
        finish(process, -signal.SIGKILL)
        after_a_step += newest(folder) > before
        in_a_write += bool(being_written(folder))
    assert after_a_step >= 15
    assert in_a_write >= 7
    process = processes.start(*arguments, "--output", str(folder), "--steps", str(STEPS))
    until(lambda: newest(folder) == newest(whole), process)  # the scores and the result are still to come
    process.kill()
    finish(process, -signal.SIGKILL)
    finish(processes.start(*arguments, "--output", str(folder), "--steps", str(STEPS)))
    require_same(folder, whole)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_run_told_to_stop_saves_says_how_to_go_on_and_loses_no_step(
    arguments: list[str], place: Path, whole: Path, number: signal.Signals, code: int
) -> None:
    folder, said = place / number.name, place / f"{number.name}.txt"
    told = [*arguments, "--output", str(folder), "--checkpoint-every", "1000", "--steps", str(STEPS)]
    process = processes.start(*told, said=said)
    until(lambda: (folder / "metrics.jsonl").is_file() and b"\n" in (folder / "metrics.jsonl").read_bytes(), process)
    os.kill(process.pid or 0, number)
    finish(process, code)
    stopped = int(newest(folder).removeprefix("step-"))
    last = said.read_text().splitlines()[-1]
    assert last == f"stopped after step {stopped}: the same command with --resume continues"
    finish(processes.start(*arguments, "--output", str(folder), "--steps", str(STEPS)))
    require_same(folder, whole)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system limits no other process")
def test_a_checkpoint_that_finds_no_room_ends_the_run_and_the_one_before_stands(
    arguments: list[str], place: Path, whole: Path
) -> None:
    """Files may not grow beyond 100 kB, after the first checkpoint: the weights alone are larger."""
    folder, said = place / "room", place / "room.txt"
    told = [*arguments, "--output", str(folder), "--steps", str(STEPS)]
    process = processes.start(*told, said=said)
    until(lambda: bool(newest(folder)), process)
    resource.prlimit(process.pid or 0, resource.RLIMIT_FSIZE, (100_000, 100_000))
    finish(process, 2)
    last = said.read_text().splitlines()[-1]
    assert last.startswith("error: no checkpoint can be written to ")
    assert last.endswith(f"the same command with --resume goes on from {folder / 'checkpoints' / newest(folder)}")
    assert not being_written(folder)
    finish(processes.start(*told))
    require_same(folder, whole)


def test_a_full_disk_is_said_and_nothing_half_is_left(arguments: list[str], place: Path) -> None:
    """A disk of 1.2 MB: two checkpoints of 400 kB fit into it, and never a third."""
    folder, said = place / "disk", place / "disk.txt"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1200k", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no small disk may be mounted here: {mounted.stderr.decode().strip()}")
    try:
        process = processes.start(*arguments, "--output", str(folder / "run"), "--steps", str(STEPS), said=said)
        finish(process, 2)
        last = said.read_text().splitlines()[-1]
        assert last.startswith("error: no checkpoint can be written to ")
        assert "make room there, then the same command with --resume goes on from" in last
        assert State.read(folder / "run" / "checkpoints" / newest(folder / "run")).step > 0
        assert not being_written(folder / "run")
    finally:
        subprocess.run(["umount", folder], check=True)


def test_two_processes_killed_together_end_with_the_weights_of_two_that_were_not(
    arguments: list[str], place: Path
) -> None:
    folder, other = place / "pair", place / "pair-whole"
    told = [*arguments, "--steps", "60", "--output"]
    for process in processes.start_two(*told, str(other)):
        finish(process)
    for moment in ("step", "write"):
        before = newest(folder)
        pair = processes.start_two(*told, str(folder))
        until(lambda before=before: newest(folder) > before, pair[0])
        if moment == "write":
            stop_in_a_write(folder, pair[0], random.Random(0))
        for process in pair:  # at once: one that is left alone ends by itself
            process.kill()
        for process in pair:
            finish(process, -signal.SIGKILL)
    for process in processes.start_two(*told, str(folder)):
        finish(process)
    require_same(folder, other)


def test_another_number_of_processes_is_refused(arguments: list[str], place: Path, whole: Path) -> None:
    said = place / "number.txt"
    record = json.loads((whole / "training.json").read_text())
    told = [*arguments, "--output", str(whole), "--steps", str(STEPS), "--weights", "float16"]
    for process in processes.start_two(*told, said=said):
        finish(process, 2)
    (last,) = {line for line in said.read_text().splitlines() if line.startswith("error")}
    assert last == (
        "error: number of processes was 1 and is now 2: resume with the same settings, or choose another --output"
    )
    assert json.loads((whole / "training.json").read_text()) == record
