"""The folder of a site: whole or not there, and nothing else is ever overwritten."""

import json
import os
import shutil
from pathlib import Path

import pytest

from train.errors import UserError
from train.site.contents import add_version
from train.site.folder import MARK, require_own, write_folder

OLD = add_version({"index.html": b"old", "page/old.js": b""}, "")
NEW = add_version({"index.html": b"new", "page/new.js": b""}, "")


def read(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("before", ["nothing", "an empty folder", "a site"])
def test_a_site_is_written_whole(tmp_path: Path, before: str) -> None:
    folder = tmp_path / "deep" / "site"
    if before == "an empty folder":
        folder.mkdir(parents=True)
    elif before == "a site":
        write_folder(folder, OLD)
    write_folder(folder, NEW)
    assert read(folder) == NEW
    assert names(folder.parent) == ["site"]


def test_what_is_no_site_is_refused_and_stays(tmp_path: Path) -> None:
    contents = {
        "notes": {"notes.txt": b"mine"},
        "a mark of something else": {MARK: b'{"program": "other", "files": []}', "index.html": b"mine"},
        "a broken mark": {MARK: b"[", "index.html": b"mine"},
        "a site and more": {**OLD, "page/CNAME": b"example.org"},
    }
    for name, files in contents.items():
        folder = tmp_path / name
        for file, data in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(data)
        with pytest.raises(UserError, match=r"holds .*, which is no part of a site: choose an empty or new folder"):
            write_folder(folder, NEW)
        assert read(folder) == files
    assert names(tmp_path) == sorted(contents)


def test_a_link_in_a_site_is_something_else(tmp_path: Path) -> None:
    write_folder(tmp_path / "site", OLD)
    (tmp_path / "photos").mkdir()
    (tmp_path / "site" / "photos").symlink_to(tmp_path / "photos")
    with pytest.raises(UserError, match="holds photos"):
        require_own(tmp_path / "site")


def test_files_drives_and_the_current_folder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UserError, match="is a file: choose"):
        require_own(tmp_path / "file")
    with pytest.raises(UserError, match="choose a folder, not a file"):
        write_folder(tmp_path / "file" / "site", NEW)
    monkeypatch.chdir(tmp_path)
    for folder in (Path(), Path(tmp_path.anchor)):
        with pytest.raises(UserError, match="cannot be replaced as a whole: name a new folder in it"):
            require_own(folder)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("call", range(1, len(NEW) + 1))
def test_an_aborted_run_leaves_the_earlier_site_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    write_folder(tmp_path / "site", OLD)
    left = [call]

    def fail(*_: object) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt

    monkeypatch.setattr("train.site.folder.sync", fail)
    with pytest.raises(KeyboardInterrupt):
        write_folder(tmp_path / "site", NEW)
    assert read(tmp_path / "site") == OLD
    assert names(tmp_path) == ["site"]


def test_a_stop_between_the_renames_puts_the_earlier_site_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder(tmp_path / "site", OLD)
    rename, calls = os.replace, list[Path]()

    def stop_at_the_second(source: Path, target: Path) -> None:
        calls.append(source)
        if len(calls) == 2:
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr(os, "replace", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        write_folder(tmp_path / "site", NEW)
    assert read(tmp_path / "site") == OLD
    assert names(tmp_path) == ["site"]


def test_a_run_that_was_killed_between_the_renames_can_be_repeated(tmp_path: Path) -> None:
    write_folder(tmp_path / "site", OLD)
    os.replace(tmp_path / "site", tmp_path / ".site.old")
    shutil.copytree(tmp_path / ".site.old", tmp_path / ".site.partial")
    write_folder(tmp_path / "site", NEW)
    assert read(tmp_path / "site") == NEW
    assert names(tmp_path) == ["site"]


def test_the_mark_lists_every_file(tmp_path: Path) -> None:
    write_folder(tmp_path / "site", NEW)
    assert set(json.loads((tmp_path / "site" / MARK).read_text())["files"]) == read(tmp_path / "site").keys()
