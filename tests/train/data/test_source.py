import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from train.data import source
from train.data.decode import decode
from train.data.load import load_splits
from train.data.pictures import DataError
from train.data.reading import Reading
from train.data.sources import Files


def names(found: Files) -> list[str]:
    return [*found.training, *found.validation]


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
    found = source.find(celeba, "train")
    assert found.training == ("000001.jpg", "000004.jpg")
    assert found.validation == ("000002.jpg",)
    assert found.treatment == "celeba"


def test_celebas_test_split_is_never_used(celeba: Path) -> None:
    assert "000003.jpg" not in names(source.find(celeba, None))


@pytest.mark.parametrize("layout", ["torchvision", "a folder in a folder", "csv"])
def test_celeba_is_known_as_others_lay_it_out(
    celeba: Path, tmp_path_factory: pytest.TempPathFactory, layout: str
) -> None:
    expected, place = names(source.find(celeba, None)), tmp_path_factory.mktemp("other")
    if layout == "torchvision":
        shutil.move(celeba, place / "celeba")
    else:
        shutil.copytree(celeba / "img_align_celeba", place / "img_align_celeba" / "img_align_celeba")
        rows = (celeba / "list_eval_partition.txt").read_text()
        if layout == "csv":
            rows = "image_id,partition\n" + rows.replace(" ", ",")
        (place / f"list_eval_partition.{'csv' if layout == 'csv' else 'txt'}").write_text(rows)
    assert source.is_celeba(place)
    assert names(source.find(place, None)) == expected


def test_celebas_frames_are_not_aligned_again(celeba: Path) -> None:
    with pytest.raises(DataError, match="--align"):
        source.find(celeba, None, align=True)


def test_celeba_without_its_partition_is_refused(celeba: Path) -> None:
    (celeba / "list_eval_partition.txt").unlink()
    with pytest.raises(DataError, match="list_eval_partition"):
        source.find(celeba, "train")


def test_another_folder_is_split_without_overlap_or_loss(faces_folder: Path) -> None:
    found, everything = source.find(faces_folder, "train"), sorted(file.name for file in faces_folder.iterdir())
    assert len(found.validation) == 3
    assert sorted(names(found)) == everything == names(source.find(faces_folder, None))
    assert list(found.training) == [name for name in everything if name not in found.validation]
    assert found.treatment == "centre"
    assert source.find(faces_folder, None, align=True).treatment == "aligned"


def test_what_is_asked_for_changes_no_split(faces_folder: Path) -> None:
    parts = [source.find(faces_folder, split) for split in ("train", "val")]
    assert len({(part.training, part.validation) for part in parts}) == 1
    assert parts[0].facts() == parts[1].facts()


def test_a_zip_is_a_folder(faces_folder: Path, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "faces.zip", "w") as archive:
        for file in faces_folder.iterdir():
            archive.write(file, file.name)
        archive.writestr("readme.txt", "no picture")
    zipped, folder = source.find(tmp_path / "faces.zip", None), source.find(faces_folder, None)
    assert (zipped.training, zipped.validation) == (folder.training, folder.validation)
    for ours, theirs in zip(zipped.chunks(50, 8), folder.chunks(50, 8), strict=True):
        assert decode(ours, "centre") == decode(theirs, "centre")


def test_what_macos_puts_beside_pictures_is_none(faces_folder: Path, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "faces.zip", "w") as archive:
        archive.write(faces_folder / "001.png", "faces/001.png")
        archive.writestr("__MACOSX/faces/._001.png", "resource fork")
    assert names(source.find(tmp_path / "faces.zip", None)) == ["faces/001.png"]


def test_validation_pictures_never_train(faces_folder: Path, tmp_path: Path) -> None:
    """A --val that lies in --data, or the other way round, is refused."""
    (tmp_path / "all" / "val").mkdir(parents=True)
    shutil.copy(faces_folder / "001.png", tmp_path / "all" / "val")
    reading, around, inside = Reading(cache=tmp_path / "cache"), tmp_path / "all", tmp_path / "all" / "val"
    for data, val in ((around, inside), (inside, around), (around, around), ("sprites", "sprites")):
        with pytest.raises(DataError, match="valid"):
            load_splits(data, val, reading)
    splits = load_splits(faces_folder, None, reading)
    assert not set(splits.training.names) & set(splits.validation.names)
    assert len(splits.training) + len(splits.validation) == 60


@pytest.mark.parametrize("kind", ["missing", "empty folder", "text"])
def test_what_has_no_pictures_is_refused(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "place"
    if kind == "empty folder":
        place.mkdir()
    elif kind == "text":
        place.write_text("no zip")
    with pytest.raises(DataError, match="place"):
        source.find(place, "train")
