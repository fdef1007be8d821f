"""Pictures somewhere: CelebA's folder as distributed, any other folder, or a zip."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from faces.image import Crop
from train.data.pictures import VALIDATION_SHARE, DataError, Split

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff")
CELEBA_PICTURES, CELEBA_PARTITION = "img_align_celeba", "list_eval_partition.txt"
PARTITIONS = {"train": "0", "val": "1"}  # CelebA's own; 2, its test split, never trains and never validates


class Source(NamedTuple):
    """Named pictures that are not decoded yet."""

    path: Path  # a folder or a zip
    names: tuple[str, ...]  # relative to it
    crop: Crop
    split: Split | None  # the part of the data that they are; None: all of it

    @contextmanager
    def opened(self) -> Iterator[Callable[[str], bytes]]:
        """A function from a name to the bytes of its file."""
        if self.path.is_dir():
            yield lambda name: (self.path / name).read_bytes()
        else:
            with ZipFile(self.path) as archive:
                yield archive.read

    def state(self) -> list[tuple[int, int]]:
        """(bytes, modification time in ns) of the zip, or of every file: what changes when the pictures do."""
        files = [self.path / name for name in self.names] if self.path.is_dir() else [self.path]
        stats = [file.stat() for file in files]
        return [(stat.st_size, stat.st_mtime_ns) for stat in stats]


def is_celeba(path: Path) -> bool:
    """Whether `path` is laid out as CelebA is distributed."""
    return (path / CELEBA_PICTURES).is_dir()


def find(path: Path, split: Split | None, crop: Crop | None = None) -> Source:
    """The pictures of `path`: all of them, or those of one split.

    CelebA's folder has its own splits and the report's crop; elsewhere a seeded twentieth is for validation, the same
    for every training seed, and pictures are centre-cropped unless `crop` says otherwise. Raises DataError where
    there is nothing to be found.
    """
    if not path.exists():
        raise DataError(f"There is no {path}: --data takes a folder or a zip of pictures.")
    if is_celeba(path):
        return Source(path / CELEBA_PICTURES, _celeba_names(path, split), crop or "celeba", split)
    names = _names(path)
    if not names:
        raise DataError(f"{path} has no pictures in it (looked for {' '.join(ENDINGS)}).")
    return Source(path, names if split is None else _part(names, split), crop or "centre", split)


def _names(path: Path) -> tuple[str, ...]:
    if path.is_dir():
        found = [str(file.relative_to(path)) for file in path.rglob("*") if file.is_file()]
    else:
        try:
            with ZipFile(path) as archive:
                found = archive.namelist()
        except BadZipFile:
            raise DataError(f"{path} is neither a folder nor a zip of pictures.") from None
    return tuple(sorted(name for name in found if name.lower().endswith(ENDINGS)))


def _part(names: tuple[str, ...], split: Split) -> tuple[str, ...]:
    count = max(1, round(VALIDATION_SHARE * len(names)))
    validation = set(random.Random(0).sample(names, count))
    return tuple(name for name in names if (name in validation) == (split == "val"))


def _celeba_names(path: Path, split: Split | None) -> tuple[str, ...]:
    partition = path / CELEBA_PARTITION
    if not partition.is_file():
        raise DataError(f"{path} has no {CELEBA_PARTITION}, which names CelebA's splits.")
    rows = [line.split() for line in partition.read_text().splitlines() if line.strip()]
    wanted = set(PARTITIONS.values()) if split is None else {PARTITIONS[split]}
    present = {file.name for file in (path / CELEBA_PICTURES).iterdir()}
    names = tuple(row[0] for row in rows if row[1] in wanted and row[0] in present)
    if not names:
        raise DataError(f"None of the pictures that {partition} names are in {CELEBA_PICTURES}.")
    return names
