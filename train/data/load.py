"""From --data, --val and the data options to images."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, get_args

from train.data import cache, celeba, folder, huggingface
from train.data.factors import dsprites, shapes3d, sprites
from train.data.options import DataOptions, Split
from train.data.pictures import DataError, Pictures, printable
from train.data.sources import Files
from train.errors import path_errors

SPRITES = "sprites"  # value of --data for the sprites that this project draws
LABELLED: dict[str, Callable[[Path, Split, Path | None], Pictures]] = {
    ".npz": dsprites.load,
    ".h5": shapes3d.load,
    ".hdf5": shapes3d.load,
}


class Splits(NamedTuple):
    """Training and validation images of a run."""

    training: Pictures
    validation: Pictures


def load(data: str | Path, split: Split, options: DataOptions) -> Pictures:
    """Load the images of `data`, or those of one split.

    `options.split` matters only if it names a split of a data set on the Hub; callers resolve train, val and all by
    `DataOptions.choose_split`. Raises DataError as `load_splits` does.
    """
    named = options.split if options.split not in get_args(Split) else None
    if named is not None and not huggingface.is_address(data):
        raise DataError(f"--split {named}: {data} has the splits train, val and all")
    return _load(data, split, options, named or huggingface.DEFAULT_SPLIT)


def load_splits(data: str | Path, val: str | Path | None, options: DataOptions, *, download: bool = False) -> Splits:
    """Load training and validation images.

    Without `val` they are the two splits of `data`. With it, each is all of its folder, zip or data set; of CelebA's
    folder it is the training or validation split. `download` fetches CelebA into the folder `data` first.

    Raises DataError if the data do not exist, have no usable image or cannot be read, if validation images would also
    train, or if the two parts differ in channels.
    """
    if options.split not in (None, "train") and not any(map(huggingface.is_address, (data, val))):
        raise DataError(f"--split {options.split} is for hub:NAME: {data} is split into train and val without it")
    hub_split = options.split or huggingface.DEFAULT_SPLIT
    if download:
        _download(data)
    if val is None:
        return Splits(_load(data, "train", options, hub_split), _load(data, "val", options, hub_split))
    _check_no_overlap(data, val, options, hub_split)
    splits = Splits(
        _load(data, _own_split(data, "train", options), options, hub_split),
        _load(val, _own_split(val, "val", options), options, hub_split),
    )
    if splits.training.channels != splits.validation.channels:
        raise DataError(
            f"{data} has images of {splits.training.channels} channels, {val} of {splits.validation.channels}"
        )
    return splits


def find_files(path: Path, split: Split, options: DataOptions) -> Files:
    """List the image files of CelebA, or of any folder or zip.

    CelebA has its own splits and the report's crop. Other images are centre-cropped, and a seeded twentieth validates.
    Raises DataError if `path` does not exist or has no images, and if a part of CelebA is missing.
    """
    if not path.exists():
        raise DataError(f"{path} does not exist: --data takes a folder or a zip of pictures")
    with path_errors():
        listing = folder.list_files(path)
        layout = celeba.recognise(listing)
        if layout is not None:
            return celeba.find(layout, split, options)
        files = folder.select(listing, split, "aligned" if options.align else options.crop or "centre")
        if files.preprocessing == "centre" and options.crop is None:
            celeba.warn_about_frames(files)
        return files


def public_name(data: str | Path) -> str:
    """Return the name of the data in training.json, which has no path of this machine."""
    if huggingface.is_address(data) and not Path(huggingface.parse_address(str(data)).name).exists():
        return str(data)
    return printable(Path(data).name)


def describe(data: str | Path, pictures: Pictures) -> dict[str, Any]:
    """Return the entry of training.json about the images loaded from `data`."""
    return {"name": public_name(data), **pictures.metadata}


def _load(data: str | Path, split: Split, options: DataOptions, hub_split: str) -> Pictures:
    if huggingface.is_address(data):
        return cache.load(huggingface.find(str(data), split, options, hub_split), options.cache)
    path = Path(data)
    is_labelled = path.is_file() and path.suffix in LABELLED
    if (data == SPRITES or is_labelled) and (options.align or options.crop is not None):
        raise DataError(f"{data}: its images have 64 x 64 pixels, leave --crop and --align out")
    if data == SPRITES:
        return sprites.load(split)
    if is_labelled:
        with path_errors():
            path.open("rb").close()
        return LABELLED[path.suffix](path, split, options.cache)
    return cache.load(find_files(path, split, options), options.cache)


def _download(data: str | Path) -> None:
    if data == SPRITES or huggingface.is_address(data) or Path(data).is_file():
        raise DataError(f"--download fetches CelebA into a folder, and {data} is not a folder")
    celeba.download(Path(data))


def _own_split(data: str | Path, split: Split, options: DataOptions) -> Split:
    return split if celeba.has_own_splits(Path(data), options) else "all"


def _check_no_overlap(data: str | Path, val: str | Path, options: DataOptions, hub_split: str) -> None:
    """Raise DataError if validation images would also train."""
    if _is_same(data, val, hub_split):
        if not celeba.has_own_splits(Path(data), options):
            raise DataError(f"{data} would both train and validate: leave --val out, and a part of it is held out")
        return
    paths = Path(data).resolve(), Path(val).resolve()
    nested = paths[0].is_relative_to(paths[1]) or paths[1].is_relative_to(paths[0])
    if nested or (paths[0].is_dir() and paths[1].is_dir() and folder.share_folders(*paths)):
        raise DataError(f"One of {data} and {val} contains the other, so validation images would train: separate them")


def _is_same(data: str | Path, val: str | Path, hub_split: str) -> bool:
    if huggingface.is_address(data) and huggingface.is_address(val):
        addresses = [huggingface.parse_address(str(address)) for address in (data, val)]
        return len({(address.name, address.split or hub_split) for address in addresses}) == 1
    return str(data) == str(val)
