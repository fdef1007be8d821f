"""Pictures somewhere, not decoded yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from train.data.decode import Chunk
from train.data.pictures import Split
from train.data.preprocess import Treatment


class Source(Protocol):
    """Encoded pictures in an order of their own, each for training or for validation."""

    @property
    def title(self) -> str:
        """What is said of them on the terminal."""
        ...

    @property
    def treatment(self) -> Treatment:
        """How each is cropped."""
        ...

    @property
    def split(self) -> Split | None:
        """The part that was asked for; None: all of them."""
        ...

    @property
    def pictures(self) -> int | None:
        """How many there are; None where that shows only at the end."""
        ...

    def facts(self) -> dict[str, Any]:
        """What they are, as plain JSON: it changes when the pictures or their splits do, not with the asked part."""
        ...

    def chunks(self, first: int, size: int) -> Iterator[Chunk]:
        """All of them from number `first` on, `size` at a time. Raises DataError where they cannot be had."""
        ...

    def validating(self, pictures: int) -> NDArray[np.bool_]:
        """For each of the `pictures` that there turned out to be, whether it is for validation."""
        ...


@dataclass(frozen=True)
class Files:
    """Picture files in a folder or a zip."""

    path: Path
    training: tuple[str, ...]  # names relative to it
    validation: tuple[str, ...]
    treatment: Treatment
    split: Split | None = None

    @property
    def title(self) -> str:
        """As `Source.title`."""
        return self.path.name

    @property
    def pictures(self) -> int:
        """As `Source.pictures`."""
        return len(self.training) + len(self.validation)

    def facts(self) -> dict[str, Any]:
        """As `Source.facts`: names, sizes and times of change of the files, or those of the zip."""
        names = self.training + self.validation
        files = [self.path / name for name in names] if self.path.is_dir() else [self.path]
        stats = [file.stat() for file in files]
        state = repr((self.training, self.validation, [(stat.st_size, stat.st_mtime_ns) for stat in stats]))
        return {"path": str(self.path.resolve()), "state": sha256(state.encode()).hexdigest()}

    def chunks(self, first: int, size: int) -> Iterator[Chunk]:
        """As `Source.chunks`."""
        names = self.training + self.validation
        return (Chunk(names[start : start + size], self.path) for start in range(first, len(names), size))

    def validating(self, pictures: int) -> NDArray[np.bool_]:
        """As `Source.validating`."""
        return np.arange(pictures) >= len(self.training)
