"""CelebA's folder as its authors distribute it, and its download through torchvision."""

import errno
import shutil
from pathlib import Path

from filelock import FileLock

from train.data.options import Split
from train.data.pictures import DataError
from train.data.preprocess import Preprocessing
from train.data.sources import Files
from train.errors import path_errors

PICTURES, PARTITION = "img_align_celeba", "list_eval_partition"
SUBFOLDER = "celeba"  # torchvision downloads into it
TRAINING, VALIDATION = "0", "1"  # in the partition file; 2 is CelebA's test split, which is never used
ARCHIVE = f"{PICTURES}.zip"
HOME = "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html"


def is_celeba(path: Path) -> bool:
    """Return whether `path` has CelebA's folder layout, or torchvision's."""
    return find_root(path) is not None


def find_root(path: Path) -> Path | None:
    """Return the folder that contains img_align_celeba/: `path` or its subfolder celeba; None if neither does."""
    return next((root for root in (path, path / SUBFOLDER) if (root / PICTURES).is_dir()), None)


def find(root: Path, split: Split, preprocessing: Preprocessing) -> Files:
    """List the images of CelebA's own splits. Raises DataError if the folder is incomplete."""
    # some copies nest the folder in a folder of the same name, and have a .csv instead of a .txt
    pictures = root / PICTURES / PICTURES if (root / PICTURES / PICTURES).is_dir() else root / PICTURES
    partition = next((file for file in root.glob(f"{PARTITION}.*") if file.suffix in (".txt", ".csv")), None)
    if partition is None:
        raise DataError(f"{root} has no {PARTITION}.txt, the file with CelebA's splits")
    rows = [line.replace(",", " ").split() for line in partition.read_text().splitlines() if line.strip()]
    present = {file.name for file in pictures.iterdir()}
    training, validation = (
        tuple(row[0] for row in rows if row[1] == part and row[0] in present) for part in (TRAINING, VALIDATION)
    )
    if not training and not validation:
        raise DataError(f"None of the pictures listed in {partition} are in {pictures}: is the archive unpacked?")
    return Files(pictures, training, validation, preprocessing, split)


def download(root: Path) -> None:
    """Download CelebA to `root`/celeba and unpack it, unless it is complete already.

    Raises DataError with the steps to take by hand if the download fails.
    """
    if find_root(root) == root:  # laid out as its authors do it
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
    partition = folder / f"{PARTITION}.txt"
    if not (partition.is_file() and (folder / PICTURES).is_dir()):
        return False
    listed = {line.split()[0] for line in partition.read_text().splitlines() if line.strip()}
    return listed <= {file.name for file in (folder / PICTURES).iterdir()}
