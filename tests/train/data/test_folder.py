"""Files of a folder or zip that are used, and those that are passed over: counted, listed, never silent."""

import os
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from faces.formats import readable_endings
from tests.conftest import draw_face
from train.data import cache
from train.data.folder import list_files
from train.data.load import find_files, load, load_splits
from train.data.options import DataOptions
from train.data.pictures import DataError, printable

needs_posix = pytest.mark.skipif(os.name == "nt", reason="links and names that are not UTF-8")


def draw(path: Path, *names: str) -> Path:
    for seed, name in enumerate(names):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        draw_face(seed).save(path / name, "JPEG")
    return path


def read_listing(folder: Path) -> str:
    (listing,) = folder.glob("*/refused.txt")
    return listing.read_text(encoding="utf-8")


@pytest.mark.parametrize("packed", [False, True])
def test_every_file_is_used_or_counted_by_its_ending(
    tmp_path: Path, packed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    path = draw(tmp_path / "faces", "a.jpg", "b.JFIF", "c/d.jpe", "e.mpo")
    for name in (
        "x.heic.bak",
        "x.txt",
        "y.txt",
        "c/readme",
        ".DS_Store",
        "c/Thumbs.db",
        "__MACOSX/._a.jpg",
        ".x/a.jpg",
    ):
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_bytes(b"no picture")
    if packed:
        with ZipFile(tmp_path / "faces.zip", "w") as archive:
            for file in sorted(path.rglob("*")):
                archive.write(file, file.relative_to(tmp_path))
        path = tmp_path / "faces.zip"
    images = cache.load(find_files(path, "all", DataOptions()), tmp_path / "cache")
    start = "faces/" if packed else ""
    assert images.names == tuple(start + name for name in ("a.jpg", "b.JFIF", "c/d.jpe", "e.mpo"))
    assert not images.rejected
    err = capsys.readouterr().err
    assert f"{path.name}: 8 files are passed over: 4 hidden, 2 .txt, 1 without ending, 1 .bak" in err
    lines = read_listing(tmp_path / "cache").splitlines()
    assert [line.split(":")[0] for line in lines] == [
        *(start + name for name in ("c/readme", "x.heic.bak", "x.txt", "y.txt")),
        "(4 hidden)",
    ]


def test_pictures_without_a_decoder_are_listed_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = draw(tmp_path / "faces", "a.jpg")
    (path / "IMG_0001.HEIC").write_bytes(b"")
    monkeypatch.setattr("train.data.folder.readable_endings", lambda: frozenset(readable_endings() - {".heic"}))
    monkeypatch.setattr("train.data.folder.explain_ending", lambda ending: "install it" if ending == ".heic" else None)
    monkeypatch.setattr("train.data.sources.explain_ending", lambda ending: "install it" if ending == ".heic" else None)
    cache.load(find_files(path, "all", DataOptions()), tmp_path / "cache")
    assert "1 files are passed over: 1 .heic (install it)" in capsys.readouterr().err
    assert read_listing(tmp_path / "cache") == "IMG_0001.HEIC: passed over, install it\n"


def test_the_list_follows_files_that_come_and_go_without_decoding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = draw(tmp_path / "faces", "a.jpg", "b.jpg")
    options = DataOptions(cache=tmp_path / "cache")
    load(path, "all", options)
    capsys.readouterr()
    (path / "new.xcf").write_bytes(b"")
    load(path, "all", options)
    err = capsys.readouterr().err
    assert "1 .xcf" in err
    assert "decoding" not in err
    assert "new.xcf" in read_listing(tmp_path / "cache")
    load(path, "all", options)
    assert not capsys.readouterr().err


@needs_posix
def test_linked_folders_are_read_once(tmp_path: Path) -> None:
    draw(tmp_path / "elsewhere", "anna/1.jpg", "bert/2.jpg")
    path = draw(tmp_path / "faces", "own/3.jpg")
    for name, target in {
        "anna": tmp_path / "elsewhere/anna",
        "again": tmp_path / "elsewhere/anna",
        "all": tmp_path / "elsewhere",
        "own/loop": path,
        "above": tmp_path,
        "copy": path / "own",
    }.items():
        (path / name).symlink_to(target)
    (path / "self").symlink_to(path / "self")
    (path / "gone.jpg").symlink_to(path / "nowhere.jpg")
    (path / "one.jpg").symlink_to(path / "own/3.jpg")
    listing = list_files(path)
    assert listing.pictures == ("again/1.jpg", "all/bert/2.jpg", "one.jpg", "own/3.jpg")
    kinds = {entry.name: entry.kind for entry in listing.skipped}
    assert {name for name in kinds if kinds[name].startswith("broken")} == {"gone.jpg", "self"}
    assert {name for name in kinds if kinds[name].startswith("links")} == {
        "above",
        "all/anna",
        "anna",
        "copy",
        "own/loop",
    }


@needs_posix
def test_validation_images_behind_a_link_never_train(tmp_path: Path) -> None:
    data, val = draw(tmp_path / "data", "a.jpg", "b.jpg"), draw(tmp_path / "val", "c.jpg")
    (data / "more").symlink_to(val)
    with pytest.raises(DataError, match="validation images would train"):
        load_splits(data, val, DataOptions(cache=tmp_path / "cache"))


@needs_posix
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS refuses names that are not UTF-8")
def test_a_damaged_image_with_any_name_is_listed_in_utf_8(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = draw(tmp_path / "faces", "a.jpg", "b.jpg")
    for name in (b"kaputt\xfc.jpg", b"two\nlines.jpg", b"notes\xff.txt"):
        Path(os.fsdecode(os.fsencode(path) + b"/" + name)).write_bytes(b"no picture")
    images = load(path, "all", DataOptions(cache=tmp_path / "cache"))
    assert len(images) == 2
    names = [line.split(":")[0] for line in read_listing(tmp_path / "cache").splitlines()]
    assert names == ["kaputt\\xfc.jpg", "two\\x0alines.jpg", "notes\\xff.txt"]
    assert "kaputt\\xfc.jpg" in capsys.readouterr().err


def test_printable_names_are_utf_8_on_one_line() -> None:
    assert printable("M\u00fcller \u6f22.jpg") == "M\u00fcller \u6f22.jpg"
    assert printable("a\udcfc\n\ud800.jpg") == "a\\xfc\\x0a\\ud800.jpg"


def test_a_folder_without_pictures_says_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "part1.zip").write_bytes(b"")
    (tmp_path / "a.txt").write_bytes(b"")
    with pytest.raises(DataError, match=r"no pictures.*: 1 \.txt, 1 \.zip \(archives inside are not read: unpack"):
        find_files(tmp_path, "all", DataOptions())


def test_a_zip_of_windows_is_read(tmp_path: Path) -> None:
    draw(tmp_path, "a.jpg")
    with ZipFile(tmp_path / "faces.zip", "w") as archive:
        archive.write(tmp_path / "a.jpg", "faces\\anna\\001.JPG")
        archive.write(tmp_path / "a.jpg", "faces\\.hidden\\002.jpg")
    images = cache.load(find_files(tmp_path / "faces.zip", "all", DataOptions()), tmp_path / "cache")
    assert images.names == ("faces\\anna\\001.JPG",)


def test_a_zip_that_is_written_again_is_listed_again(tmp_path: Path) -> None:
    draw(tmp_path, "a.jpg")
    for names in (["1.jpg"], ["1.jpg", "2.jpg"]):
        with ZipFile(tmp_path / "faces.zip", "w") as archive:
            for name in names:
                archive.write(tmp_path / "a.jpg", name)
        assert list_files(tmp_path / "faces.zip").pictures == tuple(names)
