"""Parts that all data sets with known factors share: held-out images, factor classes and cache keys."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from train.data.cache_folder import Json
from train.data.options import Split

HELD_OUT = 0.01  # share of the validation images: about as many as of CelebA's faces


def validation_mask(pictures: int) -> NDArray[np.bool_]:
    """Return for each image whether it is for validation: a hundredth, drawn with a fixed seed."""
    mask = np.zeros(pictures, dtype=bool)
    mask[np.random.default_rng(0).permutation(pictures)[: round(HELD_OUT * pictures)]] = True
    return mask


def split_rows(split: Split, pictures: int) -> slice:
    """Return the rows of a split in a cache that has the training images first."""
    training = pictures - round(HELD_OUT * pictures)
    return {"all": slice(None), "train": slice(0, training), "val": slice(training, None)}[split]


class Classes(NamedTuple):
    """Factors of N images."""

    values: NDArray[np.int64]  # (N, F), for each factor a class from 0 on
    names: tuple[str, ...]  # F
    sizes: tuple[int, ...]  # F


def to_classes(labels: NDArray, names: tuple[str, ...]) -> Classes:
    """Convert labels (N, K) to classes, in the order of their values. A column with a single value is no factor."""
    named = names if len(names) == labels.shape[1] else tuple(f"factor_{k}" for k in range(labels.shape[1]))
    columns = [np.unique(column, return_inverse=True) for column in labels.T]
    varying = [k for k, (values, _) in enumerate(columns) if len(values) > 1]
    return Classes(
        np.stack([columns[k][1].ravel() for k in varying], axis=1).astype(np.int64),
        tuple(named[k] for k in varying),
        tuple(len(columns[k][0]) for k in varying),
    )


def file_key(path: Path) -> Json:
    """Return the part of a cache's key that identifies a single file: its path, size and modification time."""
    stat = path.stat()
    return {"path": str(path.resolve()), "state": [stat.st_size, stat.st_mtime_ns]}
