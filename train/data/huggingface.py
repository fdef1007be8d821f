"""Data sets of the Hugging Face Hub, by name, through `datasets`: streamed once into the cache."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import fsspec
import numpy as np
from numpy.typing import NDArray

from train.data.decode import Chunk
from train.data.pictures import VALIDATION_SHARE, DataError, Split
from train.data.preprocess import Treatment
from train.data.reading import Reading

PREFIX = "hub:"
ADDRESS = re.compile(r"hub:(?P<name>[^@:]+)(@(?P<revision>[^:]+))?(:(?P<split>.+))?")

COMMIT = re.compile(r"[0-9a-f]{40}")


class Address(NamedTuple):
    """What `hub:NAME@REVISION:SPLIT` says."""

    name: str
    revision: str | None  # None: the newest
    split: str | None  # of the Hub's data


def parsed(data: str) -> Address:
    """The parts of an address. Raises DataError where it is none."""
    found = ADDRESS.fullmatch(data)
    if found is None:
        raise DataError(f"{data} is no data set of the Hub: write hub:NAME, hub:NAME:SPLIT or hub:NAME@REVISION:SPLIT")
    return Address(found["name"], found["revision"], found["split"])


@dataclass(frozen=True)
class Stream:
    """Pictures of one split of a data set, in its order."""

    address: Address
    fingerprint: str  # of the data, by `datasets`: another one when they change
    hub_split: str
    column: str | None  # None: the one that holds pictures
    treatment: Treatment
    split: Split | None = None

    pictures = None  # known at the end

    @property
    def title(self) -> str:
        """As `Source.title`."""
        return self.address.name

    def facts(self) -> dict[str, Any]:
        """As `Source.facts`."""
        return {"hub": self.address.name, "state": [self.fingerprint, self.hub_split, self.column]}

    def chunks(self, first: int, size: int) -> Iterator[Chunk]:
        """As `Source.chunks`."""
        pictures = self._encoded(first)
        while some := list(islice(pictures, size)):
            names, data = zip(*some, strict=True)
            yield Chunk(names, data=data)

    def validating(self, pictures: int) -> NDArray[np.bool_]:
        """As `Source.validating`: a seeded twentieth."""
        count = max(1, round(VALIDATION_SHARE * pictures))
        return np.isin(np.arange(pictures), np.random.default_rng(0).permutation(pictures)[:count])

    def _encoded(self, first: int) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of each picture from number `first` on."""
        from datasets import Image, load_dataset  # takes seconds

        address = self.address
        with _explaining(address):
            rows = load_dataset(address.name, revision=address.revision, split=self.hub_split, streaming=True)
            column = self.column or _picture_column(address, rows)
            if column not in (rows.column_names or [column]):
                raise DataError(f"{address.name} has no column {column}: it has {', '.join(rows.column_names)}")
            for i, row in enumerate(rows.skip(first).cast_column(column, Image(decode=False)), start=first):
                yield _picture(row[column], f"{i:08d}")


def find(data: str, split: Split | None, reading: Reading) -> Stream:
    """The pictures of `hub:NAME`, `hub:NAME:SPLIT` or `hub:NAME@REVISION:SPLIT`, centre-cropped unless told otherwise.

    Raises DataError where `datasets` is not installed, or knows no such data.
    """
    address = parsed(data)
    if find_spec("datasets") is None:
        raise DataError(f"{data} is read with a package that is not installed: pip install datasets")
    treatment: Treatment = "aligned" if reading.align else reading.crop or "centre"
    return Stream(address, _fingerprint(address), address.split or reading.hub_split, reading.column, treatment, split)


def _fingerprint(address: Address) -> str:
    if address.revision is not None and COMMIT.fullmatch(address.revision):
        return address.revision  # and the Hub need not be asked
    from datasets import load_dataset_builder  # takes seconds

    with _explaining(address):
        return str(load_dataset_builder(address.name, revision=address.revision).hash)


def _picture_column(address: Address, rows: Any) -> str:
    """The one column that holds pictures. `rows`: an IterableDataset."""
    from datasets import Image

    features = rows.features or {}
    found = [name for name, feature in features.items() if isinstance(feature, Image)]
    if len(found) != 1:
        said = "has several columns of pictures" if found else "says of no column that it holds pictures"
        names = found or rows.column_names or []
        raise DataError(f"{address.name} {said}: choose with --column" + (f" {' or '.join(names)}" if names else ""))
    return found[0]


def _picture(value: Any, number: str) -> tuple[str, bytes]:
    """Name and bytes of an undecoded picture; without bytes they are where its path points."""
    if value is None:  # an empty cell is a picture that cannot be read, not the end
        return number, b""
    path = value["path"]
    if value["bytes"] is not None:
        return Path(path).name if path else number, value["bytes"]
    with fsspec.open(path, "rb") as file:
        return Path(path).name, file.read()


@contextmanager
def _explaining(address: Address) -> Iterator[None]:
    """What goes wrong with the Hub's data as a DataError."""
    try:
        yield
    except DataError:
        raise
    except Exception as error:  # datasets, huggingface_hub, their transports and formats raise their own
        said = " ".join(str(error).split()[:40])
        raise DataError(
            f"The data set {address.name} cannot be read from the Hub ({type(error).__name__}: {said}). What was read "
            "is kept: where the connection broke, start the same command again."
        ) from error
