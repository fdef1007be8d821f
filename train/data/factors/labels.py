"""What data sets of known factors have in common: which pictures validate, and what a factor is."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from train.data.cache_folder import Facts
from train.data.pictures import Split

HELD_OUT = 0.01  # share of the validation pictures: about as many as faces have


def validating(pictures: int) -> NDArray[np.bool_]:
    """For each picture whether it is for validation: a hundredth, drawn with a fixed seed."""
    held_out = np.zeros(pictures, dtype=bool)
    held_out[np.random.default_rng(0).permutation(pictures)[: round(HELD_OUT * pictures)]] = True
    return held_out


def part(split: Split | None, pictures: int) -> slice:
    """Where the pictures of a split are, the training pictures first."""
    training = pictures - round(HELD_OUT * pictures)
    return {None: slice(None), "train": slice(0, training), "val": slice(training, None)}[split]


class Classes(NamedTuple):
    """The factors of N pictures."""

    values: NDArray[np.int64]  # (N, F), of each factor a class from 0 on
    names: tuple[str, ...]
    sizes: tuple[int, ...]


def classes(labels: NDArray, names: tuple[str, ...]) -> Classes:
    """Labels (N, K) as classes, in the order of their values; what is the same for all pictures is no factor."""
    named = names if len(names) == labels.shape[1] else tuple(f"factor_{k}" for k in range(labels.shape[1]))
    found = [np.unique(column, return_inverse=True) for column in labels.T]
    varying = [k for k, (values, _) in enumerate(found) if len(values) > 1]
    return Classes(
        np.stack([found[k][1].ravel() for k in varying], axis=1).astype(np.int64),
        tuple(named[k] for k in varying),
        tuple(len(found[k][0]) for k in varying),
    )


def file_facts(path: Path) -> Facts:
    """What a single file is, for the cache's key."""
    stat = path.stat()
    return {"path": str(path.resolve()), "state": [stat.st_size, stat.st_mtime_ns]}
