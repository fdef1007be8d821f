"""Similarity transforms of the plane (rotation, scale, shift), and pictures warped by them.

A point is the complex number x + iy in pixels. Whole numbers are the edges of pixels, as in Pillow's boxes: the centre
of the first pixel is 0.5 + 0.5i.
"""

import math
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image


class Similarity(NamedTuple):
    """The map z -> turn z + shift. |turn| is the scale, its argument the angle, clockwise because y points down."""

    turn: complex
    shift: complex

    def __call__(self, z: complex) -> complex:
        """Map a point."""
        return self.turn * z + self.shift


def fit(source: tuple[complex, complex], target: tuple[complex, complex]) -> Similarity:
    """Return the similarity that maps the two points of `source` to those of `target`."""
    turn = (target[1] - target[0]) / (source[1] - source[0])
    return Similarity(turn, target[0] - turn * source[0])


def warp(picture: Image.Image, onto: Similarity, size: tuple[int, int]) -> Image.Image:
    """Resample an L or RGB picture in a window of `size`; `onto` maps points of the window to points of the picture.

    Antialiased when it shrinks. Outside of the picture its edge pixels are repeated, as in CelebA's own frames.
    """
    width, height = size
    corners = [onto(corner) for corner in (0, width, complex(width, height), complex(0, height))]
    margin = 4 * max(1, abs(onto.turn))  # reach of the resampling kernels
    left, right = _pixel_range([z.real for z in corners], margin, picture.width)
    top, bottom = _pixel_range([z.imag for z in corners], margin, picture.height)
    part = picture.crop((left, top, right, bottom))
    if abs(onto.turn) > 1:  # warpAffine does not antialias
        shrunk = [max(1, round(side / abs(onto.turn))) for side in part.size]
        part = part.resize((shrunk[0], shrunk[1]), Image.Resampling.BICUBIC)
    across, down = part.width / (right - left), part.height / (bottom - top)
    turn, shift = onto.turn, onto(0.5 + 0.5j) - complex(left, top)
    matrix = np.array(
        [
            [turn.real * across, -turn.imag * across, shift.real * across - 0.5],
            [turn.imag * down, turn.real * down, shift.imag * down - 0.5],
        ]
    )
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return Image.fromarray(cv2.warpAffine(np.asarray(part), matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE))


def _pixel_range(values: list[float], margin: float, end: int) -> tuple[int, int]:
    """Return the non-empty range of pixels that contains all `values` and a margin, as far as it is below `end`."""
    first = min(max(0, math.floor(min(values) - margin)), end - 1)
    return first, max(first + 1, min(end, math.ceil(max(values) + margin)))
