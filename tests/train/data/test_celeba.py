"""CelebA's folder layout, and --download with a host that fails like the real one or serves a small archive."""

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
import torchvision.datasets.celeba as torchvisions
from PIL import Image

from train.data import cache, celeba
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


ROWS = "000001.jpg 0\n000002.jpg 1\n000003.jpg 2\n000004.jpg 0\n000005.jpg 0\n"
CSV = "image_id,partition\n" + ROWS.replace(" ", ",")
# for each layout: where the frames are, where the partition is, and the path that the user names
LAYOUTS = {
    "host": ("Img/img_align_celeba/{}", "Eval/list_eval_partition.txt", "."),
    "host's png": ("Img/img_align_celeba_png/{}", "Eval/list_eval_partition.txt", "."),
    "kaggle": ("img_align_celeba/img_align_celeba/{}", "list_eval_partition.csv", "."),
    "torchvision": ("celeba/img_align_celeba/{}", "celeba/list_eval_partition.txt", "."),
    "torchvision's inner": ("celeba/img_align_celeba/{}", "celeba/list_eval_partition.txt", "celeba"),
    "deeper": ("a/b/img_align_celeba/{}", "a/b/list_eval_partition.txt", "."),
    "upper case": ("IMG/IMG_ALIGN_CELEBA/{}", "EVAL/LIST_EVAL_PARTITION.TXT", "."),
    "frames beside their partition": ("pictures/{}", "pictures/list_eval_partition.txt", "pictures"),
    "inner folder of the host": ("Img/img_align_celeba/{}", "Eval/list_eval_partition.txt", "Img/img_align_celeba"),
    "inner folder of kaggle": (
        "img_align_celeba/img_align_celeba/{}",
        "list_eval_partition.csv",
        "img_align_celeba/img_align_celeba",
    ),
    "renamed inner folder": ("frames/{}", "list_eval_partition.txt", "frames"),
    "sorted into classes": ("men/{}", "list_eval_partition.txt", "."),
}


def write_layout(root: Path, pictures: str, partition: str, size: tuple[int, int] = (178, 218)) -> None:
    for i in range(1, 5):
        file = root / pictures.format(f"{i:06d}.{'png' if '_png' in pictures else 'jpg'}")
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size).save(file)
    if partition:
        (root / partition).parent.mkdir(parents=True, exist_ok=True)
        (root / partition).write_text(CSV if partition.endswith("csv") else ROWS, encoding="utf-8")


def pack(root: Path, archive: Path, start: str = "", separator: str = "/") -> Path:
    with ZipFile(archive, "w") as file:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                file.write(path, (start + path.relative_to(root).as_posix()).replace("/", separator))
                file.writestr(f"__MACOSX/{path.relative_to(root).parent.as_posix()}/._{path.name}", "resource fork")
    return archive


def split_numbers(path: Path, options: DataOptions = DEFAULTS) -> tuple[list[str], list[str], str]:
    """Return the stems of the training and of the validation images, and the crop."""
    files = find_files(path, "train", options)
    stems = [[re.split(r"[/\\\\]", name)[-1][:6] for name in part] for part in (files.training, files.validation)]
    return stems[0], stems[1], files.preprocessing


OWN_SPLITS = (["000001", "000004"], ["000002"], "celeba")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_of_celeba_has_its_own_splits(tmp_path: Path, layout: str) -> None:
    pictures, partition, path = LAYOUTS[layout]
    write_layout(tmp_path, pictures, partition)
    assert split_numbers(tmp_path / path) == OWN_SPLITS
    assert celeba.is_celeba(tmp_path / path)
    images = cache.load(find_files(tmp_path / path, "all", DEFAULTS), tmp_path / "cache")
    assert len(images) == 3


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("separator", ["/", "\\"])
def test_every_layout_of_celeba_is_recognised_in_a_zip(tmp_path: Path, layout: str, separator: str) -> None:
    write_layout(tmp_path / "in", *LAYOUTS[layout][:2])
    archive = pack(tmp_path / "in", tmp_path / "archive.zip", "one deeper/", separator)
    assert split_numbers(archive) == OWN_SPLITS
    assert len(cache.load(find_files(archive, "all", DEFAULTS), tmp_path / "cache")) == 3


@pytest.mark.parametrize("path", ["", "Img", "Img/img_align_celeba.zip"])
def test_the_archive_of_celeba_need_not_be_unpacked(tmp_path: Path, path: str) -> None:
    write_layout(tmp_path / "in", "img_align_celeba/{}", "")
    for folder in ("Img", "Eval"):
        (tmp_path / "out" / folder).mkdir(parents=True)
    pack(tmp_path / "in", tmp_path / "out/Img/img_align_celeba.zip")
    (tmp_path / "out/Eval/list_eval_partition.txt").write_text(ROWS, encoding="utf-8")
    assert split_numbers(tmp_path / "out" / path) == OWN_SPLITS
    assert len(cache.load(find_files(tmp_path / "out" / path, "all", DEFAULTS), tmp_path / "cache")) == 3


@pytest.mark.parametrize("pictures", ["img_align_celeba/{}", "Img/img_align_celeba/{}", "frames/{}", "{}"])
@pytest.mark.parametrize("packed", [False, True])
def test_celebas_frames_without_the_partition_train_only_by_request(
    tmp_path: Path, pictures: str, packed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "outer" / "out" / "in"
    write_layout(path, pictures, "")
    if packed:
        path = pack(path, tmp_path / "outer" / "out" / "img_align_celeba.zip")
    for options in (DEFAULTS, DataOptions(crop="celeba")):
        with pytest.raises(DataError, match=r"list_eval_partition\.txt is missing.*mmlab.*--crop centre"):
            find_files(path, "train", options)
    centre = find_files(path, "train", DataOptions(crop="centre"))
    assert (len(centre.training), len(centre.validation), centre.preprocessing) == (3, 1, "centre")
    assert not capsys.readouterr().err
    assert find_files(path, "all", DEFAULTS).preprocessing == "celeba"  # to score them, for example
    assert "all of them are used, with the report's crop" in capsys.readouterr().err


def test_celebas_frames_that_were_separated_by_hand_need_an_explicit_crop(tmp_path: Path) -> None:
    for name in ("train", "val"):
        write_layout(tmp_path / name, "{}", "")
    paths = tmp_path / "train", tmp_path / "val"
    with pytest.raises(DataError, match="list_eval_partition"):
        load_splits(*paths, DataOptions(cache=tmp_path / "cache"))
    splits = load_splits(*paths, DataOptions(cache=tmp_path / "cache", crop="celeba"))
    assert (len(splits.training), len(splits.validation)) == (4, 4)


def test_frames_of_celebas_size_with_other_names_are_mentioned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (178, 218)).save(tmp_path / "anna.jpg")
    assert find_files(tmp_path, "all", DEFAULTS).preprocessing == "centre"
    assert "178 x 218 pixels, the size of CelebA's frames" in capsys.readouterr().err
    find_files(tmp_path, "all", DataOptions(crop="centre"))
    assert not capsys.readouterr().err
    assert not celeba.is_celeba(tmp_path)


def test_numbered_pictures_of_another_size_are_any_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_layout(tmp_path, "{}", "", size=(64, 64))
    assert find_files(tmp_path, "train", DEFAULTS).preprocessing == "centre"
    assert not celeba.is_celeba(tmp_path)
    assert not capsys.readouterr().err


def test_pictures_that_are_not_aligned_keep_celebas_splits(tmp_path: Path) -> None:
    write_layout(tmp_path, "img_celeba/{}", "list_eval_partition.txt", size=(409, 687))
    with pytest.raises(DataError, match=r"409 x 687\): choose --crop centre or --align"):
        find_files(tmp_path, "train", DEFAULTS)
    assert split_numbers(tmp_path, DataOptions(crop="centre")) == (*OWN_SPLITS[:2], "centre")
    assert split_numbers(tmp_path, DataOptions(align=True)) == (*OWN_SPLITS[:2], "aligned")


def test_missing_pictures_of_celeba_are_named(tmp_path: Path) -> None:
    (tmp_path / "Eval").mkdir()
    (tmp_path / "Eval/list_eval_partition.txt").write_text(ROWS, encoding="utf-8")
    with pytest.raises(DataError, match=r"none of CelebA's pictures: unpack img_align_celeba\.zip"):
        find_files(tmp_path, "train", DEFAULTS)
    Image.new("RGB", (178, 218)).save(tmp_path / "000009.jpg")
    with pytest.raises(DataError, match="None of the pictures listed"):
        find_files(tmp_path, "train", DEFAULTS)


def test_files_beside_celebas_frames_are_counted(frames: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (frames / "list_attr_celeba.txt").write_text("1\n", encoding="utf-8")
    Image.new("RGB", (178, 218)).save(frames / "img_align_celeba" / "000009.jpg")
    cache.load(find_files(frames, "train", DEFAULTS), frames / "cache")
    err = capsys.readouterr().err
    assert "3 files are passed over: 1 of CelebA's test split, 1 not in the partition, 1 .txt" in err


PARTITIONS: dict[str, bytes] = {
    "byte order mark": ROWS.encode("utf-8-sig"),
    "csv of windows": CSV.replace("\n", "\r\n").encode("utf-8-sig"),
    "csv without header": ROWS.replace(" ", ",").encode(),
    "semicolons": CSV.replace(",", ";").encode(),
    "quotes": CSV.replace("000001.jpg", '"000001.jpg"').encode(),
    "several spaces": ROWS.replace(" ", "   ").encode(),
    "tabs": ROWS.replace(" ", "\t").encode(),
    "utf-16": ROWS.encode("utf-16"),
    "no line end": ROWS.rstrip().encode(),
    "empty lines": ROWS.replace("\n", "\n\n").encode(),
    "folders in the names": ROWS.replace("0000", "img_align_celeba\\0000").encode(),
}


@pytest.mark.parametrize("kind", PARTITIONS)
def test_a_partition_is_read_however_it_was_saved(frames: Path, kind: str) -> None:
    (frames / "list_eval_partition.txt").write_bytes(PARTITIONS[kind])
    assert split_numbers(frames) == OWN_SPLITS


@pytest.mark.parametrize("text", ["000005.jpg", "000005.jpg ", "000005.jp", "00", "000005.jpg 3", "000005.jpg 0 1"])
def test_a_damaged_line_of_the_partition_is_named(frames: Path, text: str) -> None:
    for position, rows in ((5, ROWS[:-13] + text), (1, f"{text}\n{ROWS}")):
        (frames / "list_eval_partition.txt").write_text(rows, encoding="utf-8")
        with pytest.raises(DataError, match=rf"list_eval_partition\.txt, line {position}: .* expected"):
            find_files(frames, "train", DEFAULTS)


def test_a_picture_in_two_splits_is_refused(frames: Path) -> None:
    (frames / "list_eval_partition.txt").write_text(ROWS + "000001.jpg 2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"line 6: 000001\.jpg is in another split"):
        find_files(frames, "train", DEFAULTS)


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
