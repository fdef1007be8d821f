"""Where the eyes land is held against eyes measured by hand, taken through what each copy was made by."""

import cmath
import functools
import math

import numpy as np
import pytest
from PIL import Image, ImageDraw
from skimage import data

from faces.align import CELEBA_EYES, Face, NoFaceFound, align, find_faces, outline
from faces.image import CELEBA_BOX, CELEBA_FRAME, SIZE, crop, to_array
from faces.similarity import Similarity, between, view

PORTRAIT = Image.fromarray(data.astronaut())  # NASA's, in the public domain
EYES = (204.25 + 101.75j, 247.5 + 103.5j)  # its pupils, by hand
FACE = (225 + 115j, 120)  # its middle and its height
PIXEL = SIZE / (CELEBA_BOX[2] - CELEBA_BOX[0])  # of the crop, in one of the frame

Copy = tuple[Image.Image, Similarity]  # a copy, and from its points to the portrait's


def copied(roll: float, scale: float, size: tuple[int, int], middle: complex = 256 + 256j) -> Copy:
    """The portrait turned by `roll` degrees and scaled, with its `middle` in that of a picture of `size`."""
    turn = cmath.rect(1 / scale, math.radians(-roll))
    onto = Similarity(turn, middle - turn * complex(*size) / 2)
    return view(PORTRAIT, onto, size), onto


@functools.cache
def known() -> Face:
    """The portrait's face: the only one, though the suit's patches look a little like faces too."""
    (face,) = find_faces(PORTRAIT)
    return face


def eyes_of(face: Face) -> tuple[complex, complex]:
    return complex(*face.left_eye), complex(*face.right_eye)


def difference(a: Image.Image, b: Image.Image) -> float:
    """Mean absolute difference of 64 x 64 pictures, of 255."""
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
        (-8, 0.7, (2000, 1400)),  # small in a large photograph
        (10, 17, (2800, 2700)),  # 2,000 pixels high: the face alone
    ],
)
def test_the_eyes_land_where_celebas_are(roll: float, scale: float, size: tuple[int, int]) -> None:
    picture, onto = copied(roll, scale, size, FACE[0] if scale > 1 else 256 + 256j)
    frame = between(eyes_of(find_faces(picture)[0]), CELEBA_EYES)
    for eye, expected in zip(EYES, CELEBA_EYES, strict=True):
        landed = frame((eye - onto.shift) / onto.turn)
        assert abs(landed - expected) * PIXEL < 2


@pytest.mark.parametrize("scale", [0.75, 2.5])
def test_a_scaled_copy_gives_the_same_crop(scale: float) -> None:
    """The eyes are found within half a pixel of the crop, and at the same eyes the crops are the same."""
    side = round(512 * scale)
    picture = PORTRAIT.resize((side, side), Image.Resampling.BICUBIC)
    frame = between(eyes_of(known()), CELEBA_EYES)
    for eye, expected in zip(eyes_of(find_faces(picture)[0]), CELEBA_EYES, strict=True):
        assert abs(frame(eye / scale) - expected) * PIXEL < 0.5
    left, right = ((eye.real * scale, eye.imag * scale) for eye in eyes_of(known()))
    there = Face(left, right, (0, 0, side, side), eyes_seen=True)
    assert difference(align(picture, there), align(PORTRAIT, known())) < 3


def test_what_is_in_celebas_frame_already_is_cropped_as_it_is() -> None:
    """Its eyes are found where they are, and with them there nothing is turned, scaled or blurred."""
    frame = view(PORTRAIT, between(CELEBA_EYES, eyes_of(known())), CELEBA_FRAME)
    for eye, expected in zip(eyes_of(find_faces(frame)[0]), CELEBA_EYES, strict=True):
        assert abs(eye - expected) * PIXEL < 0.75
    there = Face(*((z.real, z.imag) for z in CELEBA_EYES), (0, 0, 178, 218), eyes_seen=True)
    assert difference(align(frame, there), crop(frame, "celeba")) < 0.5


def test_a_large_picture_is_antialiased() -> None:
    """A fine chessboard becomes grey, whatever it is turned by."""
    board = Image.fromarray(((np.indices((1200, 1200)).sum(0) % 2) * 255).astype(np.uint8)).convert("RGB")
    seen = to_array(align(board, Face((500, 500), (740, 560), (300, 300, 900, 900), eyes_seen=True)))
    assert np.abs(seen.astype(int) - 128).max() < 8


NOTHING = {
    "noise": Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)),
    "coins": Image.fromarray(data.coins()).convert("RGB"),  # with heads in profile
    "grey": Image.new("RGB", (300, 200), "grey"),
    "a cat": Image.fromarray(data.chelsea()),
    "one pixel": Image.new("RGB", (1, 1)),
    "a line": Image.new("RGB", (500, 1)),
}


@pytest.mark.parametrize("what", NOTHING)
def test_where_no_face_is_a_sentence_says_what_to_do(what: str) -> None:
    with pytest.raises(NoFaceFound, match=r"No face was found.*choose.*crop it by hand\.$"):
        find_faces(NOTHING[what])


def test_of_two_faces_the_larger_comes_first() -> None:
    both = Image.new("RGB", (820, 512), "white")
    both.paste(PORTRAIT.resize((308, 308), Image.Resampling.BICUBIC), (0, 100))
    both.paste(PORTRAIT, (308, 0))
    large, small = find_faces(both)
    assert abs(eyes_of(large)[0] - (EYES[0] + 308)) < 4
    assert abs(eyes_of(small)[0] - (EYES[0] * 308 / 512 + 100j)) < 4


def test_behind_dark_glasses_the_eyes_are_guessed() -> None:
    """From the box's proportions, and it is said."""
    picture = PORTRAIT.copy()
    for eye in EYES:
        ImageDraw.Draw(picture).ellipse((eye.real - 16, eye.imag - 10, eye.real + 16, eye.imag + 13), fill=(15, 15, 15))
    (face,) = find_faces(picture)
    assert known().eyes_seen
    assert not face.eyes_seen
    assert max(abs(a - b) for a, b in zip(eyes_of(face), EYES, strict=True)) < FACE[1] / 15


def test_the_box_is_about_the_eyes() -> None:
    left, top, right, bottom = known().box
    assert left < known().left_eye[0] < known().right_eye[0] < right
    assert top < known().left_eye[1] < (top + bottom) / 2


def test_outside_of_the_picture_its_edge_goes_on() -> None:
    """White stays white where the face is at the corner: no black wedges."""
    seen = align(Image.new("RGB", (100, 100), "white"), Face((2.0, 5.0), (40.0, 20.0), (0, 0, 50, 50), eyes_seen=True))
    assert seen.size == (SIZE, SIZE)
    assert to_array(seen).min() == 255


def test_the_outline_is_the_square_that_is_shown() -> None:
    """What is drawn at its corners is at the corners of the crop."""
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
