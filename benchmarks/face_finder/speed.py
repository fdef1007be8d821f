"""Time of a photograph of two megapixels, and frames that the trainer aligns in a second."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from benchmarks.face_finder.finder import Finder
from benchmarks.running_app import ROOT

PORTRAIT = ROOT / "assets" / "examples" / "astronaut.png"
SIZE = (1224, 1632)  # two megapixels
CHUNK = 5  # frames that are aligned between two readings of the clock
MOST_MS, LEAST_RATIO = 40.0, 15.0


class Times(NamedTuple):
    """A time of both finders."""

    old: float
    new: float

    @property
    def ratio(self) -> float:
        """Time of the old finder, relative to that of the new one."""
        return self.old / self.new


def write_photograph(folder: Path) -> Path:
    """Write the public-domain portrait as a JPEG of two megapixels."""
    portrait = Image.open(PORTRAIT).convert("RGB")
    width = portrait.height * SIZE[0] / SIZE[1]
    left = (portrait.width - width) / 2
    file = folder / "portrait.jpg"
    portrait.resize(SIZE, box=(left, 0, left + width, portrait.height)).save(file, quality=90)
    return file


def time_photograph(file: Path, new: Finder, old: Finder, rounds: int) -> Times:
    """Measure the ms of CPU to decode the photograph and find its face: means of rounds."""
    seconds = [[finder.find(file) for finder in (old, new)] for _ in range(rounds)]
    return Times(*(np.mean([[s.decoding + s.finding for s in row] for row in seconds], axis=0) * 1e3).tolist())


def time_alignment(files: list[Path], new: Finder, old: Finder) -> Times:
    """Measure the seconds of CPU to align the same files by both finders, in turn."""
    chunks = [files[i : i + CHUNK] for i in range(0, len(files), CHUNK)]
    seconds = [[finder.align(chunk) for finder in (old, new)] for chunk in chunks]
    return Times(*np.sum(seconds, axis=0).tolist())
