"""Which pictures train and which validate."""

from pathlib import Path
from typing import NamedTuple

from faces.image import Crop
from train.data import cache, source, sprites
from train.data.pictures import DataError, Pictures, Split

SPRITES = "sprites"  # what --data says for those that are drawn


class Splits(NamedTuple):
    """The two parts of a run's data."""

    training: Pictures
    validation: Pictures


def load_splits(
    data: str | Path, validation: str | Path | None, *, crop: Crop | None = None, folder: Path | None = None
) -> Splits:
    """Training and validation pictures, decoded into caches below `folder`.

    Without `validation` they are the two splits of `data`; with it each is the whole of its place, or of CelebA's
    folder the split that is meant. Raises DataError as `load` does, and where the two have other channels.
    """
    if validation is None:
        return Splits(load(data, "train", crop=crop, folder=folder), load(data, "val", crop=crop, folder=folder))
    splits = Splits(
        load(data, _whole(data, "train"), crop=crop, folder=folder),
        load(validation, _whole(validation, "val"), crop=crop, folder=folder),
    )
    if splits.training.channels != splits.validation.channels:
        raise DataError(
            f"{data} has pictures of {splits.training.channels} channels, {validation} of {splits.validation.channels}"
        )
    return splits


def load(data: str | Path, split: Split | None, *, crop: Crop | None = None, folder: Path | None = None) -> Pictures:
    """The pictures of `data`, or those of one split. Raises DataError as `source.find` and `cache.load` do."""
    if data == SPRITES:
        if crop is not None:
            raise DataError("sprites are drawn at 64 x 64 pixels: leave --crop out")
        return sprites.load(split)
    return cache.load(source.find(Path(data), split, crop), folder)


def name_of(data: str | Path) -> str:
    """What training.json calls the data: no path of this machine."""
    return Path(data).name


def _whole(data: str | Path, split: Split) -> Split | None:
    return split if source.is_celeba(Path(data)) else None
