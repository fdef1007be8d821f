"""Which pictures a path means."""

from pathlib import Path

from faces.image import Crop
from train.data import celeba, folder
from train.data.pictures import DataError, Split
from train.data.sources import Files


def is_celeba(path: Path) -> bool:
    """Whether `path` is laid out as CelebA is distributed, or as torchvision downloads it."""
    return celeba.located(path) is not None


def find(path: Path, split: Split | None, crop: Crop | None = None, *, align: bool = False) -> Files:
    """The pictures of `path`: all of them, or those of one split.

    CelebA's folder has its own splits and the report's crop; elsewhere a seeded twentieth is for validation, and
    pictures are centre-cropped, unless `crop` says otherwise or faces are to be found and aligned. Raises DataError
    where there is nothing to be found.
    """
    if not path.exists():
        raise DataError(f"There is no {path}: --data takes a folder or a zip of pictures.")
    place = celeba.located(path)
    if place is None:
        return folder.find(path, split, "aligned" if align else crop or "centre")
    if align:
        raise DataError(f"{path} holds CelebA's frames, which are aligned already: leave --align out.")
    return celeba.find(place, split, crop or "celeba")
