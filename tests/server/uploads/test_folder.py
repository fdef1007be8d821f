"""The folder of a process: private, held while the process lives, and deleted by the next start if it was killed."""

import os
import secrets
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from server.uploads.folder import FOLDER, OURS, PREFIX, delete_abandoned

ROOT = Path(__file__).parents[3]
LIVE = """import sys; from server.uploads.folder import create_folder
folder = create_folder(); (folder / "face.png").write_text("x"); print(folder, flush=True); sys.stdin.read()"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no locks of folders there")


def start(temporary: Path) -> tuple["subprocess.Popen[str]", Path]:
    """Start a process that has a folder with a file, until it is killed or its input ends."""
    variables = {name: value for name, value in os.environ.items() if name != FOLDER}
    process = subprocess.Popen(
        [sys.executable, "-c", LIVE],
        cwd=ROOT,
        env={**variables, "TMPDIR": str(temporary)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    return process, Path(process.stdout.readline().strip())


def test_a_start_deletes_what_a_killed_process_left_and_nothing_else(tmp_path: Path) -> None:
    living, kept = start(tmp_path)
    killed, left = start(tmp_path)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert (left / "face.png").is_file()
    last, _ = start(tmp_path)
    assert not left.exists()
    assert (kept / "face.png").is_file()
    for process in (living, last):
        process.communicate("")
    assert not list(tmp_path.iterdir())


def test_the_folder_is_private_and_its_name_cannot_be_guessed(tmp_path: Path) -> None:
    process, folder = start(tmp_path)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert OURS.fullmatch(folder.name)
    process.communicate("")


def make(folder: Path, mode: int = 0o700) -> Path:
    folder.mkdir()
    folder.chmod(mode)
    (folder / "face.png").write_bytes(b"x")
    return folder


def test_folders_that_are_not_ours_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"{PREFIX}{secrets.token_hex(16)}"
    elsewhere = make(tmp_path / "elsewhere")
    parent = tmp_path / "temporary"
    parent.mkdir()
    make(parent / f"{PREFIX}holidays")
    make(parent / f"{name}-new")
    make(parent / f"{PREFIX}{secrets.token_hex(16)}", mode=0o755)
    (parent / f"{PREFIX}{secrets.token_hex(16)}").symlink_to(elsewhere)
    (parent / f"{PREFIX}{secrets.token_hex(16)}").write_bytes(b"no folder")
    (parent / "empty").mkdir()
    before = sorted(tmp_path.rglob("*"))
    delete_abandoned(parent)
    assert sorted(tmp_path.rglob("*")) == before
    ours = make(parent / name)
    with monkeypatch.context() as patch:
        patch.setattr(os, "geteuid", lambda: os.getuid() + 1)  # of another user
        delete_abandoned(parent)
    assert ours.exists()
    delete_abandoned(parent)
    assert not ours.exists()
