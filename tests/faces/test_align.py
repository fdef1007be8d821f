"""Alignment of transformed copies of a portrait whose pupils were measured by hand."""

import cmath
import functools
import math

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw
from skimage import data

from faces.align import ALIGNMENT, CELEBA_EYES, Face, NoFaceFound, align, find_faces, outline
from faces.crops import CELEBA_BOX, CELEBA_FRAME
from faces.image import SIZE, crop, to_array
from faces.similarity import Similarity, fit, warp

PORTRAIT = Image.fromarray(data.astronaut())  # by NASA, in the public domain
EYES = (204.25 + 101.75j, 247.5 + 103.5j)  # its pupils, measured by hand
FACE = (225 + 115j, 120)  # the middle and the height of its face
PIXEL = SIZE / (CELEBA_BOX[2] - CELEBA_BOX[0])  # pixels of the crop in a pixel of the frame

Copy = tuple[Image.Image, Similarity]  # a copy, and the map from its points to the portrait's


def transform(roll: float, scale: float, size: tuple[int, int], middle: complex = 256 + 256j) -> Copy:
    """Rotate the portrait by `roll` degrees and scale it, its point `middle` in the middle of a picture of `size`."""
    turn = cmath.rect(1 / scale, math.radians(-roll))
    onto = Similarity(turn, middle - turn * complex(*size) / 2)
    return warp(PORTRAIT, onto, size), onto


@functools.cache
def portrait_face() -> Face:
    """Find the portrait's only face, although patches of the suit look a little like faces."""
    (face,) = find_faces(PORTRAIT)
    return face


def eyes_of(face: Face) -> tuple[complex, complex]:
    return complex(*face.left_eye), complex(*face.right_eye)


def mean_difference(a: Image.Image, b: Image.Image) -> float:
    """Return the mean absolute difference of 64 x 64 pictures, between 0 and 255."""
    return float(np.abs(to_array(a).astype(float) - to_array(b)).mean())


@pytest.mark.parametrize(
    ("roll", "scale", "size"),
    [
        (0, 1, (512, 512)),
        (-30, 1, (512, 512)),
        (30, 1, (512, 512)),
        (-15, 0.7, (700, 400)),
        (15, 0.7, (400, 700)),
        (22, 3, (1500, 1500)),
        (-8, 0.7, (2000, 1400)),  # a small face in a large photograph
        (10, 17, (2800, 2700)),  # the face alone, 2,000 pixels high
    ],
)
def test_aligned_eyes_are_within_two_pixels_of_celebas(roll: float, scale: float, size: tuple[int, int]) -> None:
    picture, onto = transform(roll, scale, size, FACE[0] if scale > 1 else 256 + 256j)
    frame = fit(eyes_of(find_faces(picture)[0]), CELEBA_EYES)
    for eye, expected in zip(EYES, CELEBA_EYES, strict=True):
        aligned = frame((eye - onto.shift) / onto.turn)
        assert abs(aligned - expected) * PIXEL < 2


@pytest.mark.parametrize("scale", [0.75, 2.5])
def test_a_scaled_copy_has_the_same_crop(scale: float) -> None:
    """The eyes differ by less than half a pixel of the crop, and with the same eyes the crops are the same."""
    side = round(512 * scale)
    picture = PORTRAIT.resize((side, side), Image.Resampling.BICUBIC)
    frame = fit(eyes_of(portrait_face()), CELEBA_EYES)
    for eye, expected in zip(eyes_of(find_faces(picture)[0]), CELEBA_EYES, strict=True):
        assert abs(frame(eye / scale) - expected) * PIXEL < 0.5
    left, right = ((eye.real * scale, eye.imag * scale) for eye in eyes_of(portrait_face()))
    face = Face(left, right, (0, 0, side, side), eyes_seen=True)
    assert mean_difference(align(picture, face), align(PORTRAIT, portrait_face())) < 3


def test_a_picture_in_celebas_frame_is_only_cropped() -> None:
    """The detected eyes are CelebA's, and with those nothing is rotated, scaled or blurred."""
    frame = warp(PORTRAIT, fit(CELEBA_EYES, eyes_of(portrait_face())), CELEBA_FRAME)
    for eye, expected in zip(eyes_of(find_faces(frame)[0]), CELEBA_EYES, strict=True):
        assert abs(eye - expected) * PIXEL < 0.75
    left, right = ((z.real, z.imag) for z in CELEBA_EYES)
    face = Face(left, right, (0, 0, 178, 218), eyes_seen=True)
    assert mean_difference(align(frame, face), crop(frame, "celeba")) < 0.5


def test_a_large_picture_is_antialiased() -> None:
    """A rotated fine chessboard becomes grey."""
    board = Image.fromarray(((np.indices((1200, 1200)).sum(0) % 2) * 255).astype(np.uint8)).convert("RGB")
    seen = to_array(align(board, Face((500, 500), (740, 560), (300, 300, 900, 900), eyes_seen=True)))
    assert np.abs(seen.astype(int) - 128).max() < 8


FACELESS = {
    "noise": Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)),
    "coins": Image.fromarray(data.coins()).convert("RGB"),  # with heads in profile
    "grey": Image.new("RGB", (300, 200), "grey"),
    "a cat": Image.fromarray(data.chelsea()),
    "one pixel": Image.new("RGB", (1, 1)),
    "a line": Image.new("RGB", (500, 1)),
}


@pytest.mark.parametrize("name", FACELESS)
def test_a_picture_without_a_face_is_an_error_that_advises(name: str) -> None:
    with pytest.raises(NoFaceFound, match=r"No face was found.*choose.*crop it by hand\.$"):
        find_faces(FACELESS[name])


def test_the_larger_of_two_faces_comes_first() -> None:
    both = Image.new("RGB", (820, 512), "white")
    both.paste(PORTRAIT.resize((308, 308), Image.Resampling.BICUBIC), (0, 100))
    both.paste(PORTRAIT, (308, 0))
    large, small = find_faces(both)
    assert abs(eyes_of(large)[0] - (EYES[0] + 308)) < 4
    assert abs(eyes_of(small)[0] - (EYES[0] * 308 / 512 + 100j)) < 4


def test_eyes_behind_dark_glasses_are_estimated() -> None:
    """By the box's proportions, and `eyes_seen` is False."""
    picture = PORTRAIT.copy()
    for eye in EYES:
        ImageDraw.Draw(picture).ellipse((eye.real - 16, eye.imag - 10, eye.real + 16, eye.imag + 13), fill=(15, 15, 15))
    scale = 480 / 512  # no larger than the first search, because the second takes seconds
    (face,) = find_faces(picture.resize((480, 480), Image.Resampling.BICUBIC))
    assert portrait_face().eyes_seen
    assert not face.eyes_seen
    assert max(abs(a / scale - b) for a, b in zip(eyes_of(face), EYES, strict=True)) < FACE[1] / 15


def test_the_box_contains_the_eyes_in_its_upper_half() -> None:
    left, top, right, bottom = portrait_face().box
    assert left < portrait_face().left_eye[0] < portrait_face().right_eye[0] < right
    assert top < portrait_face().left_eye[1] < (top + bottom) / 2


def test_edge_pixels_are_repeated_outside_of_the_picture() -> None:
    """A face in the corner of a white picture has no black wedges."""
    seen = align(Image.new("RGB", (100, 100), "white"), Face((2.0, 5.0), (40.0, 20.0), (0, 0, 50, 50), eyes_seen=True))
    assert seen.size == (SIZE, SIZE)
    assert to_array(seen).min() == 255


def test_the_outline_is_the_square_of_the_crop() -> None:
    """Spots drawn at its corners are at the corners of the crop."""
    face = Face((180.0, 250.0), (310.0, 290.0), (100, 100, 400, 400), eyes_seen=True)
    corners = [complex(*corner) for corner in outline(face)]
    sides = [b - a for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
    assert np.allclose([side / sides[0] for side in sides], [1, 1j, -1, -1j])
    ys, xs = np.mgrid[:600, :600] + 0.5
    spots = np.zeros((600, 600), np.uint8)
    middle = sum(corners) / 4
    for number, corner in enumerate(corners):
        inside = corner + (middle - corner) * 4 / 32  # four pixels of the crop from either edge
        spots[np.abs(xs + 1j * ys - inside) < 3 * abs(sides[0]) / SIZE] = 100 + 50 * number
    seen = to_array(align(Image.fromarray(spots).convert("RGB"), face))[..., 0]
    expected = [100, 150, 200, 250]
    assert np.allclose([seen[4, 4], seen[4, 59], seen[59, 59], seen[59, 4]], expected, atol=3)


def test_aligned_pixels_are_those_of_their_version() -> None:
    """If this fails because alignment changed, choose another `ALIGNMENT`, or caches will mix both kinds of pixels."""
    expected = (202.5792, 100.6687), (248.5046, 103.2271)
    assert ALIGNMENT == "604048d1a2ab6497eac56e0dae7aa50d1d6f42e73d5e966207676ec1b58f8d3e"
    assert np.allclose((portrait_face().left_eye, portrait_face().right_eye), expected, atol=1e-3)


def test_finding_faces_neither_sets_nor_depends_on_opencvs_threads() -> None:
    """The setting belongs to the whole process, so only its start may change it."""
    before, expected = cv2.getNumThreads(), (portrait_face(),)
    try:
        for threads in (1, 3):
            cv2.setNumThreads(threads)
            assert find_faces(PORTRAIT) == expected
            assert cv2.getNumThreads() == threads
    finally:
        cv2.setNumThreads(before)
