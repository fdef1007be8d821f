"""Faces in a picture, each aligned by its eyes to CelebA's frame, like the models' training images."""

import cmath
import math
from typing import NamedTuple

import cv2
import cv2.data
import numpy as np
from PIL import Image

from faces.crops import CELEBA_BOX, CELEBA_FRAME
from faces.errors import PictureError
from faces.eyes import HEAD, HEAD_EYES, Eyes, find_eyes
from faces.image import crop
from faces.similarity import Similarity, fit, warp

Point = tuple[float, float]  # x, y in pixels of the picture; the centre of the first pixel is (0.5, 0.5)

# Part of the key of caches with aligned images: choose another value whenever aligned pixels change.
ALIGNMENT = "604048d1a2ab6497eac56e0dae7aa50d1d6f42e73d5e966207676ec1b58f8d3e"

# Medians of the 816 pairs that this detector finds in 1,000 CelebA frames: python -m benchmarks.eye_positions
CELEBA_EYES: Eyes = (68.8 + 112.0j, 108.5 + 112.1j)

LONG_SIDES = (480, 1600)  # pixels of the longer side for the search: the second only if the first shows no face
ROLLS = (0, -22, 22)  # degrees; the face cascade detects faces up to about 15 degrees off
SMALLEST = 24  # pixels of a face's side at that scale
LIKELY = 55.0  # least weight that the cascade gives to a face; texture has less
LARGE = 1 / 6  # of the longer side: a box as large as this is a face even without eyes (dark glasses)


class Face(NamedTuple):
    """A face in pixels of its picture."""

    left_eye: Point  # the left one in the picture
    right_eye: Point
    box: tuple[float, float, float, float]  # the detected face: left, top, right, bottom
    eyes_seen: bool  # False: estimated from the box's proportions


class NoFaceFound(PictureError):  # noqa: N818  (the name states the fact)
    """Picture without a visible face."""


class _Box(NamedTuple):
    """Candidate for a face."""

    middle: complex
    side: float
    guess: Eyes  # by the box's proportions
    weight: float  # the cascade's own: higher is surer


def find_faces(picture: Image.Image) -> tuple[Face, ...]:
    """Find the faces of an upright RGB picture, largest first, rotated by up to 30 degrees either way.

    Call `cv2.setNumThreads(1)` once per process if several threads or processes do this at the same time: OpenCV has
    one setting for the whole process, and uses all cores by default. Raises NoFaceFound.
    """
    grey = picture.convert("L")
    face_cascade, eye_cascade = _load_cascades()
    without_eyes: list[_Box] = []
    for side in LONG_SIDES:
        boxes = [box for roll in ROLLS for box in _detect_boxes(grey, side, roll, face_cascade)]
        faces = _keep_with_eyes(grey, boxes, eye_cascade)
        if faces:
            return tuple(sorted(faces, key=lambda face: face.box[2] - face.box[0], reverse=True))
        without_eyes += [box for box in boxes if box.side >= LARGE * max(grey.size)]
        if side >= max(grey.size):
            break  # enlarging the picture further shows nothing new
    if without_eyes:
        best = max(without_eyes, key=lambda box: box.weight)
        return (_to_face(best, best.guess, seen=False),)
    raise NoFaceFound(
        "No face was found in this picture: choose one that shows a face from the front, "
        "well lit and not too small, or crop it by hand."
    )


def align(picture: Image.Image, face: Face) -> Image.Image:
    """Crop a face of an RGB picture to the models' 64 x 64, by way of CelebA's 178 x 218 frame."""
    return crop(warp(picture, _from_frame(face), CELEBA_FRAME), "celeba")


def outline(face: Face) -> tuple[Point, Point, Point, Point]:
    """Return the corners, in the picture, of the square that `align` crops: clockwise from its top left."""
    left, top, right, bottom = CELEBA_BOX
    a, b, c, d = (
        _from_frame(face)(complex(x, y)) for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
    )
    return _to_point(a), _to_point(b), _to_point(c), _to_point(d)


def _from_frame(face: Face) -> Similarity:
    """Return the similarity that maps CelebA's frame to the picture."""
    return fit(CELEBA_EYES, (complex(*face.left_eye), complex(*face.right_eye)))


def _to_point(z: complex) -> Point:
    return z.real, z.imag


def _load_cascades() -> tuple[cv2.CascadeClassifier, cv2.CascadeClassifier]:
    """Load the cascades for faces and for eyes, anew for each picture: two threads must not share one."""
    names = ("haarcascade_frontalface_alt2", "haarcascade_eye_tree_eyeglasses")
    face, eye = (cv2.CascadeClassifier(f"{cv2.data.haarcascades}{name}.xml") for name in names)
    return face, eye


def _detect_boxes(grey: Image.Image, side: int, roll: float, cascade: cv2.CascadeClassifier) -> list[_Box]:
    """Detect candidates in the picture resized to a longer side of `side` and rotated back by `roll` degrees."""
    turn = cmath.rect(max(grey.size) / side, math.radians(roll))
    width, height = (length / abs(turn) for length in grey.size)
    cos, sin = abs(math.cos(math.radians(roll))), abs(math.sin(math.radians(roll)))
    size = (math.ceil(width * cos + height * sin), math.ceil(width * sin + height * cos))
    onto = Similarity(turn, complex(*grey.size) / 2 - turn * complex(*size) / 2)
    pixels = np.asarray(warp(grey, onto, size))
    detections, _, weights = cascade.detectMultiScale3(
        pixels, scaleFactor=1.1, minNeighbors=3, minSize=(SMALLEST, SMALLEST), outputRejectLevels=True
    )
    boxes = []
    for (x, y, w, _), weight in zip(detections, np.ravel(weights), strict=True):
        if weight < LIKELY:
            continue
        head = Similarity(w / HEAD[0], complex(x, y))
        guess = onto(head(HEAD_EYES[0])), onto(head(HEAD_EYES[1]))
        boxes.append(_Box(onto(complex(x + w / 2, y + w / 2)), float(w) * abs(turn), guess, float(weight)))
    return boxes


def _keep_with_eyes(grey: Image.Image, boxes: list[_Box], cascade: cv2.CascadeClassifier) -> list[Face]:
    """Return the boxes in which eyes are detected, surest first, and only one of those that overlap."""
    kept: list[tuple[_Box, Face]] = []
    for box in sorted(boxes, key=lambda box: box.weight, reverse=True):
        if any(abs(box.middle - other.middle) < max(box.side, other.side) / 2 for other, _ in kept):
            continue
        eyes = find_eyes(grey, box.guess, cascade)
        if eyes:
            kept.append((box, _to_face(box, eyes, seen=True)))
    return [face for _, face in kept]


def _to_face(box: _Box, eyes: Eyes, *, seen: bool) -> Face:
    x, y, half = box.middle.real, box.middle.imag, box.side / 2
    return Face(_to_point(eyes[0]), _to_point(eyes[1]), (x - half, y - half, x + half, y + half), seen)
