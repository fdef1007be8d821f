"""The eyes of a head: detected in several views and combined by their median."""

import cmath
import itertools
import math
import statistics
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from faces.similarity import fit, warp

Eyes = tuple[complex, complex]  # the left one in the picture, then the right one

HEAD = (300, 180)  # the view in which eyes are detected: as wide as a face's box, and its upper 60 %
HEAD_EYES: Eyes = (91.5 + 115.5j, 208.5 + 115.5j)  # at 30.5 % and 69.5 % of its width, 38.5 % of its height
VIEWS = ((1.0, 0), (1.0, -8), (1.0, 8), (0.88, 4), (1.14, -4))  # scale and degrees of each view


def find_eyes(grey: Image.Image, guess: Eyes, cascade: cv2.CascadeClassifier) -> Eyes | None:
    """Find the eyes near `guess` in an L picture: the median of several views; None if fewer than half show both."""
    rough = next(_find_in_views(grey, guess, cascade), None)
    pairs = list(_find_in_views(grey, rough, cascade)) if rough else []  # again, now that the head is level
    if len(pairs) <= len(VIEWS) // 2:
        return None
    left, right = (
        complex(statistics.median(z.real for z in eye), statistics.median(z.imag for z in eye))
        for eye in zip(*pairs, strict=True)
    )
    return left, right


def _find_in_views(grey: Image.Image, guess: Eyes, cascade: cv2.CascadeClassifier) -> Iterator[Eyes]:
    """Yield the eyes of each view around `guess` in which both are detected."""
    middle = sum(guess) / 2
    for scale, degrees in VIEWS:
        turn = cmath.rect(scale, math.radians(degrees))
        onto = fit(HEAD_EYES, (middle + turn * (guess[0] - middle), middle + turn * (guess[1] - middle)))
        pair = _detect_pair(np.asarray(warp(grey, onto, HEAD)), cascade)
        if pair:
            yield onto(pair[0]), onto(pair[1])


def _detect_pair(pixels: NDArray[np.uint8], cascade: cv2.CascadeClassifier) -> Eyes | None:
    """Detect eyes in a view of a head; return the pair whose position is most like that of a face's eyes."""
    # not equalised: that loses a fifth of CelebA's eyes; the cascade normalises contrast itself
    boxes = cascade.detectMultiScale(pixels, scaleFactor=1.1, minNeighbors=1, minSize=(36, 36), maxSize=(120, 120))
    centres = [complex(x + w / 2, y + h / 2) for x, y, w, h in boxes]
    expected = HEAD_EYES[1] - HEAD_EYES[0]

    def deviation(pair: Eyes) -> float:
        return abs(sum(pair) / 2 - sum(HEAD_EYES) / 2) + abs(pair[1] - pair[0] - expected) / 2

    def is_plausible(pair: Eyes) -> bool:
        apart = (pair[1] - pair[0]) / expected
        return 0.64 < apart.real < 1.44 and abs(apart.imag) < 0.35 * apart.real and deviation(pair) < 60

    return min(filter(is_plausible, itertools.permutations(centres, 2)), key=deviation, default=None)
