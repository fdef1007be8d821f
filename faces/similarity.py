"""Turns, scales and shifts of the plane, and pictures seen through them.

A point is the complex number x + iy in pixels, whose whole numbers are the pixels' edges (as in Pillow's boxes): the
middle of the first pixel is 0.5 + 0.5i.
"""

import math
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image


class Similarity(NamedTuple):
    """z -> turn z + shift: |turn| is the scale, its argument the angle, clockwise as y grows down."""

    turn: complex
    shift: complex

    def __call__(self, z: complex) -> complex:
        return self.turn * z + self.shift


def between(source: tuple[complex, complex], target: tuple[complex, complex]) -> Similarity:
    """The one similarity that takes the two points of `source` to those of `target`."""
    turn = (target[1] - target[0]) / (source[1] - source[0])
    return Similarity(turn, target[0] - turn * source[0])


def view(picture: Image.Image, onto: Similarity, size: tuple[int, int]) -> Image.Image:
    """What a window of `size` shows of an L or RGB picture, where `onto` takes the window's points to the picture's.

    Antialiased where it shrinks; outside of the picture the pixels of its edge go on, as in CelebA's own frames.
    """
    width, height = size
    corners = [onto(corner) for corner in (0, width, complex(width, height), complex(0, height))]
    margin = 4 * max(1, abs(onto.turn))  # what the kernels reach
    left, right = _reach([z.real for z in corners], margin, picture.width)
    top, bottom = _reach([z.imag for z in corners], margin, picture.height)
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


def _reach(values: list[float], margin: float, end: int) -> tuple[int, int]:
    """The whole pixels from the least to the greatest of `values`, kept inside of the picture and never empty."""
    first = min(max(0, math.floor(min(values) - margin)), end - 1)
    return first, max(first + 1, min(end, math.ceil(max(values) + margin)))
