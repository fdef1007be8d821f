"""Journal of an unfinished cache of aligned images: a killed process continues where it stopped.

Alignment takes hours for a large data set. Plain decoding takes minutes, has no journal and starts again.
"""

import json
import os
import zlib
from pathlib import Path
from typing import Any

from train.data.decode import Decoded, Rejected, Report

LINES = "journal.jsonl"


class Journal:
    """Reports of the chunks whose pixels are in a file, and the CRC-32 of these pixels, one line for each chunk."""

    def __init__(self, pixels: Path, bytes_per_image: int) -> None:
        self._pixels, self._lines = pixels, pixels.with_name(LINES)
        self._bytes_per_image = bytes_per_image

    def restore(self) -> list[Report]:
        """Return the reports up to the first whose pixels are incomplete or damaged; cut both files off there."""
        kept = _read_intact(self._pixels, self._lines, self._bytes_per_image)
        self._pixels.touch()
        os.truncate(self._pixels, sum(len(line["names"]) for line in kept) * self._bytes_per_image)
        self._lines.write_text("".join(json.dumps(line) + "\n" for line in kept))
        return [_to_report(line) for line in kept]

    def append(self, decoded: Decoded) -> None:
        """Record a chunk whose pixels were written before."""
        report = decoded.report
        line = {
            "size": report.size,
            "names": report.names,
            "refused": report.rejected,
            "crowds": report.multi_face,
            "sum": zlib.crc32(decoded.pixels),
        }
        with self._lines.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def remove(self) -> None:
        """Delete the journal of a finished cache."""
        self._lines.unlink()


def _to_report(line: dict[str, Any]) -> Report:
    rejected = [Rejected(*entry) for entry in line["refused"]]
    return Report(line["size"], line["names"], rejected, line["crowds"])


def _read_intact(pixels: Path, lines: Path, bytes_per_image: int) -> list[dict[str, Any]]:
    """Return the lines up to the first that is cut off, or whose pixels are cut off or changed."""
    if not (pixels.is_file() and lines.is_file()):
        return []
    intact: list[dict[str, Any]] = []
    with pixels.open("rb") as file:
        for text in lines.read_text().splitlines():
            try:
                line = json.loads(text)
            except json.JSONDecodeError:  # cut off
                break
            if zlib.crc32(file.read(len(line["names"]) * bytes_per_image)) != line["sum"]:
                break
            intact.append(line)
    return intact
