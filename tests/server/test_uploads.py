import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from gradio_client import Client, handle_file

from benchmarks.running_app import running_app
from ui import subject
from ui.uploads import FOLDER, sweep

ROOT = Path(__file__).parents[2]
HASTY = """import sys; from ui import uploads; uploads.EVERY, uploads.AGE = 1, 2; import app
sys.exit(app.run(app.Options(port=int(sys.argv[2]), no_open=True)))"""
LEAVE = "import os; from ui import uploads; f = uploads.private_folder(); (f / 'x').write_text(''); print(f)"


def test_old_empty_folders_go_and_nothing_else(tmp_path: Path) -> None:
    empty, full, file = tmp_path / "empty", tmp_path / "full", tmp_path / "file.png"
    empty.mkdir()
    full.mkdir()
    (full / "face.png").write_bytes(b"x")
    file.write_bytes(b"x")
    sweep(tmp_path, 60)
    assert empty.exists()
    time.sleep(0.05)
    sweep(tmp_path, 0)
    assert sorted(tmp_path.iterdir()) == [file, full]
    sweep(tmp_path / "nowhere", 0)


def test_the_process_has_a_folder_of_its_own_and_takes_it_along() -> None:
    free = {name: value for name, value in os.environ.items() if name != FOLDER}
    done = subprocess.run([sys.executable, "-c", LEAVE], cwd=ROOT, env=free, capture_output=True, text=True, check=True)
    folder = Path(done.stdout.strip())
    assert folder.name.startswith("vae-faces-")
    assert not folder.exists()


def test_a_folder_that_was_chosen_is_left_where_it_is(tmp_path: Path) -> None:
    chosen = {**os.environ, FOLDER: str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", LEAVE], cwd=ROOT, env=chosen, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(tmp_path)
    assert (tmp_path / "x").exists()


@pytest.mark.processes
def test_uploads_and_results_are_forgotten_and_never_logged(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder, photo = tmp_path / "uploads", tmp_path / "me-on-holiday.png"
    photo.write_bytes(subject.EXAMPLE.read_bytes())
    with running_app(command=(sys.executable, "-c", HASTY), variables={FOLDER: str(folder)}) as app:
        client = Client(app.address, verbose=False, download_files=False)
        client.predict(handle_file(str(photo)), api_name="/reconstruct")
        assert [file for file in folder.rglob("*") if file.is_file()]
        deadline = time.monotonic() + 30
        while (left := list(folder.rglob("*"))) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert not left
    said = "".join(capfd.readouterr())
    assert "running on" in said.lower()
    assert photo.stem not in said
