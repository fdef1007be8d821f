"""CelebA, as its host, Kaggle or torchvision lay it out or in part, and its download through torchvision."""

import errno
import os
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from faces.crops import CELEBA_FRAME
from faces.preprocessing import Preprocessing
from train.data import folder
from train.data.folder import Listing, ending, list_files, read_sizes, split_name
from train.data.options import DataOptions, Split
from train.data.pictures import DataError, announce, printable
from train.data.sources import TEST_SPLIT, Files, Skipped
from train.data.tables import read_rows
from train.errors import path_errors

PICTURES, PARTITION = "img_align_celeba", "list_eval_partition"
FOLDERS = (PICTURES, f"{PICTURES}_png")
SUBFOLDER = "celeba"  # torchvision downloads into it
TRAINING, VALIDATION, TEST = "0", "1", "2"  # in the partition
ARCHIVE = f"{PICTURES}.zip"
HOME = "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html"
NUMBER = re.compile(r"\d{6}\.(jpe?g|png)", re.IGNORECASE)  # name of a picture
SAMPLE = 8  # pictures whose size is read


@dataclass(frozen=True)
class Layout:
    """Pictures and partition of CelebA in a folder or zip; the partition may also be beside it."""

    path: Path  # as the user named it
    listing: Listing  # of `path`, or of the archive in it that has the pictures
    pictures: tuple[str, ...]  # of CelebA; of two with one number, the first counts
    sizes: dict[str, tuple[int, int]]  # width and height of some of the pictures
    partition: tuple[Path, str] | None  # a folder or zip, and the name of the file in it

    @property
    def is_aligned(self) -> bool:
        """Size of CelebA's aligned frames in at least one of the pictures looked at, or no readable one among them."""
        return not self.sizes or CELEBA_FRAME in self.sizes.values()


def is_celeba(path: Path) -> bool:
    """Return whether `path` is CelebA or a part of it, see `recognise`."""
    try:
        return recognise(list_files(path)) is not None
    except (DataError, OSError):  # neither a folder nor a zip
        return False


def has_own_splits(path: Path, options: DataOptions) -> bool:
    """Return whether CelebA's partition has to say which images of `path` train and which validate.

    If the partition is missing, an explicit crop means that the user separated the images by hand.
    """
    try:
        layout = recognise(list_files(path))
    except (DataError, OSError):
        return False
    return layout is not None and (layout.partition is not None or options.crop is None)


def recognise(listing: Listing) -> Layout | None:
    """Find CelebA's pictures and its partition in a folder or zip, at any depth; None if it is not CelebA.

    A folder img_align_celeba/, img_align_celeba.zip or the partition identify CelebA by name. Other pictures are its
    frames if they are called NNNNNN.jpg and have 178 x 218 pixels.
    """
    path = listing.path
    tables = [name for name in listing.others if _is_partition(name)]
    inside = min(tables, key=lambda name: (split_name(name)[0].count("/"), ending(name) != ".txt", name), default=None)
    partition = (path, inside) if inside else None
    pictures = _choose_named(listing.pictures)
    archives = [name for name in listing.others if split_name(name.lower())[1] == ARCHIVE]
    by_name = bool(pictures or archives or partition or _has_folder(path))
    if not pictures and archives and path.is_dir():  # it is not unpacked
        listing = list_files(path / archives[0])
        pictures = _choose_named(listing.pictures)
    if not pictures:
        numbered = tuple(name for name in listing.pictures if NUMBER.fullmatch(split_name(name)[1]))
        pictures = numbered or (listing.pictures if by_name else ())
    sizes = _sample_sizes(listing.path, pictures)
    if by_name or CELEBA_FRAME in sizes.values():
        return Layout(path, listing, pictures, sizes, partition or _find_beside(path))
    return None


def find(layout: Layout, split: Split, options: DataOptions) -> Files:
    """List the images of CelebA's own splits, with the report's crop unless the options choose another.

    Raises DataError if pictures or the partition are missing, and for frames that would be aligned again.
    """
    path = layout.path
    if not layout.pictures:
        raise DataError(f"{path} has none of CelebA's pictures: unpack {ARCHIVE}, or get it from {HOME}")
    if layout.is_aligned and options.align:
        raise DataError(f"{path} has CelebA's frames, which are aligned already: leave --align out")
    if not layout.is_aligned and not options.align and options.crop is None:
        name, (width, height) = next(iter(layout.sizes.items()))
        raise DataError(
            f"{path} has CelebA's names, but not its aligned frames of 178 x 218 pixels ({printable(name)} has {width} "
            f"x {height}): choose --crop centre or --align"
        )
    preprocessing: Preprocessing = "aligned" if options.align else options.crop or "celeba"
    if layout.partition is not None:
        return _split_by_partition(layout, layout.partition, split, preprocessing)
    if split != "all" and options.crop != "centre" and not options.align:
        raise DataError(
            f"{path} has CelebA's pictures, but {PARTITION}.txt is missing, the list of those that are for training, "
            f"validation and tests: get it from {HOME} and put it beside them, or choose --crop centre to treat them "
            "as any pictures, or --crop celeba with --val for pictures that you separated"
        )
    if options.crop is None and not options.align:
        announce(f"{path} has CelebA's frames: all of them are used, with the report's crop (no {PARTITION}.txt)")
    return folder.select(layout.listing, split, preprocessing)


def warn_about_frames(files: Files) -> None:
    """Print a line if images that get the centre crop have the size of CelebA's frames."""
    names = files.training + files.validation
    if CELEBA_FRAME in _sample_sizes(files.path, names).values():
        announce(
            f"{files.path} has pictures of 178 x 218 pixels, the size of CelebA's frames, under other names: the "
            "middle square is used; --crop celeba chooses the report's crop, --crop centre hides this line"
        )


def read_partition(file: Path, data: bytes) -> dict[str, str]:
    """Return the split of each picture, 0, 1 or 2, by its name without folders and ending.

    Each line has a name and a number; the first may be a header. Raises DataError with file and line if a line is cut
    off, or if two lines differ.
    """
    splits: dict[str, str] = {}
    for index, (line, cells) in enumerate(read_rows(file, data)):
        if index == 0 and not any(character.isdigit() for character in "".join(cells)):
            continue  # the header
        if len(cells) != 2 or cells[1] not in (TRAINING, VALIDATION, TEST):
            raise DataError(
                f"{file}, line {line}: a picture's name and 0, 1 or 2 are expected, not {printable(' '.join(cells))!r};"
                f" if the file is cut off, get it again from {HOME}"
            )
        if splits.setdefault(_stem(cells[0]), cells[1]) != cells[1]:
            raise DataError(f"{file}, line {line}: {printable(cells[0])} is in another split in an earlier line")
    return splits


def _split_by_partition(
    layout: Layout, partition: tuple[Path, str], split: Split, preprocessing: Preprocessing
) -> Files:
    """Choose the images that the partition lists for training and for validation, in its order."""
    file, listing = Path(*partition), layout.listing
    splits = read_partition(file, folder.read(*partition))
    present: dict[str, str] = {}
    for name in layout.pictures:
        present.setdefault(_stem(name), name)
    training, validation, test = (
        tuple(present[stem] for stem, part in splits.items() if part == wanted and stem in present)
        for wanted in (TRAINING, VALIDATION, TEST)
    )
    if not training and not validation:
        raise DataError(f"None of the pictures listed in {file} are in {listing.path}: is the archive unpacked?")
    used = {*training, *validation}
    others = set(listing.pictures).difference(used, test)
    skipped = [
        *(Skipped(name, TEST_SPLIT, "") for name in test),
        *(Skipped(name, "not in the partition", f"not listed in {file.name}, or twice") for name in sorted(others)),
        *(entry for entry in listing.skip() if entry.name != partition[1]),
    ]
    root = listing.path
    folders = {split_name(name)[0] for name in used}
    if len(folders) == 1 and root.is_dir():  # names without folders
        root = root / folders.pop()
        training, validation = (tuple(split_name(name)[1] for name in part) for part in (training, validation))
    return Files(root, training, validation, preprocessing, split, tuple(skipped))


def _is_partition(name: str) -> bool:
    return _stem(name) == PARTITION and ending(name) in (".txt", ".csv")


def _stem(name: str) -> str:
    """Return the last part of a name without its ending, in lower case."""
    return os.path.splitext(split_name(name)[1])[0].lower()


def _has_folder(path: Path) -> bool:
    return any((root / PICTURES).is_dir() for root in (path, path / SUBFOLDER))


def _choose_named(pictures: Sequence[str]) -> tuple[str, ...]:
    """Return the pictures below img_align_celeba/, or else img_align_celeba_png/; those in the outermost come first.

    Kaggle nests a folder of this name in another; a picture in both is the inner one.
    """
    folders = {split_name(name)[0] for name in pictures}
    parts = {name: name.lower().split("/") for name in folders}
    for celebas in FOLDERS:
        ranks = {name: (parts[name].index(celebas), -len(parts[name])) for name in folders if celebas in parts[name]}
        if ranks:
            named = [name for name in pictures if split_name(name)[0] in ranks]
            return tuple(sorted(named, key=lambda name: ranks[split_name(name)[0]]))
    return ()


def _sample_sizes(path: Path, names: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return the width and height of some of the pictures that can be read."""
    return read_sizes(path, names[:: max(1, len(names) // SAMPLE)][:SAMPLE])


def _find_beside(path: Path) -> tuple[Path, str] | None:
    """Return the folder and the name of a partition beside `path` or one folder above, also in a folder Eval."""
    for location in (Path(os.path.abspath(path)), path.resolve()):
        for parent in location.parents[:2]:
            with suppress(OSError):  # a folder that may not be read
                for root in (parent, *(entry for entry in parent.iterdir() if entry.name.lower() == "eval")):
                    for name in sorted(os.listdir(root), reverse=True):  # .txt before .csv
                        if _is_partition(name):
                            return root, name
    return None


def download(root: Path) -> None:
    """Download CelebA to `root`/celeba and unpack it, unless it is complete already.

    Raises DataError with the steps to take by hand if the download fails.
    """
    layout = recognise(list_files(root)) if root.is_dir() else None
    if layout and layout.partition and layout.pictures and SUBFOLDER not in os.listdir(root):  # not torchvision's
        return
    with path_errors():
        root.mkdir(parents=True, exist_ok=True)
    with FileLock(root / ".download.lock"):  # one of several processes downloads
        if not _is_complete(root / SUBFOLDER):
            _fetch(root)


def _fetch(root: Path) -> None:
    from torchvision.datasets import CelebA  # takes seconds

    # a process that was killed while unpacking leaves some images, and torchvision would accept them as all
    shutil.rmtree(root / SUBFOLDER / PICTURES, ignore_errors=True)
    try:
        CelebA(str(root), split="all", download=True)
    except Exception as error:  # torchvision, gdown, its transport, the file system and the archive raise their own
        raise DataError(f"{_explain(error)} {_manual_steps(root)}") from error
    if not _is_complete(root / SUBFOLDER):
        raise DataError(f"{root / SUBFOLDER} lacks pictures that its partition lists. {_manual_steps(root)}")


def _explain(error: Exception) -> str:
    """Return one sentence about a failed download."""
    message = str(error)
    short = " ".join([type(error).__name__, *message.split()[:30]])
    if "'gdown' is required" in message:
        return "CelebA is on Google Drive, which needs gdown: pip install gdown, then run the same command again."
    if type(error).__name__ == "FileURLRetrievalError" or "File not found or corrupted" in message:
        return (
            "Google Drive refused the download, most likely because the file's daily quota is used up, as on most "
            "days: try again in some hours."
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "The disk is full: CelebA needs 3 GB while it is unpacked."
    if isinstance(error, OSError):  # requests' and urllib's errors are OSErrors
        return f"CelebA could not be downloaded because the network or the disk failed ({short})."
    return f"CelebA could not be downloaded or unpacked ({short})."


def _manual_steps(root: Path) -> str:
    return (
        f"By hand: download {ARCHIVE} and {PARTITION}.txt from {HOME}, unpack the archive, move both into "
        f"{root / SUBFOLDER}, and leave --download out."
    )


def _is_complete(folder: Path) -> bool:
    """Return whether every image that the partition lists is there."""
    partition, pictures = folder / f"{PARTITION}.txt", folder / PICTURES
    if not (partition.is_file() and pictures.is_dir()):
        return False
    try:
        listed = read_partition(partition, partition.read_bytes()).keys()
    except DataError:  # cut off
        return False
    return listed <= {_stem(file.name) for file in pictures.iterdir()}
