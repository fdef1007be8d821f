"""Data sets of the Hugging Face Hub, read with `datasets` and streamed once into the cache."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import fsspec
import numpy as np
from numpy.typing import NDArray

from faces.preprocessing import Preprocessing
from train.data.decode import Chunk
from train.data.options import DataOptions, Split
from train.data.pictures import VALIDATION_SHARE, DataError

if TYPE_CHECKING:
    from datasets import IterableDataset

PREFIX = "hub:"
ADDRESS = re.compile(r"hub:(?P<name>[^@:]+)(@(?P<revision>[^:]+))?(:(?P<split>.+))?")
DEFAULT_SPLIT = "train"  # of the data set, if neither its address nor --split names one
COMMIT = re.compile(r"[0-9a-f]{40}")


class Address(NamedTuple):
    """Parts of `hub:NAME@REVISION:SPLIT`."""

    name: str
    revision: str | None  # None: the newest
    split: str | None  # of the data set


def is_address(data: str | Path | None) -> bool:
    """Return whether `data` is a data set of the Hub and not a path."""
    return str(data).startswith(PREFIX)


def parse_address(data: str) -> Address:
    """Parse hub:NAME, hub:NAME:SPLIT or hub:NAME@REVISION:SPLIT. Raises DataError for anything else."""
    match = ADDRESS.fullmatch(data)
    if match is None:
        raise DataError(
            f"{data} is not a data set of the Hub: write hub:NAME, hub:NAME:SPLIT or hub:NAME@REVISION:SPLIT"
        )
    return Address(match["name"], match["revision"], match["split"])


@dataclass(frozen=True)
class Stream:
    """Images of one split of a data set, in its order. A seeded twentieth of them validates."""

    address: Address
    fingerprint: str  # by `datasets`: changes if the data change
    hub_split: str
    column: str | None  # None: the only image column
    preprocessing: Preprocessing
    split: Split = "all"

    pictures = None  # known after the last one
    root = None
    skipped = ()

    @property
    def title(self) -> str:
        """Name of the data set."""
        return self.address.name

    def cache_key(self) -> dict[str, Any]:
        """Return what identifies the images: data set, fingerprint, split and column."""
        return {"hub": self.address.name, "state": [self.fingerprint, self.hub_split, self.column]}

    def chunks(self, first: int, size: int) -> Iterator[Chunk]:
        """Yield the bytes of the images."""
        images = self._read_images(first)
        while batch := list(islice(images, size)):
            names, data = zip(*batch, strict=True)
            yield Chunk(names, data=data)

    def validation_mask(self, pictures: int) -> NDArray[np.bool_]:
        """Return True for a seeded twentieth."""
        count = max(1, round(VALIDATION_SHARE * pictures))
        return np.isin(np.arange(pictures), np.random.default_rng(0).permutation(pictures)[:count])

    def _read_images(self, first: int) -> Iterator[tuple[str, bytes]]:
        """Yield the name and the bytes of each image from number `first` on."""
        from datasets import Image, load_dataset  # takes seconds

        address = self.address
        with _as_data_error(address):
            rows = load_dataset(address.name, revision=address.revision, split=self.hub_split, streaming=True)
            column = self.column or _find_image_column(address, rows)
            if column not in (rows.column_names or [column]):
                raise DataError(f"{address.name} has no column {column}: it has {', '.join(rows.column_names)}")
            for i, row in enumerate(rows.skip(first).cast_column(column, Image(decode=False)), start=first):
                yield _read_image(row[column], f"{i:08d}")


def find(data: str, split: Split, options: DataOptions, hub_split: str = DEFAULT_SPLIT) -> Stream:
    """Return the images of an address, of the data set's split `hub_split` unless the address names another.

    They are centre-cropped by default. Raises DataError if `datasets` is not installed or there is no such data set.
    """
    address = parse_address(data)
    if find_spec("datasets") is None:
        raise DataError(f"{data} needs a package that is not installed: pip install datasets")
    preprocessing: Preprocessing = "aligned" if options.align else options.crop or "centre"
    return Stream(address, _fingerprint(address), address.split or hub_split, options.column, preprocessing, split)


def _fingerprint(address: Address) -> str:
    if address.revision is not None and COMMIT.fullmatch(address.revision):
        return address.revision  # saves a request to the Hub
    from datasets import load_dataset_builder  # takes seconds

    with _as_data_error(address):
        return str(load_dataset_builder(address.name, revision=address.revision).hash)


def _find_image_column(address: Address, rows: "IterableDataset") -> str:
    from datasets import Image

    features = rows.features or {}
    columns = [name for name, feature in features.items() if isinstance(feature, Image)]
    if len(columns) != 1:
        fact = "has several image columns" if columns else "declares no image column"
        names = columns or rows.column_names or []
        raise DataError(f"{address.name} {fact}: choose with --column" + (f" {' or '.join(names)}" if names else ""))
    return columns[0]


def _read_image(value: dict[str, Any] | None, number: str) -> tuple[str, bytes]:
    """Return the name and the bytes of an encoded image, which may be stored in the row or in a file."""
    if value is None:  # an empty cell is an unreadable image, not the end of the data
        return number, b""
    path = value["path"]
    if value["bytes"] is not None:
        return Path(path).name if path else number, value["bytes"]
    with fsspec.open(path, "rb") as file:
        return Path(path).name, file.read()


@contextmanager
def _as_data_error(address: Address) -> Iterator[None]:
    """Turn any exception while reading from the Hub into a DataError."""
    try:
        yield
    except DataError:
        raise
    except Exception as error:  # datasets, huggingface_hub, their transports and formats raise their own
        from vae_models.hub.errors import explain  # takes a second

        message = explain(error) or f"{type(error).__name__}: {' '.join(str(error).split()[:40])}"
        raise DataError(
            f"The data set {address.name} cannot be read from the Hub ({message}). If the connection broke, run the "
            "same command again."
        ) from error
