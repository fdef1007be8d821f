from pathlib import Path

import pytest

from vae_models.files.atomic import atomic_write


def test_a_file_is_created_or_replaced(tmp_path: Path) -> None:
    for text in ("first", "second"):
        atomic_write(tmp_path / "record.json", lambda file, text=text: file.write_text(text))  # type: ignore[misc]
        assert (tmp_path / "record.json").read_text() == text
    assert [file.name for file in tmp_path.iterdir()] == ["record.json"]


def test_a_failed_write_leaves_the_old_file_alone(tmp_path: Path) -> None:
    def fail(file: Path) -> None:
        file.write_text("half")
        raise OSError("disk full")

    (tmp_path / "record.json").write_text("old")
    with pytest.raises(OSError, match="disk full"):
        atomic_write(tmp_path / "record.json", fail)
    assert [file.name for file in tmp_path.iterdir()] == ["record.json"]
    assert (tmp_path / "record.json").read_text() == "old"


def test_the_old_file_is_readable_until_the_new_one_is_complete(tmp_path: Path) -> None:
    (tmp_path / "record.json").write_text("old")

    def write(file: Path) -> None:
        file.write_text("new")
        assert (tmp_path / "record.json").read_text() == "old"
        assert file.parent == tmp_path  # a rename is atomic within one file system only

    atomic_write(tmp_path / "record.json", write)
    assert (tmp_path / "record.json").read_text() == "new"
