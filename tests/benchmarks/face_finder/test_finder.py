"""Finders of other versions, in their own processes and folders."""

import math
from pathlib import Path

import pytest

from benchmarks.face_finder.finder import running_finder, worktree
from benchmarks.running_app import ROOT
from faces.align import CELEBA_EYES, find_faces
from faces.image import read_picture

PORTRAIT = ROOT / "assets" / "examples" / "astronaut.png"


@pytest.mark.processes
def test_the_finder_of_a_folder_answers_what_it_finds_in_files(tmp_path: Path) -> None:
    blank = tmp_path / "blank.png"
    read_picture(PORTRAIT).crop((0, 400, 100, 500)).save(blank)
    with running_finder() as finder:
        sight, nothing, seconds = finder.find(PORTRAIT), finder.find(blank), finder.align([PORTRAIT, blank])
    (face,) = find_faces(read_picture(PORTRAIT))
    assert sight.faces == ((complex(*face.left_eye), complex(*face.right_eye)),)
    assert (sight.total, nothing.total) == (1, 0)
    assert finder.reference == CELEBA_EYES
    assert all(0 < value < math.inf for value in (sight.finding, sight.decoding, seconds))
    assert finder.process.returncode == 0


def test_a_folder_is_used_as_it_is(tmp_path: Path) -> None:
    with worktree(str(tmp_path)) as folder:
        assert folder == tmp_path.resolve()
    assert tmp_path.is_dir()


@pytest.mark.processes
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no repository")
def test_a_commit_is_checked_out_for_the_time_of_its_use() -> None:
    with worktree("HEAD") as folder:
        assert (folder / "faces" / "align.py").is_file()
    assert not folder.exists()


def test_a_version_that_does_not_exist_is_refused_with_a_sentence() -> None:
    with pytest.raises(SystemExit, match="--old: no-version is neither a folder nor a commit"), worktree("no-version"):
        pass
