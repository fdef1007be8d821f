"""Labels of pictures: a CSV file with a row for each, as CelebA's attributes come."""

import csv
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from train.data.cache import Faces
from train.data.pictures import DataError

NOT_ATTRIBUTES = {"image_id", "split"}


class Attributes(NamedTuple):
    """Labels of N pictures."""

    names: tuple[str, ...]  # A
    labels: Tensor  # (N, A) of 0 and 1


def read(file: Path, faces: Faces) -> Attributes:
    """The labels of `faces`, in their order: rows are found by the picture's name without its ending.

    A label is 0 or 1, or CelebA's own -1 or 1. Raises DataError where the file has no such column or row.
    """
    with file.open(newline="") as stream:
        rows = csv.DictReader(stream)
        names = tuple(name for name in rows.fieldnames or () if name not in NOT_ATTRIBUTES)
        if "image_id" not in (rows.fieldnames or ()) or not names:
            raise DataError(f"{file} needs a column image_id and one for each attribute")
        found = {Path(row["image_id"]).stem: row for row in rows}
    missing = [name for name in faces.names if Path(name).stem not in found]
    if missing:
        raise DataError(f"{file} has no row for {len(missing)} of {len(faces)} pictures; the first: {missing[0]}")
    labels = [[float(found[Path(name).stem][attribute]) > 0 for attribute in names] for name in faces.names]
    return Attributes(names, torch.tensor(labels, dtype=torch.float64))
