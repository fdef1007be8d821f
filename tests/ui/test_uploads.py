import os
import subprocess
import sys
import time
from pathlib import Path

from ui.uploads import FOLDER, sweep

ROOT = Path(__file__).parents[2]
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
