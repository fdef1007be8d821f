"""dSprites as published (Matthey et al. 2017): an .npz file with `imgs` and `latents_classes`."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray
from tqdm import tqdm

from faces.image import SIZE
from train.data.cache_folder import Json, UnusableError, get_or_build, require_room
from train.data.factors.labels import file_key, split_rows, to_classes, validation_mask
from train.data.factors.packed import PACKED, PackedImages
from train.data.options import Split

NAMES = ("color", "shape", "scale", "orientation", "position_x", "position_y")  # every color is white
IMAGES, LABELS = "imgs.npy", "latents_classes.npy"
PIXELS, FACTORS = "packed.bin", "factors.npy"
BLOCK = 8192  # images that are read at a time


def load(path: Path, split: Split, folder: Path | None = None) -> PackedImages:
    """Load the images of a dSprites file, or those of a split: a seeded hundredth validates.

    They are packed once into a cache in `folder`, 377 MB for dSprites. Raises DataError for any other file.
    """
    cached, index = get_or_build(folder, {**file_key(path), "dsprites": 1}, partial(_pack, path))
    rows = split_rows(split, index["pictures"])
    packed = np.memmap(cached / PIXELS, np.uint8, "r", shape=(index["pictures"], PACKED))
    factors = np.load(cached / FACTORS)[rows].astype(np.int64)
    return PackedImages(packed[rows], factors, tuple(index["names"]), tuple(index["sizes_of_factors"]), split)


def _pack(path: Path, target: Path) -> Json:
    with _open(path) as (images, labels):
        pictures = _read_header(images, path)
        if len(labels) != pictures:
            raise UnusableError(f"{path} has {pictures} images and labels of {len(labels)}")
        order = np.argsort(validation_mask(pictures), kind="stable")  # training images first
        position = np.argsort(order)
        require_room(target, pictures * PACKED)
        packed = np.memmap(target / PIXELS, np.uint8, "w+", shape=(pictures, PACKED))
        for start in tqdm(range(0, pictures, BLOCK), desc=f"packing {path.name}", unit_scale=BLOCK, unit=" pictures"):
            rows = position[start : start + BLOCK]
            block = np.frombuffer(images.read(len(rows) * SIZE * SIZE), np.uint8)
            if block.size < len(rows) * SIZE * SIZE or block.max() > 1:
                raise UnusableError(f"{path} is cut off, or has pixels other than 0 and 1")
            packed[rows] = np.packbits(block).reshape(-1, PACKED)
        packed.flush()
    factors = to_classes(labels, NAMES)
    np.save(target / FACTORS, factors.values[order].astype(np.uint16))
    return {"pictures": pictures, "names": factors.names, "sizes_of_factors": factors.sizes}


@contextmanager
def _open(path: Path) -> Iterator[tuple[IO[bytes], NDArray[np.int64]]]:
    """Yield a stream of the images, whose 3 GB would not fit into every machine's memory, and the labels."""
    try:
        with ZipFile(path) as archive, archive.open(IMAGES) as images, archive.open(LABELS) as labels:
            yield images, npy.read_array(labels, allow_pickle=False)
    except (BadZipFile, KeyError):
        raise UnusableError(f"{path} is not a dSprites file: an .npz with imgs and latents_classes") from None


def _read_header(images: IO[bytes], path: Path) -> int:
    """Read the header of the image array; return the number of images."""
    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    shape, fortran, dtype = readers[npy.read_magic(images)](images)
    if shape[1:] != (SIZE, SIZE) or fortran or dtype != np.uint8:
        raise UnusableError(f"{path} has images of {dtype} {shape}: dSprites has uint8, 64 x 64")
    return shape[0]
