"""CelebA, fetched through torchvision from where its authors keep it."""

import shutil
from pathlib import Path

from filelock import FileLock

from train.data.celeba import BELOW, PARTITION, PICTURES, located
from train.data.pictures import DataError

ARCHIVE = f"{PICTURES}.zip"
HOME = "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html"


def celeba(root: Path) -> None:
    """See to it that CelebA lies in `root`/celeba, unpacked; what is there already is not fetched again.

    Raises DataError, with what to do by hand, where it cannot be had.
    """
    if located(root) == root:  # as its authors lay it out
        return
    root.mkdir(parents=True, exist_ok=True)
    with FileLock(root / ".download.lock"):  # of several processes one fetches
        if not _complete(root / BELOW):
            _fetch(root)


def _fetch(root: Path) -> None:
    from torchvision.datasets import CelebA  # takes seconds

    # a process that was killed while it unpacked leaves pictures, and torchvision would take them for all
    shutil.rmtree(root / BELOW / PICTURES, ignore_errors=True)
    try:
        CelebA(str(root), split="all", download=True)
    except Exception as error:  # torchvision, gdown, its transport, the file system and the archive raise their own
        raise DataError(f"{explained(error)} {_by_hand(root)}") from error
    if not _complete(root / BELOW):
        raise DataError(f"{root / BELOW} lacks pictures that its partition names. {_by_hand(root)}")


def explained(error: Exception) -> str:
    """What went wrong with a download, in a sentence."""
    said = str(error)
    if "'gdown' is required" in said:
        return "CelebA lies on Google Drive, which is read with gdown: pip install gdown, and start the same again."
    if type(error).__name__ == "FileURLRetrievalError" or "File not found or corrupted" in said:
        return (
            "Google Drive did not hand out CelebA: most likely its daily quota for the file is used up, which happens "
            "on most days. Try again in some hours."
        )
    if isinstance(error, OSError) and error.errno == 28:
        return "The disk is full: CelebA takes 3 GB while it is unpacked."
    if isinstance(error, OSError):  # requests' and urllib's errors are OSErrors
        return f"CelebA could not be fetched, the network or the disk failed ({_short(error)})."
    return f"CelebA could not be fetched or unpacked ({_short(error)})."


def _short(error: Exception) -> str:
    return " ".join([type(error).__name__, *str(error).split()[:30]])


def _by_hand(root: Path) -> str:
    return (
        f"By hand: fetch {ARCHIVE} and {PARTITION}.txt from {HOME}, unpack the archive, put both into {root / BELOW}, "
        f"and leave --download out."
    )


def _complete(place: Path) -> bool:
    """Whether every picture that the partition names is there."""
    partition = place / f"{PARTITION}.txt"
    if not (partition.is_file() and (place / PICTURES).is_dir()):
        return False
    named = {line.split()[0] for line in partition.read_text().splitlines() if line.strip()}
    return named <= {file.name for file in (place / PICTURES).iterdir()}
