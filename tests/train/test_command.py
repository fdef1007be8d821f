"""The command line as a person meets it, in processes of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vae_models.record import TrainingRecord

ROOT = Path(__file__).parents[2]
SMALL = ["--width", "4", "--latent-dim", "4", "--batch-size", "8"]

pytestmark = pytest.mark.slow


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "train", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def test_the_command_trains_and_says_how_to_look_at_it(faces_folder: Path, tmp_path: Path) -> None:
    done = run("vae", "--data", str(faces_folder), "--output", str(tmp_path), *SMALL, "--steps", "3")
    assert done.returncode == 0, done.stderr
    assert f"python app.py --models {tmp_path}" in done.stdout
    assert "images/s" in done.stderr
    assert "kl=" in done.stderr
    assert TrainingRecord.read(tmp_path).steps == 3


def test_sprites_need_no_data(tmp_path: Path) -> None:
    done = run(
        *("beta-tcvae", "--data", "sprites", "--distortion", "bernoulli", "--beta", "6", "--latent-dim", "10"),
        *("--width", "4", "--batch-size", "8", "--steps", "3", "--output", str(tmp_path / "run")),
    )
    assert done.returncode == 0, done.stderr
    record = TrainingRecord.read(tmp_path / "run")
    assert (record.objective.distortion, record.objective.tc) == ("bernoulli", 5)
    assert record.data["training"]["pictures"] + record.data["validation"]["pictures"] == 737_280
    refused = run("vae", "--data", "sprites", "--flips", "--output", str(tmp_path / "other"))
    assert refused.returncode == 2
    assert "--flips would change the factors" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["vae", "--data", "nowhere"], "There is no nowhere"),
        (["vae", "--data", "README.md"], "neither a folder nor a zip"),
        (["vae", "--data", ".", "--beta", "3"], "no beta"),
        (["vae", "--data", ".", "--align", "--crop", "centre"], "leave --crop out"),
        (["vae", "--data", "sprites", "--download"], "into a folder"),
        (["vae", "--data", "hub:"], "write hub:NAME"),
        (["vae", "--data", ".", "--widht", "3"], "width"),
        (["gan", "--data", "."], "beta-tcvae"),
        (["vae"], "data"),
    ],
)
def test_mistakes_are_answered_in_words(arguments: list[str], sentence: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_leaves_a_checkpoint_that_resumes(faces_folder: Path, tmp_path: Path) -> None:
    common = ["vae", "--data", str(faces_folder), "--output", str(tmp_path), *SMALL]
    process = subprocess.Popen(
        [sys.executable, "-m", "train", *common, "--steps", "100000"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    metrics = tmp_path / "metrics.jsonl"
    deadline = time.monotonic() + 120
    while not (metrics.exists() and metrics.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "--resume continues" in errors
    step = int(errors.split("stopped after step ")[1].split(":")[0])
    done = run(*common, "--steps", str(step + 2), "--resume")
    assert done.returncode == 0, done.stderr
    assert TrainingRecord.read(tmp_path).steps == step + 2
