"""Transformed copies of a portrait in the public domain, whose pupils were measured by hand."""

import cmath
import math
from typing import NamedTuple

import numpy as np
from PIL import Image
from skimage import data

from faces.similarity import Similarity, warp

PORTRAIT = Image.fromarray(data.astronaut())  # by NASA
EYES = (204.25 + 101.75j, 247.5 + 103.5j)  # its pupils
FACE = (225 + 115j, 120)  # the middle and the height of its face
HEAD = PORTRAIT.crop((155, 30, 295, 190))
SMALL = PORTRAIT.resize((256, 256), Image.Resampling.BICUBIC)  # seen at one size only: cheap


class Copy(NamedTuple):
    """Copy of the portrait, and the map from its points to the portrait's."""

    picture: Image.Image
    onto: Similarity

    @property
    def eyes(self) -> tuple[complex, complex]:
        """The pupils in the copy."""
        left, right = ((eye - self.onto.shift) / self.onto.turn for eye in EYES)
        return left, right


def transform(roll: float, scale: float, size: tuple[int, int], middle: complex = 256 + 256j) -> Copy:
    """Rotate the portrait by `roll` degrees and scale it, its point `middle` in the middle of a picture of `size`."""
    turn = cmath.rect(1 / scale, math.radians(-roll))
    onto = Similarity(turn, middle - turn * complex(*size) / 2)
    return Copy(warp(PORTRAIT, onto, size), onto)


def darken(picture: Image.Image, factor: float, noise: float) -> Image.Image:
    """Multiply a picture by `factor` and add noise of that standard deviation, in levels of 255."""
    pixels = np.asarray(picture) * factor + np.random.default_rng(0).normal(0, noise, (*picture.size[::-1], 3))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def tile_heads(size: tuple[int, int], columns: int, rows: int, smallest: float = 1) -> Image.Image:
    """Draw a head in each cell of a grid; their sizes shrink evenly to `smallest` of the first."""
    picture = Image.new("RGB", size, "grey")
    width, height = size[0] // columns, size[1] // rows
    for number in range(columns * rows):
        scale = min(width / HEAD.width, height / HEAD.height) * (1 - (1 - smallest) * number / (columns * rows - 1))
        head = HEAD.resize((round(HEAD.width * scale), round(HEAD.height * scale)), Image.Resampling.BICUBIC)
        picture.paste(head, (number % columns * width, number // columns * height))
    return picture
