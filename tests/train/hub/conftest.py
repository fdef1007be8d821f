"""A finished run, and a git checkout to send."""

from pathlib import Path

import pytest

from tests.train.hub.checkout import COMMITTED, git
from tests.train.hub.small_run import write_run
from train.hub import space_files


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Write a tiny finished run."""
    return write_run(tmp_path / "vae")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Send a small git checkout instead of the project's."""
    folder = tmp_path / "checkout"
    for name, text in COMMITTED.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "All")
    monkeypatch.setattr(space_files, "ROOT", folder)
    return folder
