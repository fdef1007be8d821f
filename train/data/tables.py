"""Tables as people save them: CSV files of any encoding and delimiter, and columns between spaces."""

import codecs
import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from train.data.pictures import DataError

DELIMITERS = ",;\t|"
# UTF-32 first: its little-endian mark begins with UTF-16's
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class Row(NamedTuple):
    """Row of a table."""

    line: int  # number of its last line in the file
    cells: list[str]


def read_rows(file: str | Path, data: bytes) -> Iterator[Row]:
    """Yield the rows of a table that are not empty.

    The text is UTF-8, UTF-16 or UTF-32. The columns are separated by the most frequent of comma, semicolon, tab and
    bar, else by spaces. Raises DataError, which names `file`, for anything else.
    """
    text = _decode(file, data)
    hint = re.match(r"sep=(.)\r?\n", text)  # the first line of some files for Excel
    if hint:
        text = "\n" + text[hint.end() :]
    head = re.sub('"[^"]*"', "", "\n".join(text.split("\n", 3)[:3]))
    delimiter = hint[1] if hint else max(DELIMITERS, key=head.count)
    if delimiter not in head:
        for line, row in enumerate(StringIO(text, newline=None), start=1):
            if cells := row.split():
                yield Row(line, cells)
        return
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        for cells in reader:
            if any(cells := list(map(str.strip, cells))):
                yield Row(reader.line_num, cells)
    except csv.Error as error:
        raise DataError(f"{file}, line {reader.line_num}: this row is damaged ({error})") from error


def _decode(file: str | Path, data: bytes) -> str:
    """Decode text. Bytes that are not UTF-8 are kept as Python keeps them in the names of files."""
    encoding = next((encoding for mark, encoding in MARKS.items() if data.startswith(mark)), "utf-8")
    if encoding == "utf-8" and 0 in data[:100]:
        encoding = "utf-16-le" if 0 in data[1:100:2] else "utf-16-be"  # every other byte of an ASCII letter is 0
    try:
        text = data.decode(encoding, "surrogateescape" if encoding.startswith("utf-8") else "strict")
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is not a CSV file: its text is not {encoding.upper()} ({error.reason})") from error
    if control := re.search(r"[\x00-\x08\x0e-\x1f]", text):
        line = text.count("\n", 0, control.start()) + 1
        raise DataError(f"{file} is not a CSV file: line {line} contains bytes that are no text")
    return text
