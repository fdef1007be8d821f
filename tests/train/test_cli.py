"""The command line as a person meets it, in processes of its own."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.train.run import processes
from vae_models.files.training_record import TrainingRecord

ROOT = Path(__file__).parents[2]
SMALL = ["--width", "4", "--latent-dim", "4", "--batch-size", "8"]

pytestmark = pytest.mark.slow


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "train", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def wait_for_metrics(folder: Path) -> None:
    metrics = folder / "metrics.jsonl"
    deadline = time.monotonic() + 120
    while not (metrics.exists() and metrics.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.1)


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


def say(tmp_path: Path, *arguments: str, memory: int | None = None) -> tuple[int | None, str]:
    """The exit status of a command that may not take more memory, and what it says at last."""
    said = tmp_path / "said.txt"
    process = processes.start(*arguments, said=said)
    if memory:
        resource.prlimit(process.pid or 0, resource.RLIMIT_AS, (memory, memory))
    process.join(300)
    return process.exitcode, said.read_text().splitlines()[-1]


def test_a_folder_that_holds_another_run_is_left_alone(faces_folder: Path, tmp_path: Path) -> None:
    told = ["vae", "--data", str(faces_folder), "--output", str(tmp_path / "run"), *SMALL, "--steps", "2"]
    code, last = say(tmp_path, *told)
    assert (code, last) == (0, f"{tmp_path / 'run'} is finished: python app.py --models {tmp_path / 'run'}")
    another = f"error: {tmp_path / 'run'} holds another run: continue it with --resume, or choose another --output"
    assert say(tmp_path, *told) == (2, another)
    assert say(tmp_path, *told, "--resume") == (0, last)
    assert "2 steps: nothing is left to do" in (tmp_path / "said.txt").read_text().splitlines()[-2]


def test_a_file_is_no_folder_for_a_run(faces_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    code, last = say(tmp_path, "vae", "--data", str(faces_folder), "--output", str(tmp_path / "file"))
    assert (code, last) == (2, f"error: {tmp_path / 'file'} is a file: --output takes a folder")
    code, last = say(tmp_path, "vae", "--data", str(faces_folder), "--output", str(tmp_path / "file" / "run"), *SMALL)
    assert code == 2
    assert last.startswith("error: Not a directory")
    assert last.endswith("choose a folder, not a file")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system limits no other process")
def test_too_little_memory_is_said(faces_folder: Path, tmp_path: Path) -> None:
    """A network of 18 GB, where 10 GB may be used."""
    told = ["vae", "--data", str(faces_folder), "--output", str(tmp_path / "run"), "--width", "3000"]
    code, last = say(tmp_path, *told, "--batch-size", "8", memory=10 * 2**30)
    assert code == 2
    assert last.startswith("error: there is too little memory (")
    assert last.endswith("): a smaller --batch-size or --width takes less")


def test_the_film_of_a_run_is_made(faces_folder: Path, tmp_path: Path) -> None:
    run_folder = tmp_path / "run"
    told = ["vae", "--data", str(faces_folder), "--output", str(run_folder), *SMALL, "--steps", "7"]  # an epoch
    assert say(tmp_path, *told)[0] == 0
    code, last = say(tmp_path, "film", str(run_folder))
    assert code == 2
    assert "holds 1 of the two pictures" in last
    assert say(tmp_path, *told[:-1], "14", "--resume")[0] == 0
    made = run_folder / "film.webp"
    assert say(tmp_path, "film", str(run_folder)) == (0, f"{made}: 2 pictures of the samples as the model learnt")
    with Image.open(made) as moving:
        assert moving.n_frames == 2


def test_ctrl_c_leaves_a_checkpoint_that_resumes(faces_folder: Path, tmp_path: Path) -> None:
    common = ["vae", "--data", str(faces_folder), "--output", str(tmp_path), *SMALL]
    process = subprocess.Popen(
        [sys.executable, "-m", "train", *common, "--steps", "100000"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    wait_for_metrics(tmp_path)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "--resume continues" in errors
    step = int(errors.split("stopped after step ")[1].split(":")[0])
    done = run(*common, "--steps", str(step + 2), "--resume")
    assert done.returncode == 0, done.stderr
    assert TrainingRecord.read(tmp_path).steps == step + 2
