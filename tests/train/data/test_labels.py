"""Label files as people save them: read, or refused with file, line and column."""

import csv
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import draw_face
from train.data import cache
from train.data.cache import CachedImages
from train.data.labels import read_labels
from train.data.load import find_files, load
from train.data.options import DataOptions
from train.data.pictures import DataError

NAMES = ("000001.jpg", "000002.jpg", "000003.jpg")
EXPECTED = [[1, 0], [0, 0], [1, 1]]


def build(*names: str, root: Path | None = None, listed: tuple[str, ...] = ()) -> CachedImages:
    pixels = np.zeros((len(names), 64, 64, 3), np.uint8)
    return CachedImages(pixels, names, (), "centre", root=root, listed=listed)


def write(folder: Path, content: str | bytes) -> Path:
    file = folder / "labels.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def table(delimiter: str = ",", values: tuple[str, str] = ("0", "1"), key: str = "image_id", end: str = "\n") -> str:
    rows = [[key, "Smiling", "Young"]]
    rows += [[name, *(values[label] for label in labels)] for name, labels in zip(NAMES, EXPECTED, strict=True)]
    return "".join(delimiter.join(row) + end for row in rows)


CELEBA = "3\nSmiling Young \n000001.jpg  1 -1\n000002.jpg -1 -1\n000003.jpg  1  1\n"
GOOD: dict[str, str | bytes] = {
    "plain": table(),
    "byte order mark": table().encode("utf-8-sig"),
    "semicolons": table(";"),
    "tabs": table("\t"),
    "spaces": table(" "),
    "quotes": table().replace("000001.jpg", '"000001.jpg"').replace("Young", '"Young"'),
    "spaces after commas": table(", "),
    "windows lines": table(end="\r\n"),
    "old mac lines": table(end="\r"),
    "utf-16": table().encode("utf-16"),
    "utf-16 without mark": table(";").encode("utf-16-le"),
    "utf-16 of another order": table("\t").encode("utf-16-be"),
    "excel's first line": "sep=;\r\n" + table(";", end="\r\n"),
    "a delimiter at each end": table(end=";\n", delimiter=";"),
    "empty lines": table(end="\n\n") + ",,\n",
    "celeba": CELEBA,
    "celeba of windows": CELEBA.replace("\n", "\r\n").encode("utf-8-sig"),
    "celeba without count": CELEBA[2:],
    "-1 and 1": table(values=("-1", "1")),
    "words": table(values=("False", "TRUE")),
    "yes and no": table(values=("no", "Yes")),
    "floats": table(";", values=("0.0", "1,0")),
    "file_name": table(key="file_name"),
    "no line end": table().rstrip("\n"),
}


@pytest.mark.parametrize("kind", GOOD)
def test_labels_are_read_however_they_were_saved(tmp_path: Path, kind: str) -> None:
    (labelled,) = read_labels(write(tmp_path, GOOD[kind]), build(*NAMES))
    assert labelled.names == ("Smiling", "Young")
    assert labelled.labels.tolist() == EXPECTED


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (table().replace("000002.jpg,0,0", "000002.jpg,0"), r"labels\.csv, line 3, column 3 \(Young\): the row ends"),
        (
            table().replace("000002.jpg,0,0", "000002.jpg,0,0,1"),
            "line 3, column 4: the header has 3 columns",
        ),
        (table().replace("000002.jpg,0,0", "000002.jpg,,0"), r"line 3, column 2 \(Smiling\): '' is no label"),
        (table().replace("000002.jpg,0,0", "000002.jpg,0,maybe"), r"line 3, column 3 \(Young\): 'maybe' is no label"),
        (table().replace("000002.jpg,0,0", "000002.jpg,0,2"), "line 3, column 3 .*'2' is no label"),
        (table().replace("000002.jpg,0,0", "000002.jpg,nan,0"), "line 3, column 2 .*'nan' is no label"),
        (table().replace("000002.jpg,0,0", ",0,0"), r"line 3, column 1 \(image_id\): no picture is named"),
        (table().replace("000002.jpg,0,0", "000002.jpg,0,-1"), r"line 3, column 3 \(Young\): this column has 0 and -1"),
        (table().replace("Young", "Smiling"), r"line 1, column 3 \(Smiling\): two columns"),
        (table().replace("Smiling", ""), "line 1, column 2.*no title"),
        (table() + "000001.jpg,0,0\n", r"line 5, column 1 \(image_id\): 000001\.jpg has other labels in line 2"),
        (table().replace("000002.jpg,0,0", '"000002.jpg"x,0,0'), "line 3: this row is damaged"),
        (table() + '"000004.jpg,0,1\n', "line 5: this row is damaged"),
        ("", "is empty: it needs a column image_id"),
        ("\n \n", "is empty"),
        ("image_id\n000001.jpg\n", "line 1: needs a column image_id and a column for each attribute"),
        ("name,Odd\n", "line 1: needs a column image_id"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01", "not a CSV file"),
        (bytes([0xFF, 0xD8, 0xFF, 0xFE]), "not a CSV file"),
        (b"PK\x03\x04" + bytes(range(30)), "not a CSV file"),
        (table().encode("utf-16")[:-1], "not a CSV file"),
        (table().replace("Young", "J\u00fcnger").encode("latin-1"), r"line 1, column 3 \(J\\xfcnger\): .* not UTF-8"),
    ],
)
def test_a_damaged_file_is_refused_with_line_and_column(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_labels(write(tmp_path, content), build(*NAMES))


def assign(folder: Path, keys: dict[str, int], *parts: CachedImages) -> list[list[int]]:
    """Return the labels that images get from a file with these keys."""
    file = folder / "labels.csv"
    with file.open("w", newline="", encoding="utf-8", errors="surrogateescape") as stream:
        csv.writer(stream).writerows([["image_id", "Odd"], *keys.items()])
    return [part.labels[:, 0].int().tolist() for part in read_labels(file, *parts)]


FOLDERS = ("anna/001.jpg", "bert/001.jpg", "001.jpg")


def test_a_label_belongs_to_the_path_then_the_name_then_the_stem(tmp_path: Path) -> None:
    assert assign(tmp_path, {"anna/001.jpg": 1, "bert/001.jpg": 0, "001.jpg": 1}, build(*FOLDERS)) == [[1, 0, 1]]
    assert assign(tmp_path, {"002.jpg": 1, "002": 0}, build("anna/002.jpg")) == [[1]]
    assert assign(tmp_path, {"002": 0, "x/002.jpg": 0, "anna/002.jpg": 1}, build("anna/002.jpg")) == [[1]]
    assert assign(tmp_path, {"002": 1, "anna/003.png": 1}, build("anna/002.jpg", "anna/003.jpg")) == [[1, 1]]
    assert assign(tmp_path, {"001.png": 0, "001.jpg": 1}, build("001.jpg", "001.png")) == [[1, 0]]
    assert assign(tmp_path, {"v1.2": 1, "v1": 0}, build("v1.2.png", "v1.png")) == [[1, 0]]


@pytest.mark.parametrize("key", ["001.jpg", "001", "001.png"])
def test_a_key_that_fits_several_images_is_refused(tmp_path: Path, key: str) -> None:
    pictures = build("anna/001.jpg", "bert/001.jpg")
    with pytest.raises(DataError, match=r"labels\.csv, line 2, column 1 \(image_id\): 001.* fits 2 pictures"):
        assign(tmp_path, {key: 1}, pictures)


def test_a_key_that_fits_an_image_of_another_split_is_refused(tmp_path: Path) -> None:
    """The other image may also be one that cannot be used."""
    part = build("anna/001.jpg", listed=("anna/001.jpg", "bert/001.jpg"))
    with pytest.raises(DataError, match="fits 2 pictures"):
        assign(tmp_path, {"001.jpg": 1}, part)


def test_keys_are_found_with_other_separators_and_folders_above(tmp_path: Path) -> None:
    root = tmp_path / "faces"
    keys = {"anna\\001.jpg": 1, "./bert//001.jpg": 0}
    assert assign(tmp_path, keys, build(*FOLDERS[:2])) == [[1, 0]]
    assert assign(tmp_path, {"faces/001.jpg": 1, "other/001.jpg": 0}, build("001.jpg", root=root)) == [[1]]
    assert assign(tmp_path, {str(root / "001.jpg"): 1}, build("001.jpg", root=root)) == [[1]]
    assert assign(tmp_path, {"faces/001.jpg": 1}, build("001.jpg", root=tmp_path / "faces.zip")) == [[1]]
    assert assign(tmp_path, {"anna/001.jpg": 1}, build("faces/anna/001.jpg")) == [[1]]
    assert assign(tmp_path, {"anna/001.jpg": 1}, build("faces\\anna\\001.jpg")) == [[1]]
    with pytest.raises(DataError, match="no row for 1 of 1"):
        assign(tmp_path, {"other/001.jpg": 1}, build("001.jpg", root=root))


def test_names_with_any_letters_are_found(tmp_path: Path) -> None:
    composed = unicodedata.normalize("NFC", "M\u00fcller.jpg")
    assert assign(tmp_path, {composed: 1}, build(unicodedata.normalize("NFD", composed))) == [[1]]
    assert assign(tmp_path, {"kaputt\udcfc.jpg": 1}, build("kaputt\udcfc.jpg")) == [[1]]
    file = write(tmp_path, "image_id,Odd\nM\u00fcller.jpg,1\n".encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8: save it as UTF-8"):
        read_labels(file, build(composed))


def test_images_without_a_row_are_counted_and_other_rows_ignored(tmp_path: Path) -> None:
    assert assign(tmp_path, {"a.jpg": 1, "gone.jpg": 0}, build("a.jpg")) == [[1]]
    with pytest.raises(DataError, match=r"labels\.csv has no row for 2 of 3 pictures; the first: b\.jpg"):
        assign(tmp_path, {"a.jpg": 1}, build("a.jpg", "b.jpg", "c.jpg"))
    with pytest.raises(DataError, match="no file"):
        read_labels(tmp_path / "nowhere.csv", build("a.jpg"))


def test_rows_that_label_images_of_two_data_sets_are_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = (build("001.jpg", root=tmp_path / "train"), build("001.jpg", root=tmp_path / "val"))
    assert assign(tmp_path, {"train/001.jpg": 1, "val/001.jpg": 0}, *parts) == [[1], [0]]
    assert not capsys.readouterr().err
    assert assign(tmp_path, {"001": 1}, *parts) == [[1], [1]]
    assert "1 rows label a picture in each of two data sets" in capsys.readouterr().err


def test_labels_of_a_loaded_folder_follow_its_images(tmp_path: Path) -> None:
    for name in ("anna", "bert"):
        (tmp_path / "faces" / name).mkdir(parents=True)
        for seed in range(10):
            draw_face(seed).save(tmp_path / "faces" / name / f"{seed}.png")
    parts = [load(tmp_path / "faces", split, DataOptions(cache=tmp_path)) for split in ("train", "val")]
    keys = {f"{name}/{seed}.png": int(name == "anna") for name in ("anna", "bert") for seed in range(10)}
    expected = [[int("anna" in name) for name in part.names] for part in parts if isinstance(part, CachedImages)]
    images = [part for part in parts if isinstance(part, CachedImages)]
    assert assign(tmp_path, keys, *images) == expected
    with pytest.raises(DataError, match="fits 2 pictures"):
        assign(tmp_path, {f"{seed}.png": 1 for seed in range(10)}, *images)


def test_labels_are_matched_by_file_name_and_missing_rows_are_reported(
    faces_folder: Path, faces_cache: Path, tmp_path: Path
) -> None:
    faces = cache.load(find_files(faces_folder, "all", DataOptions()), faces_cache)
    file = tmp_path / "labels.csv"
    rows = [[Path(name).stem, "train", i % 2, -1] for i, name in enumerate(faces.names)]
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([["image_id", "split", "Odd", "Never"], *rows[::-1]])
    (labelled,) = read_labels(file, faces)
    assert labelled.names == ("Odd", "Never")
    assert labelled.labels[:, 0].tolist() == [i % 2 for i in range(len(faces))]
    assert not labelled.labels[:, 1].any()
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([["image_id", "Odd"], *([row[0], row[2]] for row in rows[1:])])
    with pytest.raises(DataError, match="no row for 1 of 60 pictures"):
        read_labels(file, faces)
    file.write_text("name,Odd\n")
    with pytest.raises(DataError, match="needs a column image_id"):
        read_labels(file, faces)
    with pytest.raises(DataError, match="no file"):
        read_labels(tmp_path / "nowhere.csv", faces)


def test_a_label_that_is_no_number_is_reported(faces_folder: Path, faces_cache: Path, tmp_path: Path) -> None:
    faces = cache.load(find_files(faces_folder, "all", DataOptions()), faces_cache)
    file = tmp_path / "labels.csv"
    for wrong, sentence in (("maybe", "'maybe'"), ("", "''")):
        file.write_text("image_id,Odd\n" + "".join(f"{name},{wrong}\n" for name in faces.names))
        with pytest.raises(DataError, match=sentence):
            read_labels(file, faces)
    file.write_bytes(bytes([0xFF, 0xD8, 0xFF, 0xFE]))
    with pytest.raises(DataError, match="not a CSV file"):
        read_labels(file, faces)
