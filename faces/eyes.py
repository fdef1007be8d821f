"""The eyes of a head: seen in several views of it, and their median taken."""

import cmath
import itertools
import math
import statistics
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from faces.similarity import between, view

Eyes = tuple[complex, complex]  # the one on the picture's left, then the other

HEAD = (300, 180)  # the view in which eyes are looked for: as wide as a detected face, its upper 60 %
HEAD_EYES: Eyes = (91.5 + 115.5j, 208.5 + 115.5j)  # at 30.5 % and 69.5 % of its width, 38.5 % of its height
LOOKS = ((1.0, 0), (1.0, -8), (1.0, 8), (0.88, 4), (1.14, -4))  # scale, degrees: an eye is the median over these


def see_eyes(grey: Image.Image, guess: Eyes, cascade: cv2.CascadeClassifier) -> Eyes | None:
    """The eyes near `guess` in an L picture: the medians over several views; None where fewer than half show two."""
    rough = next(_looks(grey, guess, cascade), None)
    pairs = list(_looks(grey, rough, cascade)) if rough else []  # again, now that the head is level
    if len(pairs) <= len(LOOKS) // 2:
        return None
    left, right = (
        complex(statistics.median(z.real for z in eye), statistics.median(z.imag for z in eye))
        for eye in zip(*pairs, strict=True)
    )
    return left, right


def _looks(grey: Image.Image, guess: Eyes, cascade: cv2.CascadeClassifier) -> Iterator[Eyes]:
    """The eyes seen in each of several views about `guess`; nothing where a view shows none."""
    middle = sum(guess) / 2
    for scale, degrees in LOOKS:
        turn = cmath.rect(scale, math.radians(degrees))
        onto = between(HEAD_EYES, (middle + turn * (guess[0] - middle), middle + turn * (guess[1] - middle)))
        pair = _pair(np.asarray(view(grey, onto, HEAD)), cascade)
        if pair:
            yield onto(pair[0]), onto(pair[1])


def _pair(pixels: NDArray[np.uint8], cascade: cv2.CascadeClassifier) -> Eyes | None:
    """Of what looks like an eye in a head's view, the two that stand most like a face's eyes."""
    # not equalised: that loses a fifth of CelebA's eyes; the cascade weighs contrast itself
    boxes = cascade.detectMultiScale(pixels, scaleFactor=1.1, minNeighbors=1, minSize=(36, 36), maxSize=(120, 120))
    centres = [complex(x + w / 2, y + h / 2) for x, y, w, h in boxes]
    expected = HEAD_EYES[1] - HEAD_EYES[0]

    def strangeness(pair: Eyes) -> float:
        return abs(sum(pair) / 2 - sum(HEAD_EYES) / 2) + abs(pair[1] - pair[0] - expected) / 2

    def plausible(pair: Eyes) -> bool:
        apart = (pair[1] - pair[0]) / expected
        return 0.64 < apart.real < 1.44 and abs(apart.imag) < 0.35 * apart.real and strangeness(pair) < 60

    return min(filter(plausible, itertools.permutations(centres, 2)), key=strangeness, default=None)
