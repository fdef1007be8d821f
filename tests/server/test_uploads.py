import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from gradio_client import Client, handle_file

from benchmarks.running_app import running_app
from server.uploads import FOLDER, delete_old

ROOT = Path(__file__).parents[2]
PORTRAIT = ROOT / "assets" / "examples" / "astronaut.png"
HASTY = """import sys; from server import uploads; uploads.EVERY, uploads.AGE = 1, 20; import app
sys.exit(app.run(app.Options(port=int(sys.argv[2]), no_open=True)))"""
LEAVE = "from server import uploads; f = uploads.create_folder(); (f / 'x').write_text(''); print(f)"


def leave_file(variables: dict[str, str]) -> Path:
    """Return the folder of a process that has left a file in it."""
    done = subprocess.run(
        [sys.executable, "-c", LEAVE], cwd=ROOT, env=variables, capture_output=True, text=True, check=True
    )
    return Path(done.stdout.strip())


def test_old_files_and_empty_folders_are_deleted(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "face.png").write_bytes(b"x")
    (tmp_path / "tmp123").write_bytes(b"an upload that was given up")
    (tmp_path / "link").symlink_to(PORTRAIT)
    before = sorted(tmp_path.rglob("*"))
    delete_old(tmp_path, 60)
    assert sorted(tmp_path.rglob("*")) == before
    time.sleep(0.05)
    delete_old(tmp_path, 0.04)
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "full"]  # it has changed: a file was deleted
    time.sleep(0.05)
    delete_old(tmp_path, 0.04)
    assert not list(tmp_path.rglob("*"))
    assert PORTRAIT.is_file()
    delete_old(tmp_path / "nowhere", 0)


def test_the_folder_of_a_process_is_deleted_with_it() -> None:
    folder = leave_file({name: value for name, value in os.environ.items() if name != FOLDER})
    assert folder.name.startswith("vae-faces-")
    assert not folder.exists()


def test_in_a_folder_that_was_chosen_only_our_own_is_deleted(tmp_path: Path) -> None:
    chosen = tmp_path / "chosen"
    assert not leave_file({**os.environ, FOLDER: str(chosen)}).exists()
    (chosen / "private.txt").write_text("mine")
    folder = leave_file({**os.environ, FOLDER: str(chosen)})
    assert folder.parent == chosen
    assert list(chosen.iterdir()) == [chosen / "private.txt"]


@pytest.mark.processes
def test_uploads_and_results_are_deleted_and_never_logged(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    chosen, photo = tmp_path / "uploads", tmp_path / "me-on-holiday.png"
    photo.write_bytes(PORTRAIT.read_bytes())
    with running_app(command=(sys.executable, "-c", HASTY), variables={FOLDER: str(chosen)}) as app:
        client = Client(app.address, verbose=False, download_files=False)
        client.predict(handle_file(str(photo)), api_name="/reconstruct")
        (folder,) = chosen.iterdir()
        assert [file for file in folder.rglob("*") if file.is_file()]
        deadline = time.monotonic() + 120
        while (left := list(folder.rglob("*"))) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert not left
    assert not list(chosen.iterdir())
    said = "".join(capfd.readouterr())
    assert "running on" in said.lower()
    assert photo.stem not in said
