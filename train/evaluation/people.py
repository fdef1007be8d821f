"""People in the pictures: intervals are over people where these are known.

Pictures of one person are alike. Intervals that take them for independent are too narrow.
"""

import sys
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from train.data.pictures import DataError, Pictures, printable
from train.data.tables import read_rows
from train.errors import path_errors

CELEBA = "identity_CelebA.txt"
TITLES = {"image_id", "file_name", "filename"}
UNKNOWN = "95 % intervals are over pictures: too narrow if several show one person; --identities FILE tells who it is"


def load_people(identities: Path | None, data: str | Path, *parts: Pictures) -> list[Tensor] | None:
    """Return the number of the person in each picture of each part, (N,) each, or None if it is not known.

    Reads the file `identities`, or else CelebA's own beside `data`, if that has a row for every picture.

    Raises DataError if `identities` cannot be read, or has no row for a picture or two people for one.
    """
    if identities is not None:
        return read_people(identities, *parts)
    file = find_identities(data)
    try:
        return None if file is None else read_people(file, *parts)
    except DataError as error:
        print(f"{error}; so it is not used", file=sys.stderr)
        return None


def find_identities(data: str | Path) -> Path | None:
    """Return CelebA's own file in the folder `data`, or beside the folder or zip; None if there is none."""
    path = Path(data)
    folders = (path, path / "celeba", path.parent) if path.exists() else ()  # torchvision downloads into celeba/
    return next((folder / CELEBA for folder in folders if (folder / CELEBA).is_file()), None)


def read_people(file: Path, *parts: Pictures) -> list[Tensor]:
    """Read the number of the person in each picture of each part, from a CSV file or CelebA's own.

    The CSV file has the columns image_id and identity. A row belongs to the picture of its file name, whatever the
    ending. Raises DataError as `load_people` does.
    """
    if not file.is_file():
        raise DataError(f"There is no file {file}: --identities takes a CSV file with image_id and identity")
    rows = _read(file)
    numbers = {person: number for number, person in enumerate(dict.fromkeys(rows.values()))}
    people = []
    for part in parts:
        names = [Path(name).stem for name in getattr(part, "names", ())]
        if len(set(names)) < len(names):
            raise DataError("Several pictures have the same file name, so that --identities cannot tell them apart")
        missing = [name for name in names if name not in rows]
        if missing or not names:
            first = f"; the first: {printable(missing[0])}" if missing else ""
            raise DataError(f"{file} has no row for {len(missing) or len(part)} of {len(part)} pictures{first}")
        people.append(torch.tensor([numbers[rows[name]] for name in names]))
    return people


def describe_intervals(people: Tensor | None, pictures: int) -> dict[str, Any]:
    """Return the entry of training.json that says over what intervals are."""
    if people is None:
        return {"over": "pictures", "pictures": pictures, "people": None, "note": UNKNOWN}
    return {"over": "people", "pictures": pictures, "people": len(people.unique())}


def describe_people(people: int | None, pictures: int) -> str:
    """Say over what intervals are, for the terminal."""
    return UNKNOWN if people is None else f"95 % intervals are over {people:,} people in {pictures:,} pictures"


def _read(file: Path) -> dict[str, str]:
    """Return the person of each file name without its ending."""
    people: dict[str, str] = {}
    with path_errors():
        data = file.read_bytes()
    for line, cells in read_rows(file, data):
        if not people and cells[0].casefold() in TITLES:
            if len(cells) < 2 or cells[1].casefold() != "identity":
                raise DataError(f"{file}, line {line}: --identities needs the columns image_id and identity")
            continue
        if len(cells) != 2 or not all(cells):
            raise DataError(f"{file}, line {line}: a row is a picture and the number of the person in it")
        if people.setdefault(Path(cells[0]).stem, cells[1]) != cells[1]:
            raise DataError(f"{file}, line {line}: {printable(cells[0])} is another person in an earlier row")
    return people
