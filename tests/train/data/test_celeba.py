"""CelebA's folder layout, and --download with a host that fails like the real one or serves a small archive."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
import torchvision.datasets.celeba as torchvisions
from PIL import Image

from train.data import celeba
from train.data.cache import CachedImages
from train.data.load import find_files, load_splits
from train.data.options import DataOptions
from train.data.pictures import DataError
from train.data.sources import Files

DEFAULTS = DataOptions()

Host = Callable[..., None]


def list_names(files: Files) -> list[str]:
    return [*files.training, *files.validation]


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    """Write CelebA's layout: four frames, one of them in the test split; a fifth is listed and missing."""
    (tmp_path / "img_align_celeba").mkdir()
    for i in range(1, 5):
        Image.new("RGB", (178, 218)).save(tmp_path / "img_align_celeba" / f"{i:06d}.jpg")
    (tmp_path / "list_eval_partition.txt").write_text(
        "000001.jpg 0\n000002.jpg 1\n000003.jpg 2\n000004.jpg 0\n000005.jpg 0\n"
    )
    return tmp_path


def test_celeba_has_its_own_splits_and_the_reports_crop(frames: Path) -> None:
    files = find_files(frames, "train", DEFAULTS)
    assert files.training == ("000001.jpg", "000004.jpg")
    assert files.validation == ("000002.jpg",)
    assert files.preprocessing == "celeba"


def test_celebas_test_split_is_never_used(frames: Path) -> None:
    assert "000003.jpg" not in list_names(find_files(frames, "all", DEFAULTS))


@pytest.mark.parametrize("layout", ["torchvision", "nested", "csv"])
def test_celeba_is_recognised_in_other_layouts(
    frames: Path, tmp_path_factory: pytest.TempPathFactory, layout: str
) -> None:
    expected, path = list_names(find_files(frames, "all", DEFAULTS)), tmp_path_factory.mktemp("other")
    if layout == "torchvision":
        shutil.move(frames, path / "celeba")
    else:
        shutil.copytree(frames / "img_align_celeba", path / "img_align_celeba" / "img_align_celeba")
        rows = (frames / "list_eval_partition.txt").read_text()
        if layout == "csv":
            rows = "image_id,partition\n" + rows.replace(" ", ",")
        (path / f"list_eval_partition.{'csv' if layout == 'csv' else 'txt'}").write_text(rows)
    assert celeba.is_celeba(path)
    assert list_names(find_files(path, "all", DEFAULTS)) == expected


def test_celebas_frames_are_not_aligned_again(frames: Path) -> None:
    with pytest.raises(DataError, match="--align"):
        find_files(frames, "all", DataOptions(align=True))


def test_celeba_without_its_partition_is_an_error(frames: Path) -> None:
    (frames / "list_eval_partition.txt").unlink()
    with pytest.raises(DataError, match="list_eval_partition"):
        find_files(frames, "train", DEFAULTS)


class FileURLRetrievalError(Exception):
    """gdown's own exception; gdown is not installed."""


def serve(file_id: str, root: str, filename: str, md5: str) -> None:  # noqa: ARG001 (torchvision's signature)
    """Imitate a host that has four images."""
    names = [f"{i:06d}.jpg" for i in range(1, 5)]
    os.makedirs(root, exist_ok=True)
    file = Path(root) / filename
    if filename.endswith(".zip"):
        Image.new("RGB", (178, 218)).save(Path(root) / "one.jpg")
        with ZipFile(file, "w") as archive:
            for name in names:
                archive.write(Path(root) / "one.jpg", f"img_align_celeba/{name}")
        return
    columns = {"list_eval_partition.txt": 1, "identity_CelebA.txt": 1, "list_bbox_celeba.txt": 4}.get(filename, 10)
    head = "" if columns == 1 else f"4\n{' '.join('abcdefghij'[:columns])}\n"
    rows = (f"{name} {' '.join(str(int(name[:6]) % 3) for _ in range(columns))}\n" for name in names)
    file.write_text(head + "".join(rows))


def fail(error: Exception) -> Host:
    def host(*_: object) -> None:
        raise error

    return host


@pytest.fixture(autouse=True)
def _accept_any_checksum(monkeypatch: pytest.MonkeyPatch) -> None:
    """Accept the small archive, which has another checksum than CelebA's."""
    monkeypatch.setattr(torchvisions, "check_integrity", lambda file, _: os.path.isfile(file))


def test_a_download_is_loaded_as_celeba_and_not_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torchvisions, "download_file_from_google_drive", serve)
    splits = load_splits(tmp_path / "faces", None, DataOptions(cache=tmp_path / "cache"), download=True)
    assert isinstance(splits.training, CachedImages)
    assert isinstance(splits.validation, CachedImages)
    assert splits.training.names == ("000003.jpg",)
    assert splits.validation.names == ("000001.jpg", "000004.jpg")
    assert splits.training.crop == "celeba"
    monkeypatch.setattr(torchvisions, "download_file_from_google_drive", fail(AssertionError("downloaded again")))
    assert celeba.is_celeba(tmp_path / "faces")
    celeba.download(tmp_path / "faces")
    celeba.download(tmp_path / "faces" / "celeba")


def test_images_half_unpacked_by_a_kill_are_unpacked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torchvisions, "download_file_from_google_drive", serve)
    celeba.download(tmp_path)
    (tmp_path / "celeba" / "img_align_celeba" / "000004.jpg").unlink()
    celeba.download(tmp_path)
    assert len(list((tmp_path / "celeba" / "img_align_celeba").iterdir())) == 4


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (FileURLRetrievalError("Too many users have viewed or downloaded this file recently."), "quota"),
        (RuntimeError("File not found or corrupted."), "quota"),
        (RuntimeError("To download files from GDrive, 'gdown' is required. You can ..."), "pip install gdown"),
        (ConnectionError("Failed to resolve 'drive.google.com'"), "network"),
        (OSError(28, "No space left on device"), "disk is full"),
        (EOFError("Compressed file ended"), "unpacked"),
    ],
)
def test_a_failed_download_is_explained_with_manual_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    monkeypatch.setattr(torchvisions, "download_file_from_google_drive", fail(error))
    with pytest.raises(DataError, match=message) as raised:
        load_splits(tmp_path / "faces", None, DEFAULTS, download=True)
    for name in ("img_align_celeba.zip", "list_eval_partition.txt", str(tmp_path / "faces" / "celeba")):
        assert name in str(raised.value)


def test_the_message_without_gdown_is_torchvisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence that is searched for comes from the installed torchvision."""
    monkeypatch.setitem(sys.modules, "gdown", None)
    with pytest.raises(DataError, match="pip install gdown"):
        celeba.download(tmp_path)


def test_only_a_folder_can_be_downloaded_into(tmp_path: Path) -> None:
    (tmp_path / "faces.zip").write_bytes(b"")
    paths: tuple[str | Path, ...] = ("sprites", tmp_path / "faces.zip", "hub:someone/faces")
    for data in paths:
        with pytest.raises(DataError, match="folder"):
            load_splits(data, None, DEFAULTS, download=True)
