"""Pixels as they are decoded, and a line for each chunk of them: what a killed process has done is not done again."""

import json
import os
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faces.image import SIZE
from train.data.decode import Decoded, Refused

PIXELS = "pixels.bin"
PICTURE = SIZE * SIZE * 3  # bytes
BLOCK = 4096  # pictures that are moved at a time


@dataclass(frozen=True)
class Line:
    """What became of a chunk; its pixels follow those of the line before."""

    size: int  # pictures in the chunk
    names: list[str]  # of those that could be used
    refused: list[Refused]
    crowds: int  # pictures with several faces
    sum: int  # CRC-32 of the pixels


class Outcome(NamedTuple):
    """What became of all pictures."""

    names: list[str]  # of those that could be used, in the order of their pixels
    training: int  # of these, the first so many
    refused: list[tuple[str, str, bool]]  # name, reason, whether it would validate
    crowds: int


class Journal:
    """The journal of an unfinished folder, opened at its last line whose pixels are as it says."""

    def __init__(self, folder: Path) -> None:
        self._pixels, self._lines = folder / "decoded.bin", folder / "journal.jsonl"
        self._folder = folder
        self._done = _kept(self._pixels, self._lines)
        self._pixels.touch()
        os.truncate(self._pixels, sum(len(line.names) for line in self._done) * PICTURE)
        self._lines.write_text("".join(json.dumps(asdict(line)) + "\n" for line in self._done))

    @property
    def listed(self) -> int:
        """Pictures that are done with, used or refused."""
        return sum(line.size for line in self._done)

    def add(self, decoded: Decoded) -> None:
        """Write down a chunk: first its pixels, then its line."""
        line = Line(decoded.size, decoded.names, decoded.refused, decoded.crowds, zlib.crc32(decoded.pixels))
        with self._pixels.open("ab") as file:
            file.write(decoded.pixels)
        with self._lines.open("a") as file:
            file.write(json.dumps(asdict(line)) + "\n")
        self._done.append(line)

    def finish(self, validating: NDArray[np.bool_]) -> Outcome:
        """Leave the pixels of the training pictures, then those of the validation pictures, each in their order, as
        pixels.bin. validating: for each picture that was listed, whether it validates.
        """
        starts = np.cumsum([0, *(line.size for line in self._done)])[:-1]
        refused = {
            int(start) + one.place: one for start, line in zip(starts, self._done, strict=True) for one in line.refused
        }
        used = np.ones(self.listed, dtype=bool)
        used[list(refused)] = False
        order = np.argsort(validating[used], kind="stable")
        names = [name for line in self._done for name in line.names]
        self._move(order)
        training = int((~validating[used]).sum())
        out = sorted((one.name, one.reason, bool(validating[place])) for place, one in refused.items())
        return Outcome([names[i] for i in order], training, out, sum(line.crowds for line in self._done))

    def _move(self, order: NDArray[np.int64]) -> None:
        target = self._folder / PIXELS
        if len(order) and (np.diff(order) < 0).any():
            pixels = np.memmap(self._pixels, np.uint8, "r", shape=(len(order), PICTURE))
            with target.open("wb") as file:
                for start in range(0, len(order), BLOCK):
                    file.write(pixels[order[start : start + BLOCK]].tobytes())
            self._pixels.unlink()
        else:
            self._pixels.replace(target)
        self._lines.unlink()
        with target.open("rb+") as file:  # on the disk before the folder gets its name
            os.fsync(file.fileno())


def _kept(pixels: Path, lines: Path) -> list[Line]:
    """The lines of a journal up to the first that is cut off, or whose pixels are."""
    if not (pixels.is_file() and lines.is_file()):
        return []
    kept: list[Line] = []
    with pixels.open("rb") as file:
        for text in lines.read_text().splitlines():
            line = _read(text)
            if line is None or zlib.crc32(file.read(len(line.names) * PICTURE)) != line.sum:
                break
            kept.append(line)
    return kept


def _read(text: str) -> Line | None:
    try:
        facts = json.loads(text)
    except json.JSONDecodeError:  # cut off
        return None
    return Line(**{**facts, "refused": [Refused(*one) for one in facts["refused"]]})
