"""The faces of a picture, each aligned by its eyes onto CelebA's frame: what the models were trained on."""

import cmath
import math
from typing import NamedTuple

import cv2
import cv2.data
import numpy as np
from PIL import Image

from faces.eyes import HEAD, HEAD_EYES, Eyes, see_eyes
from faces.image import CELEBA_BOX, CELEBA_FRAME, PictureError, crop
from faces.similarity import Similarity, between, view

Point = tuple[float, float]  # x, y in pixels of the picture, the first pixel's middle at (0.5, 0.5)

# Medians of the 816 pairs that this detector sees in 1,000 CelebA frames: python -m benchmarks.eye_positions
CELEBA_EYES: Eyes = (68.8 + 112.0j, 108.5 + 112.1j)

LONG_SIDES = (480, 1600)  # pixels of the longer side in which faces are looked for: the finer if the coarser has none
ROLLS = (0, -22, 22)  # degrees; the face cascade finds what is up to about 15 degrees off
SMALLEST = 24  # pixels of a face's side at that scale
LIKELY = 55.0  # the cascade's own weight; what has less is texture
LARGE = 1 / 6  # of the longer side: what is so large is a face even though no eyes are seen (dark glasses)


class Face(NamedTuple):
    """A face in pixels of its picture."""

    left_eye: Point  # the one on the picture's left
    right_eye: Point
    box: tuple[float, float, float, float]  # the detected face: left, top, right, bottom
    eyes_seen: bool  # False: guessed from the box's proportions


class NoFaceFound(PictureError):  # noqa: N818  (it says what is so, as PictureError's family does)
    """There is no face to be seen in a picture."""


class _Box(NamedTuple):
    """What looks like a face."""

    middle: complex
    side: float
    guess: Eyes  # by the box's proportions
    weight: float  # the cascade's own: higher is surer


def find_faces(picture: Image.Image) -> tuple[Face, ...]:
    """The faces of an upright RGB picture, largest first, turned by up to 30 degrees either way.

    Raises NoFaceFound.
    """
    grey = picture.convert("L")
    faces, eyes = _cascades()
    unseen: list[_Box] = []
    for side in LONG_SIDES:
        boxes = [box for roll in ROLLS for box in _search(grey, side, roll, faces)]
        found = _with_eyes(grey, boxes, eyes)
        if found:
            return tuple(sorted(found, key=lambda face: face.box[2] - face.box[0], reverse=True))
        unseen += [box for box in boxes if box.side >= LARGE * max(grey.size)]
        if side >= max(grey.size):
            break  # enlarging it further shows nothing new
    if unseen:
        best = max(unseen, key=lambda box: box.weight)
        return (_face(best, best.guess, seen=False),)
    raise NoFaceFound(
        "No face was found in this picture: choose one that shows a face from the front, "
        "well lit and not too small, or crop it by hand."
    )


def align(picture: Image.Image, face: Face) -> Image.Image:
    """An RGB picture and a face in it -> the 64 x 64 that a model sees, by way of CelebA's 178 x 218 frame."""
    return crop(view(picture, _from_frame(face), CELEBA_FRAME), "celeba")


def outline(face: Face) -> tuple[Point, Point, Point, Point]:
    """The corners, in the picture, of the square that `align` shows: clockwise from its top left."""
    left, top, right, bottom = CELEBA_BOX
    a, b, c, d = (
        _from_frame(face)(complex(x, y)) for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
    )
    return _point(a), _point(b), _point(c), _point(d)


def _from_frame(face: Face) -> Similarity:
    return between(CELEBA_EYES, (complex(*face.left_eye), complex(*face.right_eye)))


def _point(z: complex) -> Point:
    return z.real, z.imag


def _cascades() -> tuple[cv2.CascadeClassifier, cv2.CascadeClassifier]:
    """For faces and for eyes. New ones for each picture: two threads must not share one."""
    cv2.setNumThreads(1)
    names = ("haarcascade_frontalface_alt2", "haarcascade_eye_tree_eyeglasses")
    face, eye = (cv2.CascadeClassifier(f"{cv2.data.haarcascades}{name}.xml") for name in names)
    return face, eye


def _search(grey: Image.Image, side: int, roll: float, cascade: cv2.CascadeClassifier) -> list[_Box]:
    """What looks like a face once the picture is `side` pixels long and turned back by `roll` degrees."""
    turn = cmath.rect(max(grey.size) / side, math.radians(roll))
    width, height = (length / abs(turn) for length in grey.size)
    cos, sin = abs(math.cos(math.radians(roll))), abs(math.sin(math.radians(roll)))
    size = (math.ceil(width * cos + height * sin), math.ceil(width * sin + height * cos))
    onto = Similarity(turn, complex(*grey.size) / 2 - turn * complex(*size) / 2)
    pixels = np.asarray(view(grey, onto, size))
    boxes, _, weights = cascade.detectMultiScale3(
        pixels, scaleFactor=1.1, minNeighbors=3, minSize=(SMALLEST, SMALLEST), outputRejectLevels=True
    )
    found = []
    for (x, y, w, _), weight in zip(boxes, np.ravel(weights), strict=True):
        if weight < LIKELY:
            continue
        head = Similarity(w / HEAD[0], complex(x, y))
        guess = onto(head(HEAD_EYES[0])), onto(head(HEAD_EYES[1]))
        found.append(_Box(onto(complex(x + w / 2, y + w / 2)), float(w) * abs(turn), guess, float(weight)))
    return found


def _with_eyes(grey: Image.Image, boxes: list[_Box], cascade: cv2.CascadeClassifier) -> list[Face]:
    """The boxes in which eyes are seen, surest first; of those that lie over each other, one."""
    found: list[tuple[_Box, Face]] = []
    for box in sorted(boxes, key=lambda box: box.weight, reverse=True):
        if any(abs(box.middle - other.middle) < max(box.side, other.side) / 2 for other, _ in found):
            continue
        seen = see_eyes(grey, box.guess, cascade)
        if seen:
            found.append((box, _face(box, seen, seen=True)))
    return [face for _, face in found]


def _face(box: _Box, eyes: Eyes, *, seen: bool) -> Face:
    x, y, half = box.middle.real, box.middle.imag, box.side / 2
    return Face(_point(eyes[0]), _point(eyes[1]), (x - half, y - half, x + half, y + half), seen)
