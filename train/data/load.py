"""Which pictures train and which validate."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from train.data import cache, download, huggingface, source
from train.data.factors import dsprites, shapes3d, sprites
from train.data.pictures import DataError, Pictures, Split
from train.data.reading import Reading

SPRITES = "sprites"  # what --data says for those that are drawn
LABELLED: dict[str, Callable[[Path, Split | None, Path | None], Pictures]] = {
    ".npz": dsprites.load,
    ".h5": shapes3d.load,
    ".hdf5": shapes3d.load,
}


class Splits(NamedTuple):
    """The two parts of a run's data."""

    training: Pictures
    validation: Pictures


def load_splits(data: str | Path, validation: str | Path | None, reading: Reading) -> Splits:
    """Training and validation pictures.

    Without `validation` they are the two splits of `data`; with it each is the whole of its place, or of CelebA's
    folder the split that is meant. Raises DataError as `load` does, and where validation pictures would train too, or
    have other channels.
    """
    if reading.download:
        _download(data)
    if validation is None:
        return Splits(load(data, "train", reading), load(data, "val", reading))
    _require_apart(data, validation, reading)
    splits = Splits(load(data, _whole(data, "train"), reading), load(validation, _whole(validation, "val"), reading))
    if splits.training.channels != splits.validation.channels:
        raise DataError(
            f"{data} has pictures of {splits.training.channels} channels, {validation} of {splits.validation.channels}"
        )
    return splits


def load(data: str | Path, split: Split | None, reading: Reading) -> Pictures:
    """The pictures of `data`, or those of one split. Raises DataError as `source.find` and `cache.load` do."""
    if data == SPRITES:
        if reading.align or reading.crop is not None:
            raise DataError("sprites are drawn at 64 x 64 pixels: leave --crop and --align out")
        return sprites.load(split)
    if str(data).startswith(huggingface.PREFIX):
        return cache.load(huggingface.find(str(data), split, reading), reading.cache)
    path = Path(data)
    if path.is_file() and path.suffix in LABELLED:
        if reading.align or reading.crop is not None:
            raise DataError(f"{data} has pictures of 64 x 64 pixels: leave --crop and --align out")
        return LABELLED[path.suffix](path, split, reading.cache)
    found = source.find(path, split, reading.crop, align=reading.align)
    return cache.load(found, reading.cache)


def _download(data: str | Path) -> None:
    if data == SPRITES or str(data).startswith(huggingface.PREFIX) or Path(data).is_file():
        raise DataError(f"--download fetches CelebA into a folder: {data} is none")
    download.celeba(Path(data))


def _require_apart(data: str | Path, validation: str | Path, reading: Reading) -> None:
    """Raise DataError where validation pictures are among those that train."""
    if _same(data, validation, reading):
        if not source.is_celeba(Path(data)):
            raise DataError(f"{data} would validate what it trains: without --val a part of it is set aside for that")
        return
    here, there = Path(data).resolve(), Path(validation).resolve()
    if here.is_relative_to(there) or there.is_relative_to(here):
        raise DataError(
            f"{data} and {validation} lie in each other, so that validation pictures would train: part them"
        )


def _same(data: str | Path, validation: str | Path, reading: Reading) -> bool:
    if str(data).startswith(huggingface.PREFIX) and str(validation).startswith(huggingface.PREFIX):
        ours, theirs = huggingface.parsed(str(data)), huggingface.parsed(str(validation))
        splits = {address.split or reading.hub_split for address in (ours, theirs)}
        return ours.name == theirs.name and len(splits) == 1
    return str(data) == str(validation)


def name_of(data: str | Path) -> str:
    """What training.json calls the data: no path of this machine."""
    if str(data).startswith(huggingface.PREFIX) and not Path(huggingface.parsed(str(data)).name).exists():
        return str(data)
    return Path(data).name


def _whole(data: str | Path, split: Split) -> Split | None:
    return split if source.is_celeba(Path(data)) else None
