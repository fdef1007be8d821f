"""3D Shapes as published (Burgess and Kim 2018): an .h5 file with `images` and `labels`."""

from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from tqdm import tqdm

from faces.image import SIZE
from train.data.cache import CachedImages
from train.data.cache_folder import Json, UnusableError, get_or_build, require_room
from train.data.factors.labels import file_key, split_rows, to_classes, validation_mask
from train.data.options import Split
from train.data.pictures import DataError

NAMES = ("floor_hue", "wall_hue", "object_hue", "scale", "shape", "orientation")
PIXELS, FACTORS = "pixels.bin", "factors.npy"
BLOCK = 2048  # images that are copied at a time


def load(path: Path, split: Split, folder: Path | None = None) -> CachedImages:
    """Load the images of a 3D Shapes file, or those of a split: a seeded hundredth validates.

    They are unpacked once into a cache in `folder`, 5.9 GB for 3D Shapes: from the file itself, each batch would unpack
    hundreds of other images. Raises DataError for any other file, and if h5py is not installed.
    """
    if find_spec("h5py") is None:
        raise DataError(f"{path} needs a package that is not installed: pip install h5py")
    cached, index = get_or_build(folder, {**file_key(path), "shapes3d": 1}, partial(_copy, path))
    rows = split_rows(split, index["pictures"])
    pixels = np.memmap(cached / PIXELS, np.uint8, "r", shape=(index["pictures"], SIZE, SIZE, 3))
    factors = np.load(cached / FACTORS)[rows].astype(np.int64)
    names, sizes = tuple(index["names"]), tuple(index["sizes_of_factors"])
    return CachedImages(pixels[rows], (), (), None, split, factors, names, sizes)


def _copy(path: Path, target: Path) -> Json:
    import h5py

    try:
        file = h5py.File(path)
    except OSError as error:
        raise UnusableError(f"{path} is not a readable HDF5 file: {error}") from None
    with file:
        if "images" not in file or "labels" not in file or file["images"].shape[1:] != (SIZE, SIZE, 3):
            raise UnusableError(f"{path} is not a 3D Shapes file: an .h5 with images of 64 x 64 x 3 and labels")
        images, labels = file["images"], file["labels"][:]
        order = np.argsort(validation_mask(len(images)), kind="stable")  # training images first
        position = np.argsort(order)
        require_room(target, images.size)
        pixels = np.memmap(target / PIXELS, np.uint8, "w+", shape=images.shape)
        for start in tqdm(
            range(0, len(images), BLOCK), desc=f"unpacking {path.name}", unit_scale=BLOCK, unit=" pictures"
        ):
            pixels[position[start : start + BLOCK]] = images[start : start + BLOCK]
        pixels.flush()
    factors = to_classes(labels, NAMES)
    np.save(target / FACTORS, factors.values[order].astype(np.uint16))
    return {"pictures": len(order), "names": factors.names, "sizes_of_factors": factors.sizes}
