"""Sprites: every combination of five factors, drawn by this file. The structure is dSprites' (Matthey et al. 2017).

A square, an ellipse and a heart, in 6 sizes, turned by 40 angles, in 32 x 32 places: 737,280 pictures of 64 x 64
pixels, each 0 or 1, whose factors are known exactly. Nothing is stored: 720 drawings are moved to their places.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from faces.image import SIZE
from train.data.factors.labels import validating
from train.data.factors.packed import unpacked
from train.data.pictures import Rows, Split

FACTORS = {"shape": 3, "scale": 6, "orientation": 40, "position_x": 32, "position_y": 32}  # the last changes first
SHAPES = ("square", "ellipse", "heart")
SCALES = np.linspace(0.5, 1.0, FACTORS["scale"])
ANGLES = 2 * math.pi * np.arange(FACTORS["orientation"]) / FACTORS["orientation"]  # clockwise on the picture
PLACES = FACTORS["position_x"]  # each a pixel from the next, along either axis
DRAWING = SIZE - PLACES + 1  # 33 pixels a side: what fits in every place
# of the largest shape's circumscribed circle, in pixels; no round number, so that no outline meets a pixel's middle
RADIUS = 16.3
TOTAL = math.prod(FACTORS.values())


@dataclass(frozen=True)
class Sprites:
    """Some of the sprites: all, or those of one split."""

    places: NDArray[np.int64]  # (N,) in the order of the factors, 0 to 737,279
    split: Split | None = None

    channels = 1
    factor_names = tuple(FACTORS)
    factor_sizes = tuple(FACTORS.values())

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def factors(self) -> NDArray[np.int64]:
        """(N, 5): shape, scale, orientation, horizontal and vertical position, counted from the top left."""
        return np.stack(np.unravel_index(self.places, self.factor_sizes), axis=1)

    @property
    def described(self) -> dict[str, Any]:
        """As `Pictures.described`."""
        return {"split": self.split or "all", "pictures": len(self), "refused": 0, "crop": None}

    def batch(self, rows: Rows, device: torch.device | str = "cpu") -> Tensor:
        """(B, 1, 64, 64) of 0 and 1."""
        return unpacked(drawn(self.places[rows]), device)


def load(split: Split | None) -> Sprites:
    """All sprites, or those of a split: a hundredth, drawn with a fixed seed, is for validation."""
    if split is None:
        return Sprites(np.arange(TOTAL))
    return Sprites(np.flatnonzero(validating(TOTAL) == (split == "val")), split)


def drawn(places: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Sprites by their places in the order of the factors, (B,) -> (B, 512), packed as `unpacked` reads them."""
    drawing, x, y = places // PLACES**2, places // PLACES % PLACES, places % PLACES
    # a window of 64 rows, so far above the drawing that it comes to lie y rows from the window's top
    rows = np.lib.stride_tricks.sliding_window_view(_drawings(), SIZE, axis=1)[drawing, PLACES - 1 - y]
    words = rows << (PLACES - 1 - x).astype(np.uint64)[:, None]  # a row of 64 pixels is one number
    return words.astype(">u8").view(np.uint8)  # big endian: the leftmost pixel first


@lru_cache(maxsize=1)
def _drawings() -> NDArray[np.uint64]:
    """(720, 95): the rows of each drawing as numbers, leftmost pixel highest, 31 empty ones above and below."""
    masks = np.array([inside(shape, scale, angle) for shape in SHAPES for scale in SCALES for angle in ANGLES]) > 0
    bits = np.uint64(1) << np.arange(DRAWING - 1, -1, -1, dtype=np.uint64)
    rows = (masks * bits).sum(axis=2, dtype=np.uint64)
    return np.pad(rows, ((0, 0), (PLACES - 1, PLACES - 1)))


def inside(shape: str, scale: float, angle: float) -> NDArray[np.float64]:
    """How far inside a shape's outline the middle of each pixel of its drawing lies, (33, 33) in a unit of the shape's
    own; below 0 outside.

    Within the unit circle that all three touch: |x|, |y| < 1 / sqrt 2; x^2 + (2 y)^2 < 1; and the heart
    (u^2 + v^2 - 1)^3 < u^2 v^3 with u = 5/4 x, v = 1/4 - 5/4 y.
    """
    middles = (np.arange(DRAWING) - DRAWING // 2) / (RADIUS * scale)
    across, down = np.meshgrid(middles, middles)
    x, y = math.cos(angle) * across + math.sin(angle) * down, math.cos(angle) * down - math.sin(angle) * across
    if shape == "square":
        return math.sqrt(0.5) - np.maximum(np.abs(x), np.abs(y))
    if shape == "ellipse":
        return 1 - x**2 - (2 * y) ** 2
    u, v = 1.25 * x, 0.25 - 1.25 * y
    return u**2 * v**3 - (u**2 + v**2 - 1) ** 3
