"""Any folder or zip of pictures."""

import random
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from train.data.pictures import VALIDATION_SHARE, DataError, Split
from train.data.preprocess import Treatment
from train.data.sources import Files

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff")


def find(path: Path, split: Split | None, treatment: Treatment) -> Files:
    """All its pictures, in folders within it too, in the order of their names; where a split is asked for, a seeded
    twentieth is for validation, the same for every training seed. Raises DataError where there are none.
    """
    names = _names(path)
    if not names:
        raise DataError(f"{path} has no pictures in it (looked for {' '.join(ENDINGS)}).")
    if split is None:
        return Files(path, names, (), treatment)
    validation = set(random.Random(0).sample(names, max(1, round(VALIDATION_SHARE * len(names)))))
    training = tuple(name for name in names if name not in validation)
    return Files(path, training, tuple(name for name in names if name in validation), treatment, split)


def _names(path: Path) -> tuple[str, ...]:
    if path.is_dir():
        found = [str(file.relative_to(path)) for file in path.rglob("*") if file.is_file()]
    else:
        try:
            with ZipFile(path) as archive:
                found = archive.namelist()
        except BadZipFile:
            raise DataError(f"{path} is neither a folder nor a zip of pictures.") from None
    # macOS puts a hidden ._name.jpg, which is no picture, beside each name.jpg of a zip
    return tuple(sorted(name for name in found if name.lower().endswith(ENDINGS) and Path(name).name[0] != "."))
