"""Damaged labels, partitions and folders: labels and splits, or a sentence with the file."""

import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.fuzz.damage import CHANGES, Change, change
from tests.fuzz.law import limits, require_sentence
from tests.fuzz.picture_files import encode
from train.data.cache import CachedImages
from train.data.celeba import read_partition
from train.data.labels import read_labels
from train.data.load import find_files
from train.data.options import DataOptions, Split
from train.errors import UserError

pytestmark = pytest.mark.processes

NAMES = ("000001.jpg", "anna/001.jpg", "bert/001.jpg", "café.png")
FILE = Path("labels.csv")
KEY = st.one_of(
    st.sampled_from((*NAMES, "001.jpg", "000001", "anna\\001.jpg", "cafe\u0301.png", "")), st.text(max_size=8)
)
LABEL = st.one_of(st.sampled_from(("0", "1", "-1", "true", "No", "1.0", "\u22121", "")), st.text(max_size=4))
TITLE = st.one_of(st.sampled_from(("image_id", "Smiling", "Male", "split", "")), st.text(max_size=5))
DELIMITER = st.sampled_from(",;\t| ")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252")
ENCODING = st.sampled_from(ENCODINGS)
NEWLINE = st.sampled_from(("\n", "\r\n", "\r"))
ROWS = st.lists(st.tuples(KEY, LABEL, LABEL), max_size=6)
PART = st.one_of(st.sampled_from("0123"), LABEL)


def check(read: Callable[[], object]) -> None:
    """Check the law for a file that is read."""
    with limits(), redirect_stderr(StringIO()):  # notes for the terminal
        try:
            read()
        except UserError as error:
            require_sentence(error)


def write(lines: list[str], newline: str, encoding: str) -> bytes:
    """Encode lines; letters that the encoding does not have are left out."""
    return newline.join(lines).encode(encoding, "ignore")


@given(
    titles=st.tuples(TITLE, TITLE, TITLE),
    rows=ROWS,
    delimiter=DELIMITER,
    newline=NEWLINE,
    encoding=ENCODING,
    before=st.sampled_from(("", "sep=;\n", "4\n", "\n\n", '"')),
    changes=CHANGES,
)
@example(("image_id", "Smiling", "Male"), [("000001.jpg", "1", "0")] * 2, ",", "\n", "utf-8", "", [])
def test_changed_labels(
    titles: tuple[str, str, str],
    rows: list[tuple[str, str, str]],
    delimiter: str,
    newline: str,
    encoding: str,
    before: str,
    changes: list[Change],
) -> None:
    text = write([before + delimiter.join(titles), *map(delimiter.join, rows)], newline, encoding)
    pixels = np.zeros((len(NAMES), 64, 64, 3), np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "labels.csv")
        file.write_bytes(change(text, changes))
        check(lambda: read_labels(file, CachedImages(pixels, NAMES, (), None)))


@given(
    rows=st.lists(st.tuples(KEY, PART), max_size=6),
    delimiter=DELIMITER,
    newline=NEWLINE,
    encoding=ENCODING,
    changes=CHANGES,
)
@example([("000001.jpg", "0"), ("000002.jpg", "")], " ", "\n", "utf-8", [])  # the download broke off
def test_changed_partitions(
    rows: list[tuple[str, str]], delimiter: str, newline: str, encoding: str, changes: list[Change]
) -> None:
    data = change(write([delimiter.join(row) for row in rows], newline, encoding), changes)
    check(lambda: read_partition(FILE, data))


FILE_NAME = st.one_of(
    st.sampled_from(
        (
            "000001.jpg",
            "img_align_celeba/000001.jpg",
            "img_align_celeba/img_align_celeba/000002.jpg",
            "Img/img_align_celeba.zip",
            "Eval/list_eval_partition.txt",
            "list_eval_partition.csv",
            "notes.txt",
            "a.HEIC",
            "../x.jpg",
            "/x.png",
            "a\\b.png",
            "b/",
        )
    ),
    st.text(min_size=1, max_size=12),
    st.text(min_size=1, max_size=6).map(lambda stem: f"{stem}.png"),
)
CONTENTS = st.one_of(
    st.sampled_from((b"", encode("PNG", "RGB", 0), encode("JPEG", "RGB", 0), b"000001.jpg 0\n000002.jpg 1\n")),
    st.binary(max_size=30),
)
SPLIT = st.sampled_from(("train", "val", "all"))
OPTIONS = st.sampled_from(
    (DataOptions(), DataOptions(crop="centre"), DataOptions(crop="celeba"), DataOptions(align=True))
)
MEMBERS = st.lists(st.tuples(FILE_NAME, CONTENTS), min_size=1, max_size=5)


@given(members=MEMBERS, changes=CHANGES, split=SPLIT, options=OPTIONS)
def test_changed_zips(
    members: list[tuple[str, bytes]], changes: list[Change], split: Split, options: DataOptions
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "pictures.zip")
        with ZipFile(path, "w") as archive:
            for name, data in {name.encode("utf-8", "ignore").decode(): data for name, data in members}.items():
                archive.writestr(name.replace("\0", "") or "x", data)
        path.write_bytes(change(path.read_bytes(), changes))
        check(lambda: find_files(path, split, options))


@given(members=MEMBERS, split=SPLIT, options=OPTIONS)
@example([("a.jp\x1b", b"")], "all", DataOptions())  # an ending that a terminal obeys
def test_any_folders(members: list[tuple[str, bytes]], split: Split, options: DataOptions) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "pictures")
        root.mkdir()
        for name, data in members:
            path = root / name.encode("utf-8", "ignore").decode().replace("\0", "").strip("/").replace("..", "")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            except OSError:  # a file and a folder of the same name
                continue
        check(lambda: find_files(root, split, options))
