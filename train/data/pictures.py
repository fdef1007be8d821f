"""What training, evaluation and metrics ask of pictures, wherever they come from."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

VALIDATION_SHARE = 0.05  # of data that have no splits of their own

Split = Literal["train", "val"]
Rows = NDArray[np.int64] | slice


class DataError(ValueError):
    """Data that cannot be trained on; the message says what to do."""


class Pictures(Protocol):
    """N pictures of 64 x 64 pixels, fetched in batches by their rows.

    Where the generative factors of the pictures are known, each has a class for every one of F factors; else `factors`
    is None and the tuples are empty.
    """

    @property
    def channels(self) -> int:
        """1 or 3."""
        ...

    @property
    def factors(self) -> NDArray[np.int64] | None:
        """(N, F), of each factor a class from 0 to its size - 1."""
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
    def described(self) -> Mapping[str, Any]:
        """What training.json says of them beside their name: split, pictures, refused, crop."""
        ...

    def __len__(self) -> int:
        """N."""
        ...

    def batch(self, rows: Rows, device: torch.device | str = "cpu") -> Tensor:
        """(B, C, 64, 64) float32 in [0, 1] on `device`."""
        ...
