import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from train.data.cache import CachedImages
from train.data.decode import decode
from train.data.load import describe, find_files, load, load_splits, public_name
from train.data.options import DataOptions
from train.data.pictures import DataError
from train.data.sources import Files

DEFAULTS = DataOptions()


def list_names(files: Files) -> list[str]:
    return [*files.training, *files.validation]


def test_a_folder_is_split_without_overlap_or_loss(faces_folder: Path) -> None:
    files, names = find_files(faces_folder, "train", DEFAULTS), sorted(file.name for file in faces_folder.iterdir())
    assert len(files.validation) == 3
    assert sorted(list_names(files)) == names == list_names(find_files(faces_folder, "all", DEFAULTS))
    assert list(files.training) == [name for name in names if name not in files.validation]
    assert files.preprocessing == "centre"
    assert find_files(faces_folder, "all", DataOptions(align=True)).preprocessing == "aligned"


def test_both_splits_come_from_the_same_partition(faces_folder: Path) -> None:
    training, validation = find_files(faces_folder, "train", DEFAULTS), find_files(faces_folder, "val", DEFAULTS)
    assert (training.training, training.validation) == (validation.training, validation.validation)
    assert training.cache_key() == validation.cache_key()


def test_a_zip_is_read_like_a_folder(faces_folder: Path, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "faces.zip", "w") as archive:
        for file in faces_folder.iterdir():
            archive.write(file, file.name)
        archive.writestr("readme.txt", "no picture")
    zipped, folder = (find_files(path, "all", DEFAULTS) for path in (tmp_path / "faces.zip", faces_folder))
    assert (zipped.training, zipped.validation) == (folder.training, folder.validation)
    for ours, theirs in zip(zipped.chunks(50, 8), folder.chunks(50, 8), strict=True):
        assert decode(ours, "centre") == decode(theirs, "centre")


def test_hidden_files_of_macos_are_no_images(faces_folder: Path, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "faces.zip", "w") as archive:
        archive.write(faces_folder / "001.png", "faces/001.png")
        archive.writestr("__MACOSX/faces/._001.png", "resource fork")
    assert list_names(find_files(tmp_path / "faces.zip", "all", DEFAULTS)) == ["faces/001.png"]


def test_validation_images_never_train(faces_folder: Path, tmp_path: Path) -> None:
    """--val inside of --data, or the other way round, is an error."""
    outer, inner = tmp_path / "all", tmp_path / "all" / "val"
    inner.mkdir(parents=True)
    shutil.copy(faces_folder / "001.png", inner)
    options = DataOptions(cache=tmp_path / "cache")
    sprites: tuple[str | Path, str | Path] = ("sprites", "sprites")
    for data, val in ((outer, inner), (inner, outer), (outer, outer), sprites):
        with pytest.raises(DataError, match="valid"):
            load_splits(data, val, options)
    splits = load_splits(faces_folder, None, options)
    assert isinstance(splits.training, CachedImages)
    assert isinstance(splits.validation, CachedImages)
    assert not set(splits.training.names) & set(splits.validation.names)
    assert len(splits.training) + len(splits.validation) == 60


@pytest.mark.parametrize("kind", ["missing", "empty folder", "text"])
def test_data_without_images_are_an_error(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "faces"
    if kind == "empty folder":
        path.mkdir()
    elif kind == "text":
        path.write_text("no zip")
    with pytest.raises(DataError, match="faces"):
        find_files(path, "train", DEFAULTS)


def test_the_record_has_the_name_of_a_folder_not_its_path(faces_folder: Path, tmp_path: Path) -> None:
    assert public_name(faces_folder) == faces_folder.name
    images = load(faces_folder, "val", DataOptions(cache=tmp_path))
    expected = {"name": faces_folder.name, "split": "val", "pictures": 3, "refused": 0, "crop": "centre"}
    assert describe(faces_folder, images) == expected
