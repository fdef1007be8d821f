"""Sprites: every combination of five factors, drawn on the fly. The structure is dSprites' (Matthey et al. 2017).

A square, an ellipse and a heart, in 6 sizes, rotated by 40 angles, at 32 x 32 positions: 737,280 images of 64 x 64
pixels, each 0 or 1, with exactly known factors. No image is stored: 720 drawings are shifted to their positions.
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
from train.data.factors.labels import validation_mask
from train.data.factors.packed import unpack
from train.data.options import Split
from train.data.pictures import Rows, build_metadata

FACTORS = {"shape": 3, "scale": 6, "orientation": 40, "position_x": 32, "position_y": 32}  # the last changes first
SHAPES = ("square", "ellipse", "heart")
SCALES = np.linspace(0.5, 1.0, FACTORS["scale"])
ANGLES = 2 * math.pi * np.arange(FACTORS["orientation"]) / FACTORS["orientation"]  # clockwise in the image
POSITIONS = FACTORS["position_x"]  # along either axis, one pixel apart
DRAWING = SIZE - POSITIONS + 1  # 33 pixels a side: fits at every position
# of the largest shape's circumscribed circle, in pixels; not a round number, so that no outline meets a pixel's centre
RADIUS = 16.3
TOTAL = math.prod(FACTORS.values())


@dataclass(frozen=True)
class Sprites:
    """N sprites: all of them, or those of one split."""

    indices: NDArray[np.int64]  # (N,) in the order of the factors, 0 to 737,279
    split: Split = "all"

    channels = 1
    factor_names = tuple(FACTORS)
    factor_sizes = tuple(FACTORS.values())

    def __len__(self) -> int:
        return len(self.indices)

    @cached_property
    def factors(self) -> NDArray[np.int64]:
        """(N, 5): shape, scale, orientation, horizontal and vertical position, counted from the top left."""
        return np.stack(np.unravel_index(self.indices, self.factor_sizes), axis=1)

    @property
    def metadata(self) -> dict[str, Any]:
        """Entries of training.json about the images."""
        return build_metadata(self.split, len(self))

    def batch(self, rows: Rows, device: torch.device | str = "cpu") -> Tensor:
        """Return (B, 1, 64, 64) of 0 and 1."""
        return unpack(draw(self.indices[rows]), device)


def load(split: Split) -> Sprites:
    """Return all sprites, or those of a split: a hundredth, drawn with a fixed seed, is for validation."""
    if split == "all":
        return Sprites(np.arange(TOTAL))
    return Sprites(np.flatnonzero(validation_mask(TOTAL) == (split == "val")), split)


def draw(indices: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Draw the sprites of indices (B,) in the order of the factors, as (B, 512) bytes that `unpack` reads."""
    drawing, x, y = indices // POSITIONS**2, indices // POSITIONS % POSITIONS, indices % POSITIONS
    # a window of 64 rows that starts so far above the drawing that the drawing is y rows below the window's top
    rows = np.lib.stride_tricks.sliding_window_view(_drawings(), SIZE, axis=1)[drawing, POSITIONS - 1 - y]
    words = rows << (POSITIONS - 1 - x).astype(np.uint64)[:, None]  # a row of 64 pixels is one number
    return words.astype(">u8").view(np.uint8)  # big endian: the leftmost pixel first


@lru_cache(maxsize=1)
def _drawings() -> NDArray[np.uint64]:
    """Return (720, 95) rows of all drawings as numbers, leftmost pixel highest, with 31 empty rows above and below."""
    bits = np.uint64(1) << np.arange(DRAWING - 1, -1, -1, dtype=np.uint64)
    rows = (draw_shapes() * bits).sum(axis=2, dtype=np.uint64)
    return np.pad(rows, ((0, 0), (POSITIONS - 1, POSITIONS - 1)))


def draw_shapes() -> NDArray[np.bool_]:
    """Draw every shape in every size and at every angle, (720, 33, 33), in the order of the factors."""
    return np.array([inside(shape, scale, angle) for shape in SHAPES for scale in SCALES for angle in ANGLES]) > 0


def inside(shape: str, scale: float, angle: float) -> NDArray[np.float64]:
    """Return (33, 33) values of a shape at the centres of its drawing's pixels, positive inside of its outline.

    All three shapes touch the unit circle: |x|, |y| < 1 / sqrt 2; x^2 + (2 y)^2 < 1; and the heart
    (u^2 + v^2 - 1)^3 < u^2 v^3 with u = 5/4 x, v = 1/4 - 5/4 y.
    """
    centres = (np.arange(DRAWING) - DRAWING // 2) / (RADIUS * scale)
    across, down = np.meshgrid(centres, centres)
    x, y = math.cos(angle) * across + math.sin(angle) * down, math.cos(angle) * down - math.sin(angle) * across
    if shape == "square":
        return math.sqrt(0.5) - np.maximum(np.abs(x), np.abs(y))
    if shape == "ellipse":
        return 1 - x**2 - (2 * y) ** 2
    u, v = 1.25 * x, 0.25 - 1.25 * y
    return u**2 * v**3 - (u**2 + v**2 - 1) ** 3
