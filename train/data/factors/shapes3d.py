"""3D Shapes as it is published (Burgess and Kim 2018): an .h5 file with `images` and `labels`."""

from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from tqdm import tqdm

from faces.image import SIZE
from train.data.cache import Faces
from train.data.cache_folder import Facts, UnusableError, made, require_room
from train.data.factors.labels import classes, file_facts, part, validating
from train.data.pictures import DataError, Split

NAMES = ("floor_hue", "wall_hue", "object_hue", "scale", "shape", "orientation")
PIXELS, FACTORS = "pixels.bin", "factors.npy"
BLOCK = 2048  # pictures that are copied at a time


def load(path: Path, split: Split | None, folder: Path | None = None) -> Faces:
    """The pictures of such a file, or those of a split: a seeded hundredth validates.

    They are unpacked once into a cache below `folder`, 5.9 GB for 3D Shapes: read from the file itself, each batch
    would unpack hundreds of others. Raises DataError for another file, and where h5py is not installed.
    """
    if find_spec("h5py") is None:
        raise DataError(f"{path} is read with a package that is not installed: pip install h5py")
    place, index = made(folder, {**file_facts(path), "shapes3d": 1}, partial(_copy, path))
    rows = part(split, index["pictures"])
    pixels = np.memmap(place / PIXELS, np.uint8, "r", shape=(index["pictures"], SIZE, SIZE, 3))
    factors = np.load(place / FACTORS)[rows].astype(np.int64)
    return Faces(pixels[rows], (), (), None, split, factors, tuple(index["names"]), tuple(index["sizes_of_factors"]))


def _copy(path: Path, target: Path) -> Facts:
    import h5py

    try:
        file = h5py.File(path)
    except OSError as error:
        raise UnusableError(f"{path} is no HDF5 file that can be read: {error}") from None
    with file:
        if "images" not in file or "labels" not in file or file["images"].shape[1:] != (SIZE, SIZE, 3):
            raise UnusableError(f"{path} is no 3D Shapes file: an .h5 with images of 64 x 64 x 3 and labels")
        images, labels = file["images"], file["labels"][:]
        order = np.argsort(validating(len(images)), kind="stable")  # training pictures first
        place = np.argsort(order)
        require_room(target, images.size)
        pixels = np.memmap(target / PIXELS, np.uint8, "w+", shape=images.shape)
        for start in tqdm(
            range(0, len(images), BLOCK), desc=f"unpacking {path.name}", unit_scale=BLOCK, unit=" pictures"
        ):
            pixels[place[start : start + BLOCK]] = images[start : start + BLOCK]
        pixels.flush()
    factors = classes(labels, NAMES)
    np.save(target / FACTORS, factors.values[order].astype(np.uint16))
    return {"pictures": len(order), "names": factors.names, "sizes_of_factors": factors.sizes}
