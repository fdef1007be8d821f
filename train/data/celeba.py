"""CelebA's folder as it is distributed: `img_align_celeba/` and `list_eval_partition.txt`."""

from pathlib import Path

from train.data.pictures import DataError, Split
from train.data.preprocess import Treatment
from train.data.sources import Files

PICTURES, PARTITION = "img_align_celeba", "list_eval_partition"
BELOW = "celeba"  # where torchvision puts all of it
TRAINING, VALIDATION = "0", "1"  # CelebA's own; 2, its test split, never trains and never validates


def located(path: Path) -> Path | None:
    """`path`, or the folder `celeba` in it, where CelebA's pictures lie; None where they do not."""
    return next((place for place in (path, path / BELOW) if (place / PICTURES).is_dir()), None)


def find(path: Path, split: Split | None, treatment: Treatment) -> Files:
    """The pictures of CelebA's own splits. Raises DataError where the folder is not whole."""
    # a copy that is passed around has the folder in a folder of the same name, and a .csv
    pictures = path / PICTURES / PICTURES if (path / PICTURES / PICTURES).is_dir() else path / PICTURES
    partition = next((file for file in path.glob(f"{PARTITION}.*") if file.suffix in (".txt", ".csv")), None)
    if partition is None:
        raise DataError(f"{path} has no {PARTITION}.txt, which names CelebA's splits.")
    rows = [line.replace(",", " ").split() for line in partition.read_text().splitlines() if line.strip()]
    present = {file.name for file in pictures.iterdir()}
    training, validation = (
        tuple(row[0] for row in rows if row[1] == part and row[0] in present) for part in (TRAINING, VALIDATION)
    )
    if not training and not validation:
        raise DataError(f"None of the pictures that {partition} names are in {pictures}: is the archive unpacked?")
    return Files(pictures, training, validation, treatment, split)
