from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from train.data import source
from train.data.source import DataError


@pytest.fixture
def celeba(tmp_path: Path) -> Path:
    """CelebA's layout: four frames, one of them in the test split; a fifth is listed and missing."""
    (tmp_path / "img_align_celeba").mkdir()
    for i in range(1, 5):
        Image.new("RGB", (178, 218)).save(tmp_path / "img_align_celeba" / f"{i:06d}.jpg")
    (tmp_path / "list_eval_partition.txt").write_text(
        "000001.jpg 0\n000002.jpg 1\n000003.jpg 2\n000004.jpg 0\n000005.jpg 0\n"
    )
    return tmp_path


def test_celeba_has_its_own_splits_and_the_reports_crop(celeba: Path) -> None:
    train, val = source.find(celeba, "train"), source.find(celeba, "val")
    assert train.names == ("000001.jpg", "000004.jpg")
    assert val.names == ("000002.jpg",)
    assert train.crop == val.crop == "celeba"


def test_celebas_test_split_is_never_used(celeba: Path) -> None:
    assert source.find(celeba, None).names == ("000001.jpg", "000002.jpg", "000004.jpg")


def test_celeba_without_its_partition_is_refused(celeba: Path) -> None:
    (celeba / "list_eval_partition.txt").unlink()
    with pytest.raises(DataError, match="list_eval_partition"):
        source.find(celeba, "train")


def test_another_folder_is_split_without_overlap_or_loss(faces_folder: Path) -> None:
    train, val = source.find(faces_folder, "train"), source.find(faces_folder, "val")
    assert len(val.names) == 3
    assert not set(train.names) & set(val.names)
    assert set(train.names) | set(val.names) == set(source.find(faces_folder, None).names)
    assert source.find(faces_folder, "val") == val
    assert train.crop == "centre"


def test_a_zip_is_a_folder(faces_folder: Path, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "faces.zip", "w") as archive:
        for file in faces_folder.iterdir():
            archive.write(file, file.name)
        archive.writestr("readme.txt", "no picture")
    zipped, folder = source.find(tmp_path / "faces.zip", None), source.find(faces_folder, None)
    assert zipped.names == folder.names
    with zipped.opened() as read_zip, folder.opened() as read_folder:
        assert read_zip("007.png") == read_folder("007.png")


@pytest.mark.parametrize("kind", ["missing", "empty folder", "text"])
def test_what_has_no_pictures_is_refused(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "place"
    if kind == "empty folder":
        place.mkdir()
    elif kind == "text":
        place.write_text("no zip")
    with pytest.raises(DataError, match="place"):
        source.find(place, "train")
