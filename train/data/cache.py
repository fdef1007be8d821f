"""Pictures decoded once: a uint8 N x 64 x 64 x 3 file that batches are indexed from."""

import hashlib
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from platformdirs import user_cache_path
from torch import Tensor
from tqdm import tqdm

from faces.image import SIZE, Crop, PictureError, crop, read_picture, to_array, to_tensor
from train.data.pictures import DataError, Rows, Split
from train.data.source import Source

PIXELS, INDEX = "pixels.bin", "index.json"
NAMED = 10  # refused pictures that are named on the terminal; all of them stand in the index


@dataclass(frozen=True)
class Faces:
    """Decoded pictures."""

    pixels: NDArray[np.uint8]  # (N, 64, 64, C), memory-mapped
    names: tuple[str, ...]  # N
    refused: tuple[str, ...]  # name and reason of each picture that could not be used
    crop: Crop
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

    `folder` holds caches; the default is the user's cache folder. A changed source has another key, and so another
    cache; an interrupted one leaves nothing that would be used. Raises DataError where no picture is readable.
    """
    folder = folder or user_cache_path("vae-faces")
    place = folder / _key(source)
    if not (place / INDEX).is_file():
        _build(source, place)
    index = json.loads((place / INDEX).read_text())
    shape = (len(index["names"]), SIZE, SIZE, 3)
    pixels = np.memmap(place / PIXELS, dtype=np.uint8, mode="r", shape=shape)
    return Faces(pixels, tuple(index["names"]), tuple(index["refused"]), source.crop, source.split)


def _key(source: Source) -> str:
    facts = [str(source.path.resolve()), source.crop, SIZE, source.names, source.state()]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:24]


def _build(source: Source, place: Path) -> None:
    partial = place.with_name(f"{place.name}.{os.getpid()}.partial")
    partial.mkdir(parents=True)
    try:
        names, refused = _decode(source, partial / PIXELS)
        if not names:
            raise DataError(
                f"None of the {len(source.names)} pictures in {source.path} could be read; the first: {refused[0]}"
            )
        (partial / INDEX).write_text(json.dumps({"names": names, "refused": refused}))
        partial.rename(place)
    except OSError:
        if not (place / INDEX).is_file():  # another process may have finished the same cache first
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _decode(source: Source, target: Path) -> tuple[list[str], list[str]]:
    names, refused = [], []
    progress = tqdm(source.names, desc=f"decoding {source.path.name}", unit=" pictures")
    with source.opened() as read, target.open("wb") as file:
        for name in progress:
            try:
                file.write(to_array(crop(read_picture(read(name)), source.crop)).tobytes())
            except PictureError as error:
                refused.append(f"{name}: {error}")
            else:
                names.append(name)
    for line in refused[:NAMED]:
        print(f"skipped {line}", file=sys.stderr)
    if len(refused) > NAMED:
        print(f"skipped {len(refused)} pictures in all", file=sys.stderr)
    return names, refused
