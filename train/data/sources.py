"""Sources of encoded images: their order, their splits and how they are cropped."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from faces.formats import explain_ending
from faces.preprocessing import Preprocessing
from train.data.decode import Chunk
from train.data.options import Split

HIDDEN, TEST_SPLIT = "hidden", "of CelebA's test split"  # kinds of skipped files that are counted but not listed


class Skipped(NamedTuple):
    """File of a data set that is passed over before it is decoded."""

    name: str
    kind: str  # its ending such as .heic, or words that follow a number
    reason: str


def summarize(skipped: Sequence[Skipped]) -> str:
    """Count the files that are passed over, by kind, and say how pictures without a decoder could be read."""
    counts = Counter(entry.kind for entry in skipped)
    hints = dict.fromkeys(explain_ending(kind) for kind in counts if kind.startswith("."))
    return " ".join(
        [
            ", ".join(f"{count:,} {kind}" for kind, count in counts.most_common()),
            *(f"({hint})" for hint in hints if hint),
        ]
    )


class Source(Protocol):
    """Encoded images in a fixed order, each for training or for validation."""

    @property
    def title(self) -> str:
        """Name in messages on the terminal."""
        ...

    @property
    def preprocessing(self) -> Preprocessing:
        """How each image is cropped."""
        ...

    @property
    def split(self) -> Split:
        """The images to load."""
        ...

    @property
    def pictures(self) -> int | None:
        """Number of images; None if it is known only after the last one."""
        ...

    @property
    def root(self) -> Path | None:
        """Folder or zip of the images; None if they are not files here."""
        ...

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Files that are passed over. They do not belong to the cache's key."""
        ...

    def cache_key(self) -> dict[str, Any]:
        """Return plain JSON that changes if the images or their splits change, but not with `split`."""
        ...

    def chunks(self, first: int, size: int) -> Iterator[Chunk]:
        """Yield all images from number `first` on, `size` at a time. Raises DataError if they cannot be read."""
        ...

    def validation_mask(self, pictures: int) -> NDArray[np.bool_]:
        """Return for each of the `pictures` images whether it is for validation."""
        ...


@dataclass(frozen=True)
class Files:
    """Image files in a folder or a zip: first those for training, then those for validation."""

    path: Path
    training: tuple[str, ...]  # names relative to `path`
    validation: tuple[str, ...]
    preprocessing: Preprocessing
    split: Split = "all"
    skipped: tuple[Skipped, ...] = ()

    @property
    def title(self) -> str:
        """Name of the folder or zip."""
        return self.path.name

    @property
    def root(self) -> Path:
        """The folder or zip."""
        return self.path

    @property
    def pictures(self) -> int:
        """Number of files."""
        return len(self.training) + len(self.validation)

    def cache_key(self) -> dict[str, Any]:
        """Return a digest of the names, sizes and modification times of the files, or of those of the zip."""
        names = self.training + self.validation
        files = [self.path / name for name in names] if self.path.is_dir() else [self.path]
        stats = [file.stat() for file in files]
        state = repr((self.training, self.validation, [(stat.st_size, stat.st_mtime_ns) for stat in stats]))
        return {"path": str(self.path.resolve()), "state": sha256(state.encode()).hexdigest()}

    def chunks(self, first: int, size: int) -> Iterator[Chunk]:
        """Yield the names of the files, for other processes to read."""
        names = self.training + self.validation
        return (Chunk(names[start : start + size], self.path) for start in range(first, len(names), size))

    def validation_mask(self, pictures: int) -> NDArray[np.bool_]:
        """Return False for the training files, then True."""
        return np.arange(pictures) >= len(self.training)
