"""Several processes on CPUs, started by launchers."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from train.run.checkpoint import TrainerState
from vae_models.files.training_record import TrainingRecord

ROOT = Path(__file__).parents[3]
ACCELERATE = ["-m", "accelerate.commands.launch", "--num_processes", "2", "--num_machines", "1"]
NOTE = "BatchNorm: each process uses the statistics of its own images"

pytestmark = pytest.mark.processes


def launch(launcher: list[str], faces: Path, output: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    small = ["--width", "4", "--latent-dim", "4", "--batch-size", "8", "--steps", "4", *arguments]
    command = [sys.executable, *launcher, "-m", "train", "beta-tcvae", "--data", str(faces), "--output", str(output)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [*command, *small], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def free_port() -> str:
    with socket.socket() as any_port:
        any_port.bind(("localhost", 0))
        return str(any_port.getsockname()[1])


@pytest.mark.parametrize(
    "launcher",
    [
        ["-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port"],
        [*ACCELERATE, "--multi_gpu", "--main_process_port"],  # the flag's name, also where there is no GPU
    ],
    ids=["torchrun", "accelerate"],
)
def test_two_processes_share_the_batch_of_the_recipe(launcher: list[str], faces_folder: Path, tmp_path: Path) -> None:
    done = launch([*launcher, free_port()], faces_folder, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(NOTE) == 1
    assert done.stdout.count("is finished") == 1
    record = TrainingRecord.read(tmp_path)
    assert (record.steps, record.images_seen) == (4, 32)
    assert TrainerState.read(tmp_path / "checkpoints" / "step-00000004").fingerprint["number of processes"] == 2


def test_ctrl_c_stops_both_processes_after_the_same_step(faces_folder: Path, tmp_path: Path) -> None:
    """The terminal sends it to the launcher and both processes, and the launcher forwards it to both processes."""
    launcher = ["-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", free_port(), "-m", "train"]
    small = ["vae", "--data", str(faces_folder), "--output", str(tmp_path), "--width", "4", "--latent-dim", "4"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    running = subprocess.Popen(
        [sys.executable, *launcher, *small, "--batch-size", "8", "--steps", "100000"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    metrics, deadline = tmp_path / "metrics.jsonl", time.monotonic() + 300
    while not (metrics.exists() and metrics.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.1)
    os.killpg(running.pid, signal.SIGINT)
    _, errors = running.communicate(timeout=300)
    (newest,) = (tmp_path / "checkpoints").glob("step-*")
    state = TrainerState.read(newest)
    assert errors.count(f"stopped after step {state.step}: the same command with --resume continues") == 1
    assert state.fingerprint["number of processes"] == 2


def test_a_batch_that_processes_cannot_share_evenly_is_refused(faces_folder: Path, tmp_path: Path) -> None:
    launcher = ["-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", free_port()]
    done = launch(launcher, faces_folder, tmp_path / "run", "--batch-size", "9")
    assert "error: batch_size=9 cannot be shared evenly by 2 processes" in done.stderr
    assert not (tmp_path / "run").exists()


def test_a_launcher_that_starts_only_one_of_two_processes_is_refused(faces_folder: Path, tmp_path: Path) -> None:
    done = launch([*ACCELERATE, "--cpu"], faces_folder, tmp_path / "run")
    assert done.returncode != 0
    assert "error: accelerate launch was asked for several processes but started one: " in done.stderr
    assert "torchrun --nproc-per-node N -m train" in done.stderr
    assert not (tmp_path / "run").exists()
