"""Labels of images in a CSV file or in CelebA's list_attr_celeba.txt."""

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from train.data.cache import CachedImages
from train.data.pictures import DataError, Pictures, printable
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

    Raises DataError if the file is damaged, if a key fits several images of all parts, if an image has no row, and for
    images that have factors instead of labels.
    """
    images = [part for part in parts if isinstance(part, CachedImages)]
    if len(images) < len(parts):
        raise DataError("sprites have factors, not attributes: python -m train disentangle scores them")
    if not file.is_file():
        raise DataError(f"There is no file {file}: --attributes takes a CSV file of labels")
    with path_errors():
        table = _parse(file, read_rows(file, file.read_bytes()))
    names = tuple(table.titles[column] for column in table.columns)
    return [Attributes(names, torch.from_numpy(table.labels[rows] > 0).double()) for rows in _match(table, images)]


@dataclass(frozen=True)
class Table:
    """Labels of R keys, each of which names an image."""

    file: Path
    titles: list[str]
    key: int  # number of the column that has the keys, from 0 on
    columns: list[int]  # numbers of the A columns that have labels
    lines: list[int]  # R
    keys: list[str]  # R, see `_normalise`
    labels: NDArray[np.int8]  # (R, A) of -1, 0, 1

    def locate(self, line: int, column: int) -> str:
        """Return file, line and column for the start of a message."""
        title = f" ({printable(self.titles[column])})" if column < len(self.titles) else ""
        return f"{self.file}, line {line}, column {column + 1}{title}"


class _Labels(dict[str, int]):
    """Values of the texts that label an image. Other texts raise ValueError."""

    def __missing__(self, text: str) -> int:
        plain = text.casefold().replace("\u2212", "-").replace(",", ".")  # a minus sign, a decimal comma
        value = WORDS[plain] if plain in WORDS else float(plain)
        if value not in (-1, 0, 1):
            raise ValueError(text)
        self[text] = int(value)
        return self[text]


def _parse(file: Path, rows: list[Row]) -> Table:
    """Find the columns, and convert the labels. Raises DataError with the line and column of a fault."""
    if rows and len(rows[0].cells) == 1 and rows[0].cells[0].isdecimal():
        rows = rows[1:]  # CelebA's own file begins with the number of its rows
    if not rows:
        raise DataError(f"{file} is empty: it {NEEDED}")
    (line, titles), rows = rows[0], rows[1:]
    key = next((column for column, title in enumerate(titles) if title.casefold() in KEYS), None)
    if key is None and rows and len(rows[0].cells) == len(titles) + 1:
        key, titles = 0, [KEYS[0], *titles]  # CelebA's own file has no title for its keys
    if not titles[-1] and not any("".join(row.cells[len(titles) - 1 :]) for row in rows):
        titles = titles[:-1]  # every line ends with a delimiter
    columns = [column for column, title in enumerate(titles) if column != key and title.casefold() != IGNORED]
    if key is None or not columns:
        hint = "" if all(title.isprintable() for title in titles) else ", and this is not a CSV file"
        raise DataError(f"{file}, line {line}: {NEEDED}{hint}")
    keys = [_normalise(row.cells[key]) if key < len(row.cells) else "" for row in rows]
    labels = np.zeros((len(rows), len(columns)), dtype=np.int8)
    table = Table(file, titles, key, columns, [row.line for row in rows], keys, labels)
    _check_titles(table, line)
    _convert(table, rows)
    _check_labels(table)
    return table


def _normalise(key: str) -> str:
    """Return a path with forward slashes and composed letters: macOS decomposes them in the names of files."""
    parts = unicodedata.normalize("NFC", key).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", "."))


def _check_titles(table: Table, line: int) -> None:
    for column, title in enumerate(table.titles):
        if not title:
            raise DataError(f"{table.locate(line, column)}: this column has no title")
        if title != printable(title):
            raise DataError(f"{table.locate(line, column)}: this title is not UTF-8")
        if title in table.titles[:column]:
            raise DataError(f"{table.locate(line, column)}: two columns have this title")


def _convert(table: Table, rows: list[Row]) -> None:
    """Fill in the labels."""
    values, width = _Labels(), len(table.titles)
    for index, (line, cells) in enumerate(rows):
        if len(cells) < width:
            raise DataError(f"{table.locate(line, len(cells))}: the row ends before this column")
        if any(cells[width:]):
            raise DataError(f"{table.locate(line, width)}: the header has {width} columns, this row {len(cells)}")
        if not table.keys[index]:
            raise DataError(f"{table.locate(line, table.key)}: no image is named")
        try:
            table.labels[index] = [values[cells[column]] for column in table.columns]
        except ValueError:
            column = next(column for column in table.columns if _is_wrong(cells[column]))
            label = f"the label {printable(cells[column])!r}" if cells[column] else "an empty label ('')"
            raise DataError(
                f"{table.locate(line, column)}: {label}, where labels are 0 or 1, -1 or 1, true or false, yes or no"
            ) from None


def _is_wrong(text: str) -> bool:
    try:
        _Labels()[text]
    except ValueError:
        return True
    return False


def _check_labels(table: Table) -> None:
    """Raise DataError if a column has both -1 and 0, or if two rows of one image differ."""
    both = (table.labels == -1).any(axis=0) & (table.labels == 0).any(axis=0)
    for number in np.flatnonzero(both)[:1]:
        first = {value: int(np.argmax(table.labels[:, number] == value)) for value in (-1, 0)}
        row = max(first.values())
        raise DataError(
            f"{table.locate(table.lines[row], table.columns[number])}: this column has both -1 and 0, so it is unclear "
            "which means no"
        )
    rows: dict[str, int] = {}
    for row, key in enumerate(table.keys):
        other = rows.setdefault(key, row)
        if other != row and (table.labels[row] != table.labels[other]).any():
            raise DataError(
                f"{table.locate(table.lines[row], table.key)}: {printable(key)} has other labels in line "
                f"{table.lines[other]}"
            )


def _match(table: Table, parts: Sequence[CachedImages]) -> list[list[int]]:
    """Return the row of every image of each part. Raises DataError if a key fits several images, or an image none."""
    images = _Images({full: name for part in parts for name, full in _full_names(part, part.listed or part.names)})
    rows: dict[str, tuple[int, int]] = {}  # full name of an image -> rank and row of its key
    for row, key in enumerate(table.keys):
        rank, fitting = images.find(key)
        place = table.locate(table.lines[row], table.key)
        if len(fitting) > 1:
            examples = " and ".join(map(printable, sorted(fitting)[:2]))
            raise DataError(
                f"{place}: {printable(key)} fits {len(fitting)} pictures, such as {examples}: write more of their paths"
            )
        for image in fitting:
            best, other = rows.get(image, (rank, row))
            if best == rank and (table.labels[row] != table.labels[other]).any():
                raise DataError(f"{place}: {printable(key)} has other labels in line {table.lines[other]}")
            if best >= rank:
                rows[image] = rank, row
    matched = []
    for part in parts:
        missing = [name for name, full in _full_names(part, part.names) if full not in rows]
        if missing:
            raise DataError(
                f"{table.file} has no row for {len(missing)} of {len(part)} pictures; the first: {printable(missing[0])}"
                f"{_hint(table)}"
            )
        matched.append([rows[full][1] for _, full in _full_names(part, part.names)])
    return matched


def _hint(table: Table) -> str:
    foreign = any(key != printable(key) for key in table.keys)
    return ". Some names in the file are not UTF-8: save it as UTF-8" if foreign else ""


def _full_names(part: CachedImages, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return each name and the whole path of that image; a zip counts as a folder of its name."""
    if part.root is None:
        return [(name, _normalise(name)) for name in names]
    path = Path(os.path.abspath(part.root))
    root = _normalise(str(path if path.is_dir() else path.with_suffix("")))
    return [(name, f"{root}/{_normalise(name)}") for name in names]


class _Images:
    """Images by the ends of their paths. `names` maps whole paths to those within the data set."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = {full: _normalise(name) for full, name in names.items()}
        self._index: dict[tuple[int, bool], dict[str, list[str]]] = {}

    def find(self, key: str) -> tuple[int, list[str]]:
        """Return the images that a key fits, and how: by path (0), by name (1), by name without ending (2)."""
        depth = key.count("/") + 1
        fitting = self._by_end(depth, with_ending=True).get(key, [])
        exact = [full for full in fitting if self._names[full] == key]
        if exact:
            return 0, exact
        if fitting:
            return (0 if depth > 1 else 1), fitting
        stems = self._by_end(depth, with_ending=False)
        stem, ending = os.path.splitext(key)
        return 2, stems.get(key) or (stems.get(stem, []) if ENDING.fullmatch(ending) else [])

    def _by_end(self, depth: int, *, with_ending: bool) -> dict[str, list[str]]:
        """Return the images by the last `depth` parts of their paths."""
        if (depth, with_ending) not in self._index:
            index: dict[str, list[str]] = {}
            for full in self._names:
                path = full if with_ending else os.path.splitext(full)[0]
                index.setdefault("/".join(path.split("/")[-depth:]), []).append(full)
            self._index[depth, with_ending] = index
        return self._index[depth, with_ending]
