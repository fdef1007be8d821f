"""Labels of images in a CSV file or in CelebA's list_attr_celeba.txt."""

import math
import os
import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from train.data.cache import CachedImages
from train.data.pictures import DataError, Pictures, announce, printable
from train.data.tables import Row, read_rows
from train.errors import path_errors

KEYS = ("image_id", "file_name", "filename")  # titles of the column that names the images
IGNORED = "split"  # title of a column that is no attribute
WORDS = {"true": 1, "yes": 1, "false": 0, "no": 0}
NEEDED = "needs a column image_id and a column for each attribute"
ENDING = re.compile(r"\.[a-z][a-z0-9]{1,4}", re.IGNORECASE)


class Attributes(NamedTuple):
    """Labels of N images."""

    names: tuple[str, ...]  # A
    labels: Tensor  # (N, A) float64, 0 or 1


def read_labels(file: Path, *parts: Pictures) -> list[Attributes]:
    """Read the labels of the images in each part, in the order of the images.

    Labels are 0 or 1, -1 or 1, true or false, yes or no. A key in the column image_id belongs to the image with this
    path, else to the one with this name, else to the one with this name and another ending.

    Raises DataError if the file is damaged, if a key fits several images of a data set, if an image has no row, and
    for images that have factors instead of labels.
    """
    images = [part for part in parts if isinstance(part, CachedImages)]
    if len(images) < len(parts):
        raise DataError("sprites have factors, not attributes: python -m train disentangle scores them")
    if not file.is_file():
        raise DataError(f"There is no file {file}: --attributes takes a CSV file of labels")
    with path_errors():
        table = _parse(file, read_rows(file, file.read_bytes()))
    names = tuple(table.header.titles[column] for column in table.header.columns)
    return [Attributes(names, torch.from_numpy(table.labels[rows] > 0).double()) for rows in _match(table, images)]


@dataclass(frozen=True)
class Header:
    """Titles of a file's columns."""

    file: Path
    line: int
    titles: list[str]
    key: int  # number of the column that names the images, from 0 on
    columns: list[int]  # numbers of the A columns that have labels

    def locate(self, line: int, column: int) -> str:
        """Return file, line and column for the start of a message."""
        title = f" ({printable(self.titles[column])})" if column < len(self.titles) else ""
        return f"{self.file}, line {line}, column {column + 1}{title}"


class Table(NamedTuple):
    """Labels of R keys, each of which names an image."""

    header: Header
    lines: list[int]  # R
    keys: list[str]  # R, see `_normalise`
    labels: NDArray[np.int8]  # (R, A) of -1, 0, 1


class _Labels(dict[str, int]):
    """Values of the texts that label an image. Another text raises ValueError, which has it as its argument."""

    def __missing__(self, text: str) -> int:
        plain = text.casefold().replace("\u2212", "-").replace(",", ".")  # a minus sign, a decimal comma
        try:
            value = WORDS[plain] if plain in WORDS else float(plain)
        except ValueError:
            value = math.nan
        if value not in (-1, 0, 1):
            raise ValueError(text)
        self[text] = int(value)
        return self[text]


def _parse(file: Path, rows: Iterator[Row]) -> Table:
    """Convert the keys and the labels. Raises DataError with the line and column of a fault."""
    first, second = (next(rows, Row(0, [])) for _ in range(2))
    if len(first.cells) == 1 and first.cells[0].isdecimal():
        first, second = second, next(rows, Row(0, []))  # CelebA's own file begins with the number of its rows
    header = _find_columns(file, first, second)
    values, lines, keys, labels = _Labels(), [], [], array("b")
    for row in chain([second] if second.cells else [], rows):
        _check_width(header, row)
        lines.append(row.line)
        keys.append(_normalise(row.cells[header.key]))
        try:
            labels.extend([values[row.cells[column]] for column in header.columns])
        except ValueError as error:
            (text,) = error.args
            column = next(column for column in header.columns if row.cells[column] == text)
            allowed = "labels are 0 or 1, -1 or 1, true or false, yes or no"
            raise DataError(f"{header.locate(row.line, column)}: {printable(text)!r} is no label; {allowed}") from None
    table = Table(header, lines, keys, np.frombuffer(labels, np.int8).reshape(len(keys), len(header.columns)))
    _check_labels(table)
    return table


def _find_columns(file: Path, first: Row, second: Row) -> Header:
    """Read the header; `second` is the row after it."""
    line, titles = first
    if not titles:
        raise DataError(f"{file} is empty: it {NEEDED}")
    key = next((column for column, title in enumerate(titles) if title.casefold() in KEYS), None)
    if key is None and len(second.cells) == len(titles) + 1 and second.cells[-1]:
        key, titles = 0, [KEYS[0], *titles]  # CelebA's own file has no title for its keys
    if not titles[-1]:
        titles = titles[:-1]  # the line ends with a delimiter
    columns = [column for column, title in enumerate(titles) if column != key and title.casefold() != IGNORED]
    if key is None or not columns:
        hint = "" if all(title == printable(title) for title in titles) else ", and this is not a CSV file"
        raise DataError(f"{file}, line {line}: {NEEDED}{hint}")
    header = Header(file, line, titles, key, columns)
    for column, title in enumerate(titles):
        if not title:
            raise DataError(f"{header.locate(line, column)}: this column has no title")
        if title != printable(title):
            raise DataError(f"{header.locate(line, column)}: this title is not UTF-8")
        if title in titles[:column]:
            raise DataError(f"{header.locate(line, column)}: two columns have this title")
    return header


def _normalise(key: str) -> str:
    """Return a path with forward slashes and composed letters: macOS decomposes them in the names of files."""
    parts = unicodedata.normalize("NFC", key).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))


def _check_width(header: Header, row: Row) -> None:
    width, (line, cells) = len(header.titles), row
    if len(cells) < width:
        raise DataError(f"{header.locate(line, len(cells))}: the row ends before this column")
    if any(cells[width:]):
        raise DataError(f"{header.locate(line, width)}: the header has {width} columns, this row {len(cells)}")
    if not cells[header.key]:
        raise DataError(f"{header.locate(line, header.key)}: no picture is named")


def _check_labels(table: Table) -> None:
    """Raise DataError if a column has both -1 and 0, or if two rows with one key differ."""
    header, lines, keys, labels = table
    for number, column in enumerate(header.columns):
        zeros, negatives = (np.flatnonzero(labels[:, number] == value) for value in (0, -1))
        if len(zeros) and len(negatives):
            start = header.locate(lines[max(zeros[0], negatives[0])], column)
            raise DataError(f"{start}: this column has 0 and -1, and it is unclear which of them means no")
    rows: dict[str, int] = {}
    for row, key in enumerate(keys):
        other = rows.setdefault(key, row)
        if other != row and (labels[row] != labels[other]).any():
            start = header.locate(lines[row], header.key)
            raise DataError(f"{start}: {printable(key)} has other labels in line {lines[other]}")


def _match(table: Table, parts: Sequence[CachedImages]) -> list[list[int]]:
    """Return the row of every image of each part. Raises DataError if a key fits several images, or an image none."""
    matches = []
    for part in parts:
        rows, images = _assign(table, part), _full_names(part, part.names)
        missing = [name for name, image in zip(part.names, images, strict=True) if image not in rows]
        if missing:
            foreign = any(key != printable(key) for key in table.keys)
            hint = ". Names in the file are not UTF-8: save it as UTF-8" if foreign else ""
            raise DataError(
                f"{table.header.file} has no row for {len(missing)} of {len(part)} pictures; the first: "
                f"{printable(missing[0])}{hint}"
            )
        matches.append({rows[image]: image for image in images})
    _report_shared_rows(table, matches)
    return [list(match) for match in matches]


def _assign(table: Table, part: CachedImages) -> dict[str, int]:
    """Return the row of each image that has one, also of images in other splits, by its whole path."""
    header, lines, keys, labels = table
    names = part.listed or part.names
    images = _Images(_full_names(part, names), names)
    rows: dict[str, tuple[int, int]] = {}  # the rank and the row of an image's best key
    for row, key in enumerate(keys):
        rank, fitting = images.find(key)
        if len(fitting) > 1:
            examples = " and ".join(printable(names[image]) for image in fitting[:2])
            raise DataError(
                f"{header.locate(lines[row], header.key)}: {printable(key)} fits {len(fitting)} pictures, such as "
                f"{examples}: add their folders to the names"
            )
        for image in fitting:
            full = images.full_names[image]
            best, other = rows.get(full, (rank, row))
            if best == rank and (labels[row] != labels[other]).any():
                start = header.locate(lines[row], header.key)
                raise DataError(f"{start}: {printable(key)} has other labels in line {lines[other]}")
            if best >= rank:
                rows[full] = rank, row
    return {full: row for full, (_, row) in rows.items()}


def _report_shared_rows(table: Table, matches: Sequence[dict[int, str]]) -> None:
    """Print a line if a row labels an image in each of two data sets."""
    for first, second in pairwise(matches):
        shared = [row for row in first if row in second and first[row] != second[row]]
        if shared:
            examples = " and ".join(printable(match[shared[0]]) for match in (first, second))
            announce(
                f"{table.header.file}: {len(shared)} rows label a picture in each of two data sets, such as "
                f"{examples}; add folders to the names if their labels differ"
            )


def _full_names(part: CachedImages, names: Sequence[str]) -> list[str]:
    """Return the whole path of each image; a zip counts as a folder of its name."""
    if part.root is None:
        return [_normalise(name) for name in names]
    path = Path(os.path.abspath(part.root))
    root = _normalise(str(path if path.is_dir() else path.with_suffix("")))
    return [f"{root}/{_normalise(name)}" for name in names]


class _Images:
    """Images by the ends of their paths: `names` are their paths within the data set."""

    def __init__(self, full_names: Sequence[str], names: Sequence[str]) -> None:
        self.full_names = full_names
        self._names = names
        self._index: dict[tuple[int, bool], dict[str, list[int]]] = {}

    def find(self, key: str) -> tuple[int, list[int]]:
        """Return the numbers of the images that a key fits, after a rank.

        It is 0 for the path of the image or the end of its path, 1 for its name, 2 for its name with another ending.
        """
        depth = key.count("/") + 1
        fitting = self._list_by_end(depth, with_ending=True).get(key, [])
        exact = [image for image in fitting if _normalise(self._names[image]) == key]
        if exact:
            return 0, exact
        if fitting:
            return (0 if depth > 1 else 1), fitting
        stems = self._list_by_end(depth, with_ending=False)
        stem, ending = os.path.splitext(key)
        return 2, stems.get(key) or (stems.get(stem, []) if ENDING.fullmatch(ending) else [])

    def _list_by_end(self, depth: int, *, with_ending: bool) -> dict[str, list[int]]:
        """Return the numbers of the images by the last `depth` parts of their paths."""
        if (depth, with_ending) not in self._index:
            index: dict[str, list[int]] = {}
            for image, full in enumerate(self.full_names):
                path = full if with_ending else os.path.splitext(full)[0]
                index.setdefault("/".join(path.split("/")[-depth:]), []).append(image)
            self._index[depth, with_ending] = index
        return self._index[depth, with_ending]
