"""Pictures decoded once: a uint8 N x 64 x 64 x 3 file that batches are indexed from."""

import re
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from faces.image import SIZE, to_tensor
from train.data import preprocess
from train.data.cache_folder import Facts, UnusableError, made, require_room
from train.data.cache_journal import PICTURE, PIXELS, Journal, Outcome
from train.data.decode import decoded
from train.data.pictures import DataError, Rows, Split
from train.data.preprocess import Treatment
from train.data.sources import Source

REFUSED = "refused.txt"
CHUNK = {"celeba": 256, "centre": 256, "aligned": 16}  # pictures that are decoded, and lost by a kill, together
KINDS = 8  # of reasons that are shown on the terminal


@dataclass(frozen=True)
class Faces:
    """Decoded pictures."""

    pixels: NDArray[np.uint8]  # (N, 64, 64, C), memory-mapped
    names: tuple[str, ...]  # N
    refused: tuple[str, ...]  # name and reason of each picture that could not be used
    crop: Treatment | None  # None: they came as they are
    split: Split | None = None  # the part of the data that they are; None: all of it
    factors: NDArray[np.int64] | None = None
    factor_names: tuple[str, ...] = ()
    factor_sizes: tuple[int, ...] = ()

    def __len__(self) -> int:
        return self.pixels.shape[0]

    @property
    def channels(self) -> int:
        """As `Pictures.channels`."""
        return self.pixels.shape[3]

    @property
    def described(self) -> dict[str, Any]:
        """As `Pictures.described`."""
        return {
            "split": self.split or "all",
            "pictures": len(self),
            "refused": len(self.refused),
            "crop": self.crop,
        }

    def batch(self, rows: Rows, device: torch.device | str = "cpu") -> Tensor:
        """(B, C, 64, 64) in [0, 1], scaled on the device."""
        pixels = torch.from_numpy(np.array(self.pixels[rows]))
        return to_tensor(pixels.to(device, non_blocking=True))


def load(source: Source, folder: Path | None = None) -> Faces:
    """The decoded pictures of `source`, from the cache where they are in it.

    `folder` holds caches; the default is the user's cache folder. All splits share one cache, which belongs to what it
    was made from: another source, crop or alignment is another cache. Raises DataError where no picture is readable.
    """
    how = source.treatment
    facts = {**source.facts(), "size": SIZE, "treatment": preprocess.facts(how)}
    place, index = made(folder, facts, partial(_decode, source))
    part = {
        None: slice(None),
        "train": slice(0, index["training"]),
        "val": slice(index["training"], None),
    }[source.split]
    names = tuple(index["names"][part])
    refused = [
        f"{name}: {reason}"
        for name, reason, validates in index["refused"]
        if source.split is None or validates == (source.split == "val")
    ]
    if not names:
        purpose = "validation" if source.split == "val" else "training"
        raise DataError(f"{source.title} has no picture for {purpose} that can be used ({len(refused)} are left out)")
    pixels = np.memmap(place / PIXELS, dtype=np.uint8, mode="r", shape=(len(index["names"]), SIZE, SIZE, 3))
    return Faces(pixels[part], names, tuple(refused), how, source.split)


def _decode(source: Source, folder: Path) -> Facts:
    """Fill an unfinished cache, or go on with it."""
    journal, how = Journal(folder), source.treatment
    require_room(folder, ((source.pictures or 0) - journal.listed) * PICTURE)
    progress = tqdm(total=source.pictures, initial=journal.listed, desc=f"decoding {source.title}", unit=" pictures")
    with progress:
        for chunk in decoded(source.chunks(journal.listed, CHUNK[how]), how, source.pictures):
            journal.add(chunk)
            progress.update(chunk.size)
    outcome = journal.finish(source.validating(journal.listed))
    if not outcome.names:
        first = f"; the first: {': '.join(outcome.refused[0][:2])}" if outcome.refused else ""
        raise UnusableError(f"None of the {len(outcome.refused)} pictures in {source.title} could be read{first}")
    (folder / REFUSED).write_text("".join(f"{name}: {reason}\n" for name, reason, _ in outcome.refused))
    _report(outcome, folder.with_suffix(""), source.title)  # the name it will have
    return outcome._asdict()


def _report(outcome: Outcome, place: Path, title: str) -> None:
    """What could not be used, by kind, on the terminal; `place` is where the list of all will be."""
    lines = []
    if outcome.crowds:
        lines.append(f"{outcome.crowds:,} pictures show several faces; the largest was taken")
    if outcome.refused:
        listed = len(outcome.refused) + len(outcome.names)
        lines.append(f"{len(outcome.refused):,} of {listed:,} pictures are left out; {place / REFUSED} lists them:")
    kinds: dict[str, list[str]] = {}
    for name, reason, _ in outcome.refused:
        fact = re.split(r"[:(]", reason)[0].strip(" .")  # what follows is detail, and advice to who sent one picture
        kinds.setdefault(re.sub(r"\d[\d,]*", "0", fact), []).append(f"{name}: {fact}")
    common = sorted(kinds.values(), key=len, reverse=True)
    lines += [f"{len(kind):8,}  as {kind[0]}" for kind in common[:KINDS]]
    if lines:
        print(f"{title}: " + "\n".join(lines), file=sys.stderr)
