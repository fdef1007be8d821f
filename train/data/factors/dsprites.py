"""dSprites as it is published (Matthey et al. 2017): an .npz file with `imgs` and `latents_classes`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

import numpy as np
import torch
from numpy.lib import format as npy
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from faces.image import SIZE
from train.data.cache_folder import Facts, UnusableError, made, require_room
from train.data.factors.labels import classes, file_facts, part, validating
from train.data.factors.packed import PACKED, unpacked
from train.data.pictures import Rows, Split

NAMES = ("color", "shape", "scale", "orientation", "position_x", "position_y")  # color is white throughout
IMAGES, LABELS = "imgs.npy", "latents_classes.npy"
PIXELS, FACTORS = "packed.bin", "factors.npy"
BLOCK = 8192  # pictures that are read at a time


@dataclass(frozen=True)
class Binary:
    """Pictures of one channel whose pixels are 0 or 1, with their factors."""

    packed: NDArray[np.uint8]  # (N, 512), memory-mapped
    factors: NDArray[np.int64]  # (N, F)
    factor_names: tuple[str, ...]
    factor_sizes: tuple[int, ...]
    split: Split | None = None

    channels = 1

    def __len__(self) -> int:
        return len(self.packed)

    @property
    def described(self) -> dict[str, Any]:
        """As `Pictures.described`."""
        return {"split": self.split or "all", "pictures": len(self), "refused": 0, "crop": None}

    def batch(self, rows: Rows, device: torch.device | str = "cpu") -> Tensor:
        """(B, 1, 64, 64) of 0 and 1."""
        return unpacked(np.array(self.packed[rows]), device)


def load(path: Path, split: Split | None, folder: Path | None = None) -> Binary:
    """The pictures of such a file, or those of a split: a seeded hundredth validates.

    They are packed once into a cache below `folder`, 377 MB for dSprites. Raises DataError for another file.
    """
    place, index = made(folder, {**file_facts(path), "dsprites": 1}, partial(_pack, path))
    rows = part(split, index["pictures"])
    packed = np.memmap(place / PIXELS, np.uint8, "r", shape=(index["pictures"], PACKED))
    factors = np.load(place / FACTORS)[rows].astype(np.int64)
    return Binary(packed[rows], factors, tuple(index["names"]), tuple(index["sizes_of_factors"]), split)


def _pack(path: Path, target: Path) -> Facts:
    with _opened(path) as (images, labels):
        pictures = _pictures(images, path)
        if len(labels) != pictures:
            raise UnusableError(f"{path} has {pictures} pictures and labels of {len(labels)}")
        held_out = validating(pictures)
        order = np.argsort(held_out, kind="stable")  # training pictures first
        place = np.argsort(order)
        require_room(target, pictures * PACKED)
        packed = np.memmap(target / PIXELS, np.uint8, "w+", shape=(pictures, PACKED))
        for start in tqdm(range(0, pictures, BLOCK), desc=f"packing {path.name}", unit_scale=BLOCK, unit=" pictures"):
            rows = place[start : start + BLOCK]
            block = np.frombuffer(images.read(len(rows) * SIZE * SIZE), np.uint8)
            if block.size < len(rows) * SIZE * SIZE or block.max() > 1:
                raise UnusableError(f"{path} is cut off, or holds other pixels than 0 and 1")
            packed[rows] = np.packbits(block).reshape(-1, PACKED)
        packed.flush()
    factors = classes(labels, NAMES)
    np.save(target / FACTORS, factors.values[order].astype(np.uint16))
    return {"pictures": pictures, "names": factors.names, "sizes_of_factors": factors.sizes}


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], NDArray[np.int64]]]:
    """The images, to be read bit by bit (3 GB of them would not fit everywhere), and the labels."""
    try:
        with ZipFile(path) as archive, archive.open(IMAGES) as images, archive.open(LABELS) as labels:
            yield images, npy.read_array(labels, allow_pickle=False)
    except (BadZipFile, KeyError):
        raise UnusableError(f"{path} is no dSprites file: an .npz with imgs and latents_classes") from None


def _pictures(images: IO[bytes], path: Path) -> int:
    """How many pictures the array has, whose header this reads."""
    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    shape, fortran, dtype = readers[npy.read_magic(images)](images)
    if shape[1:] != (SIZE, SIZE) or fortran or dtype != np.uint8:
        raise UnusableError(f"{path} has images of {dtype} {shape}: dSprites' are uint8, 64 x 64")
    return shape[0]
