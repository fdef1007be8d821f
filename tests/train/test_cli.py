"""The command line, in this process and in processes of its own."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.train.run import processes
from train import cli
from train.__main__ import main
from train.commands.export import ExportConfig
from vae_models.catalogue import RECIPES
from vae_models.files.training_record import TrainingRecord

ROOT = Path(__file__).parents[2]
SMALL = ["--width", "4", "--latent-dim", "4", "--batch-size", "8"]
HEAVY = {"torch", "numpy", "PIL", "accelerate", "huggingface_hub", "httpx", "matplotlib", "onnxruntime", "sklearn"}
MISTAKES = [
    (["vae", "--data", "nowhere"], "nowhere does not exist"),
    (["vae", "--data", "README.md"], "neither a folder nor a zip"),
    (["vae", "--data", ".", "--beta", "3"], "no beta"),
    (["vae", "--data", ".", "--align", "--crop", "centre"], "leave --crop out"),
    (["vae", "--data", "sprites", "--download"], "into a folder"),
    (["vae", "--data", "sprites", "--flips"], "--flips would change the factors"),
    (["vae", "--data", "hub:"], "write hub:NAME"),
    (["vae", "--data", ".", "--push-to", "mine"], "NAMESPACE/NAME"),
    (["vae", "--data", ".", "--widht", "3"], "width"),
    (["gan", "--data", "."], "beta-tcvae"),
    (["vae"], "data"),
    ([], "beta-tcvae"),
]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "train", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def run_here(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit status and output of a command that runs in this process."""
    try:
        status = main(arguments)
    except SystemExit as end:
        status = int(str(end.code))
    output = capsys.readouterr()
    return status, output.out + output.err


def wait_for_metrics(folder: Path) -> None:
    metrics = folder / "metrics.jsonl"
    deadline = time.monotonic() + 300
    while not (metrics.exists() and metrics.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.1)


def test_help_texts_and_wrong_flags_import_nothing_heavy() -> None:
    """Every help text in one process, so that the list of modules is that of all."""
    lines = [["--help"], [], ["gan"], ["vae", "--data", ".", "--widht", "3"], ["family", "ladder"]]
    lines += [[name, "--help"] for name in (*cli.RECIPES, *cli.COMMANDS)]
    code = f"""
import json, sys
from train.__main__ import main
heavy = {{}}
for line in json.loads(sys.argv[1]):
    try:
        main(line)
    except SystemExit:
        pass
    heavy[" ".join(line)] = sorted({HEAVY!r} & sys.modules.keys())
print(json.dumps(heavy))
"""
    command = [sys.executable, "-c", code, json.dumps(lines)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True)
    heavy = json.loads(done.stdout.splitlines()[-1])
    assert heavy == {" ".join(line): [] for line in lines}


def test_every_recipe_of_the_catalogue_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    status, output = run_here(capsys, "--help")
    assert status == 0
    for name in (*RECIPES, *cli.COMMANDS):
        assert f"• {name}" in output


@pytest.mark.parametrize(("arguments", "sentence"), MISTAKES)
def test_mistakes_are_answered_in_a_sentence(
    arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "README.md").write_text("no images")
    monkeypatch.chdir(tmp_path)
    status, output = run_here(capsys, *arguments)
    assert status == 2
    assert sentence in output
    assert "Traceback" not in output


@pytest.mark.parametrize("line", [["--debug", "export", "nowhere"], ["export", "nowhere", "--debug"]])
def test_debug_shows_the_traceback_of_a_users_mistake(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status, output = run_here(capsys, *line)
    assert status == 2
    assert "Traceback (most recent call last)" in output
    assert output.splitlines()[-1].startswith("error: There is no folder nowhere")


@pytest.mark.parametrize("debug", [[], ["--debug"]])
def test_a_fault_of_ours_keeps_its_traceback(debug: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ExportConfig, "run", lambda _: np.zeros(3) + np.zeros(4))
    with pytest.raises(ValueError, match="could not be broadcast"):
        main(["export", "model", *debug])


def test_other_processes_of_a_run_keep_quiet_about_a_common_mistake(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RANK", "1")
    assert run_here(capsys, "export", "nowhere") == (2, "")


@pytest.mark.processes
def test_the_command_trains_and_tells_how_to_look_at_the_model(faces_folder: Path, tmp_path: Path) -> None:
    done = run("vae", "--data", str(faces_folder), "--output", str(tmp_path), *SMALL, "--steps", "3")
    assert done.returncode == 0, done.stderr
    assert f"python app.py --models {tmp_path}" in done.stdout
    assert "images/s" in done.stderr
    assert "kl=" in done.stderr
    assert TrainingRecord.read(tmp_path).steps == 3


@pytest.mark.processes
def test_sprites_need_no_data(tmp_path: Path) -> None:
    done = run(
        *("beta-tcvae", "--data", "sprites", "--distortion", "bernoulli", "--beta", "6", "--latent-dim", "10"),
        *("--width", "4", "--batch-size", "8", "--steps", "3", "--output", str(tmp_path / "run")),
    )
    assert done.returncode == 0, done.stderr
    record = TrainingRecord.read(tmp_path / "run")
    assert (record.objective.distortion, record.objective.tc) == ("bernoulli", 5)
    assert record.data["training"]["pictures"] + record.data["validation"]["pictures"] == 737_280


def run_forked(tmp_path: Path, *arguments: str, memory: int | None = None) -> tuple[int | None, str]:
    """Exit status and last line of a command that may use only so much memory."""
    output = tmp_path / "output.txt"
    process = processes.start(*arguments, output=output)
    if memory:
        resource.prlimit(process.pid or 0, resource.RLIMIT_AS, (memory, memory))
    process.join(300)
    return process.exitcode, output.read_text().splitlines()[-1]


@pytest.mark.processes
def test_a_folder_with_another_run_is_left_alone(faces_folder: Path, tmp_path: Path) -> None:
    line = ["vae", "--data", str(faces_folder), "--output", str(tmp_path / "run"), *SMALL, "--steps", "2"]
    status, last = run_forked(tmp_path, *line)
    assert (status, last) == (0, f"{tmp_path / 'run'} is finished: python app.py --models {tmp_path / 'run'}")
    refusal = f"error: {tmp_path / 'run'} holds another run: continue it with --resume, or choose another --output"
    assert run_forked(tmp_path, *line) == (2, refusal)
    assert run_forked(tmp_path, *line, "--resume") == (0, last)
    assert "2 steps: nothing is left to do" in (tmp_path / "output.txt").read_text().splitlines()[-2]


@pytest.mark.processes
def test_a_file_cannot_be_the_folder_of_a_run(faces_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    status, last = run_forked(tmp_path, "vae", "--data", str(faces_folder), "--output", str(file))
    assert (status, last) == (2, f"error: {file} is a file: --output takes a folder")
    status, last = run_forked(tmp_path, "vae", "--data", str(faces_folder), "--output", str(file / "run"), *SMALL)
    assert status == 2
    assert last.startswith("error: Not a directory")
    assert last.endswith("choose a folder, not a file")
    assert file.read_text() == "mine"


@pytest.mark.processes
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="this system limits no other process")
def test_too_little_memory_is_reported(faces_folder: Path, tmp_path: Path) -> None:
    """A network of 18 GB, with a limit of 10 GB."""
    line = ["vae", "--data", str(faces_folder), "--output", str(tmp_path / "run"), "--width", "3000"]
    status, last = run_forked(tmp_path, *line, "--batch-size", "8", memory=10 * 2**30)
    assert status == 2
    assert last.startswith("error: there is too little memory (")
    assert last.endswith("): use a smaller --batch-size or --width")


@pytest.mark.processes
def test_the_film_of_a_run_is_made(faces_folder: Path, tmp_path: Path) -> None:
    run_folder = tmp_path / "run"
    line = ["vae", "--data", str(faces_folder), "--output", str(run_folder), *SMALL, "--steps", "7"]  # an epoch
    assert run_forked(tmp_path, *line)[0] == 0
    status, last = run_forked(tmp_path, "film", str(run_folder))
    assert status == 2
    assert "1" in last
    assert run_forked(tmp_path, *line[:-1], "14", "--resume")[0] == 0
    film = run_folder / "film.webp"
    status, last = run_forked(tmp_path, "film", str(run_folder))
    assert status == 0
    assert last.startswith(f"{film}: 2 ")
    with Image.open(film) as moving:
        assert getattr(moving, "n_frames", 1) == 2


@pytest.mark.processes
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
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 130
    assert "--resume continues" in errors
    step = int(errors.split("stopped after step ")[1].split(":")[0])
    done = run(*common, "--steps", str(step + 2), "--resume")
    assert done.returncode == 0, done.stderr
    assert TrainingRecord.read(tmp_path).steps == step + 2
