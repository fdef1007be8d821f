"""Images as training, evaluation and metrics read them, whatever their source."""

import re
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from train.data.options import Split
from train.errors import UserError

VALIDATION_SHARE = 0.05  # of data sets that have no splits of their own
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

Rows = NDArray[np.int64] | slice


class DataError(UserError):
    """Data that cannot be used. The message is one sentence that says what to do."""


class Pictures(Protocol):
    """N images of 64 x 64 pixels, read in batches.

    If the generative factors of the images are known, every image has one class for each of F factors. Otherwise
    `factors` is None and the tuples are empty.
    """

    @property
    def channels(self) -> int:
        """1 or 3."""
        ...

    @property
    def factors(self) -> NDArray[np.int64] | None:
        """(N, F), for each factor a class from 0 to its size - 1."""
        ...

    @property
    def factor_names(self) -> tuple[str, ...]:
        """F names."""
        ...

    @property
    def factor_sizes(self) -> tuple[int, ...]:
        """F numbers of classes."""
        ...

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Entries of training.json about the images, see `build_metadata`."""
        ...

    def __len__(self) -> int:
        """N."""
        ...

    def batch(self, rows: Rows, device: torch.device | str = "cpu") -> Tensor:
        """Return (B, C, 64, 64) float32 in [0, 1] on `device`."""
        ...


def build_metadata(split: Split, pictures: int, rejected: int = 0, crop: str | None = None) -> dict[str, Any]:
    """Return the entries of training.json that describe the images of a data set, beside its name."""
    return {"split": split, "pictures": pictures, "refused": rejected, "crop": crop}


def printable(name: str) -> str:
    r"""Return a file's name as text of one line: control characters and bytes that are not UTF-8 become \xNN."""
    return UNPRINTABLE.sub(_escape, name)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    byte = code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code  # how Python reads a byte of a name that is not UTF-8
    return f"\\x{byte:02x}" if byte < 0x100 else f"\\u{byte:04x}"


@cache  # once, although the splits of a data set are loaded one after the other
def announce(line: str) -> None:
    """Print a line on the terminal unless it was printed before."""
    print(line, file=sys.stderr)
