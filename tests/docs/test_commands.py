"""Every command that README and docs show is run on small data, or at least parsed, for a reason that is given here."""

import ast
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import click
import pytest
from accelerate.commands.launch import launch_command_parser
from huggingface_hub.cli.hf import app as hf

from benchmarks.running_app import running_app
from tests.docs.conftest import SMALL, run_train
from tests.docs.markdown import PAGES, ROOT, Block, Command, blocks, commands, inline_code
from tests.fake_hub.client import environment
from tests.fake_hub.server import Hub
from train import cli
from train.__main__ import main
from train.hub import space_files
from vae_models.catalogue import BUNDLED, BUNDLED_DIALS
from vae_models.hub.pull import BUNDLED_FOLDER

TRAIN = ("python", "-m", "train")
APP = ("python", "app.py")
BY_CI = "`.ci/run` runs it in a new environment"
NOT_RUN = {  # commands that are not ours, and the reason why they are not run here
    "pip install -r requirements.txt": BY_CI,
    "pip install -r requirements-dev.txt": BY_CI,
    "pytest": BY_CI,
    "ruff format .": BY_CI,
    "ruff check .": BY_CI,
    "codespell": BY_CI,
    "mypy": BY_CI,
    "npm --prefix assets ci": BY_CI,
    "npm --prefix assets run check": BY_CI,
    "npm --prefix assets test": BY_CI,
    "python -m http.server --directory faces-site": "serves files until it is stopped",
    "python assets/film.py http://127.0.0.1:7860/": "draws the README's film, in a minute",
    "pre-commit install": "changes the git hooks of the developer",
    "python -m tests.fuzz --minutes 60": "takes an hour; the suite runs its properties for two minutes",
}
ONLY_PARSED = {  # words of our own commands that keep them from being run, and the reason
    "--download": "downloads CelebA",
    "--fid": "downloads the Inception network",
    "--multi_gpu": "needs several GPUs",
    "auth": "asks for a token of the real Hub",
    "repos": "deletes repositories of the real Hub",
}
LARGE = "--width 64", "--steps 39063", "--steps 150000", "family seeds"  # only their commands are listed
VALUES = {
    "PATH": "train.zip",
    "HOST": "127.0.0.1",
    "sprites": "dsprites.npz",
    "celeba": "train.zip",
}
SHELL = [block for page in PAGES for block in blocks(page, "bash")]
SHOWN = {str(command): command for block in SHELL for command in commands(block)}
PYTHON = [block for page in PAGES for block in blocks(page, "python")]


def kind(command: Command) -> str:
    """Say how a command is checked."""
    words = command.words
    if str(command) in NOT_RUN:
        return "not run"
    if set(words) & ONLY_PARSED.keys():
        return "parsed"
    if words[:3] == TRAIN:
        return "train"
    if words[:2] == APP:
        return "app"
    return "torchrun" if words[0] == "torchrun" else "unknown"


def arguments(command: Command, first: int) -> list[str]:
    """Replace the placeholders among a command's words, from word `first` on, by the workspace's files."""
    words = [VALUES.get(word, word).replace("NAMESPACE", "lab") for word in command.words[first:]]
    if words[:1] == ["family"]:  # the name of a family may be a placeholder elsewhere
        words[1] = command.words[first + 1]
    return words


def shrink(words: list[str]) -> list[str]:
    """Append the options that make a command quick; the last value of a flag counts."""
    if words[0] in cli.RECIPES:
        return [*words, *SMALL, "--steps", "3", "--output", "runs/new"]
    extra = {
        "family": ["--width", "4", "--steps", "2", "--mixed-precision", "no", "--output", "runs/new"],
        "claims": ["--count", "80", "--pairs", "4", "--steps", "2"],
        "figures": ["--features", "eyeglasses"],
        "sample": ["--count", "3"],
    }
    data = ["--data", "dsprites.npz"] if words[:2] == ["family", "sprites"] else []
    return [*words, *extra.get(words[0], []), *data]


@pytest.mark.parametrize("command", SHOWN.values(), ids=SHOWN)
def test_every_command_is_known(command: Command) -> None:
    assert kind(command) != "unknown", "say in this file how a test checks it"


def test_commands_that_are_not_run_are_still_shown() -> None:
    assert NOT_RUN.keys() <= SHOWN.keys()


@pytest.mark.parametrize("command", [c for c in SHOWN.values() if kind(c) == "parsed"], ids=str)
def test_commands_that_cannot_be_run_have_flags_that_exist(command: Command) -> None:
    words = command.words
    if words[0] == "hf":
        parse_hf(arguments(command, 1))
    elif words[0] == "accelerate":
        options = launch_command_parser().parse_args(arguments(command, 2))
        assert (options.module, options.training_script) == (True, "train")
        cli.parse(options.training_script_args, "train")
    else:
        cli.parse(arguments(command, 3), "train")


def parse_hf(words: list[str]) -> None:
    group: click.Command | None = hf
    while isinstance(group, click.Group):
        group = group.get_command(click.Context(group), words.pop(0))
    assert group is not None, "hf has no such command"
    group.make_context("hf", words)


@pytest.mark.parametrize("page", PAGES)
def test_inline_commands_have_flags_that_exist(page: str) -> None:
    for code in inline_code(page):
        words = code.split()
        flags = {word for word in words if word.startswith("--")} - {"--help", "--debug"}
        if tuple(words[:3]) == TRAIN and len(words) > 3 and not words[3].startswith("--"):
            assert flags <= flags_of_command(words[3]), code
        elif words[:2] == ["python", "-m"] and words[2].startswith("benchmarks."):
            module = ROOT / words[2].replace(".", "/")
            assert flags <= flags_of(module / "__main__.py" if module.is_dir() else module.with_suffix(".py")), code
        elif tuple(words[:2]) == APP:
            assert flags <= flags_of(ROOT / "app.py"), code


@pytest.mark.parametrize("page", PAGES)
def test_every_flag_that_a_page_names_exists(page: str) -> None:
    known = flags_of(ROOT / "app.py") | {"--debug"}
    known = known.union(*(flags_of_command(name) for name in (*cli.RECIPES, *cli.COMMANDS)))
    assert {code.split()[0] for code in inline_code(page) if code.startswith("--")} <= known


@cache
def flags_of_command(name: str) -> set[str]:
    """List the flags that the help text of a command of the trainer names."""
    with contextlib.redirect_stdout(StringIO()) as text, pytest.raises(SystemExit) as end:
        main([name, "--help"])
    assert end.value.code == 0, f"python -m train has no command {name}"
    return set(re.findall(r"--[a-z][a-z-]*", text.getvalue()))


def flags_of(file: Path) -> set[str]:
    """List the flags of a program: the fields of its dataclass Options."""
    (options,) = [node for node in ast.parse(file.read_text()).body if getattr(node, "name", "") == "Options"]
    assert isinstance(options, ast.ClassDef)
    fields = [node.target for node in options.body if isinstance(node, ast.AnnAssign)]
    return {f"--{field.id.replace('_', '-')}" for field in fields if isinstance(field, ast.Name)}


class InProcess:
    """A `subprocess.Popen` that runs `python -m train` at once, in this process."""

    start = staticmethod(subprocess.Popen)

    def __new__(cls, command: list[str], **options: Any) -> Any:
        """Run a command of ours; start any other."""
        if command[:3] != [sys.executable, "-m", "train"]:
            return cls.start(command, **options)
        with contextlib.redirect_stdout(options["stdout"]), contextlib.redirect_stderr(options["stdout"]):
            run_train(command[3:])
        return SimpleNamespace(poll=lambda: 0, wait=lambda: 0, send_signal=lambda _: None, returncode=0)


@pytest.mark.processes
@pytest.mark.parametrize("command", [c for c in SHOWN.values() if kind(c) == "train"], ids=str)
def test_every_command_of_the_trainer_runs(
    command: Command, workspace: Callable[[str], Path], hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace(str(command))
    for name, value in command.environment.items():
        monkeypatch.setenv(name, value)
    if command.words[3] == "space":
        if not (ROOT / ".git").exists():
            pytest.skip("no git checkout: a Space gets committed files only")
        monkeypatch.setattr(space_files, "uncommitted", lambda _: [])  # a developer's work in progress
        for name in (*BUNDLED, *BUNDLED_DIALS):
            hub.add(f"lab/{name}-celeba64", BUNDLED_FOLDER / name)
    words = shrink(arguments(command, 3))
    if words[0] == "family":
        monkeypatch.setattr(subprocess, "Popen", InProcess)
        words += ["--dry-run"] if any(option in str(command) for option in LARGE) else []
    run_train(words)


def free_port() -> str:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return str(any_port.getsockname()[1])


@pytest.mark.processes
@pytest.mark.parametrize("command", [c for c in SHOWN.values() if kind(c) == "torchrun"], ids=str)
def test_torchrun_trains_to_the_end(command: Command, workspace: Callable[[str], Path]) -> None:
    folder = workspace(str(command))
    words = arguments(command, 1)
    start = words.index("train") + 1
    launcher = [sys.executable, "-m", "torch.distributed.run", "--master-port", free_port(), *words[:start]]
    process = subprocess.Popen(
        [*launcher, *shrink(words[start:])],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        _, errors = process.communicate(timeout=300)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # also the processes that it started
    assert process.returncode == 0, errors
    assert (folder / "runs" / "new" / "model.safetensors").is_file()


@pytest.mark.processes
@pytest.mark.parametrize("command", [c for c in SHOWN.values() if kind(c) == "app"], ids=str)
def test_every_command_of_the_app_serves_the_page(
    command: Command, workspace: Callable[[str], Path], hub: Hub, tmp_path: Path
) -> None:
    folder = workspace(str(command))
    hub.add("lab/vae-celeba64", BUNDLED_FOLDER / "vae")
    words = [str(folder / word) if word.startswith("runs/") else word for word in arguments(command, 2)]
    with running_app(*words, variables=environment(hub.url, tmp_path / "home")) as app, urlopen(app.address) as page:
        assert b"VAE Faces" in page.read()


@pytest.mark.processes
@pytest.mark.parametrize("block", PYTHON, ids=[f"{block.page}-{i}" for i, block in enumerate(PYTHON)])
def test_every_python_block_runs(block: Block, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add("lab/vae-celeba64", BUNDLED_FOLDER / "vae")
    monkeypatch.chdir(ROOT)
    text = block.text.replace("NAMESPACE", "lab")
    address = "http://127.0.0.1:7860/"
    with contextlib.ExitStack() as stack:
        if address in text:
            text = text.replace(address, stack.enter_context(running_app()).address)
        exec(compile(text, block.page, "exec"), {"__name__": "example"})


def test_extras_that_the_pages_install_exist() -> None:
    installed = [code for page in PAGES for code in inline_code(page) if code.startswith('pip install ".[')]
    assert len(installed) >= 2
    for code in installed:
        extra = code.removeprefix('pip install ".[').removesuffix(']"')
        assert f"\n{extra} = [" in (ROOT / "pyproject.toml").read_text()
