"""No picture of a data set is in the project: every picture is listed with its source."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif")


def test_every_example_has_its_source_beside_it() -> None:
    folder = ROOT / "assets" / "examples"
    sources = (folder / "SOURCES.md").read_text()
    for file in folder.iterdir():
        assert file.name == "SOURCES.md" or f"`{file.name}`" in sources


def test_every_committed_picture_is_listed_with_its_source() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("no git checkout: committed files cannot be distinguished from others")
    named = re.findall(r"`(assets/[^`]+)`", (ROOT / "assets" / "SOURCES.md").read_text())
    assert {name for name in listed.stdout.split() if name.lower().endswith(ENDINGS)} == set(named)
