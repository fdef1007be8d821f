"""--download: torchvision's way to CelebA, with a host that fails as the real one does, or gives a small archive."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
import torchvision.datasets.celeba as torchvisions
from PIL import Image

from train.data import download, source
from train.data.load import load_splits
from train.data.pictures import DataError
from train.data.reading import Reading

Host = Callable[..., None]


class FileURLRetrievalError(Exception):
    """gdown's own, which is not installed."""


def give(file_id: str, root: str, filename: str, md5: str) -> None:  # noqa: ARG001 (torchvision's signature)
    """A host that has four pictures."""
    names = [f"{i:06d}.jpg" for i in range(1, 5)]
    os.makedirs(root, exist_ok=True)
    place = Path(root) / filename
    if filename.endswith(".zip"):
        Image.new("RGB", (178, 218)).save(Path(root) / "one.jpg")
        with ZipFile(place, "w") as archive:
            for name in names:
                archive.write(Path(root) / "one.jpg", f"img_align_celeba/{name}")
        return
    columns = {"list_eval_partition.txt": 1, "identity_CelebA.txt": 1, "list_bbox_celeba.txt": 4}.get(filename, 10)
    head = "" if columns == 1 else f"4\n{' '.join('abcdefghij'[:columns])}\n"
    rows = (f"{name} {' '.join(str(int(name[:6]) % 3) for _ in range(columns))}\n" for name in names)
    place.write_text(head + "".join(rows))


def fail(error: Exception) -> Host:
    def host(*_: object) -> None:
        raise error

    return host


@pytest.fixture(autouse=True)
def _trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small archive has another checksum."""
    monkeypatch.setattr(torchvisions, "check_integrity", lambda file, _: os.path.isfile(file))


def test_what_is_downloaded_is_known_as_celeba(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torchvisions, "download_file_from_google_drive", give)
    splits = load_splits(tmp_path / "faces", None, Reading(download=True, cache=tmp_path / "cache"))
    assert splits.training.names == ("000003.jpg",)
    assert splits.validation.names == ("000001.jpg", "000004.jpg")
    assert splits.training.crop == "celeba"
    monkeypatch.setattr(torchvisions, "download_file_from_google_drive", fail(AssertionError("fetched again")))
    assert source.is_celeba(tmp_path / "faces")
    download.celeba(tmp_path / "faces")
    download.celeba(tmp_path / "faces" / "celeba")


def test_pictures_that_a_kill_left_half_unpacked_are_unpacked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torchvisions, "download_file_from_google_drive", give)
    download.celeba(tmp_path)
    (tmp_path / "celeba" / "img_align_celeba" / "000004.jpg").unlink()
    download.celeba(tmp_path)
    assert len(list((tmp_path / "celeba" / "img_align_celeba").iterdir())) == 4


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileURLRetrievalError("Too many users have viewed or downloaded this file recently."), "quota"),
        (RuntimeError("File not found or corrupted."), "quota"),
        (RuntimeError("To download files from GDrive, 'gdown' is required. You can ..."), "pip install gdown"),
        (ConnectionError("Failed to resolve 'drive.google.com'"), "network"),
        (OSError(28, "No space left on device"), "disk is full"),
        (EOFError("Compressed file ended"), "unpacked"),
    ],
)
def test_a_failure_is_explained_with_what_to_do_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    monkeypatch.setattr(torchvisions, "download_file_from_google_drive", fail(error))
    with pytest.raises(DataError, match=said) as raised:
        load_splits(tmp_path / "faces", None, Reading(download=True))
    for name in ("img_align_celeba.zip", "list_eval_partition.txt", str(tmp_path / "faces" / "celeba")):
        assert name in str(raised.value)


def test_without_gdown_it_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Torchvision's own words, not ours."""
    monkeypatch.setitem(sys.modules, "gdown", None)
    with pytest.raises(DataError, match="pip install gdown"):
        download.celeba(tmp_path)


def test_only_a_folder_can_be_downloaded_into(tmp_path: Path) -> None:
    (tmp_path / "faces.zip").write_bytes(b"")
    for data in ("sprites", tmp_path / "faces.zip"):
        with pytest.raises(DataError, match="folder"):
            load_splits(data, None, Reading(download=True))
