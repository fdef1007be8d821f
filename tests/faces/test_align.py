"""Alignment of transformed copies of a portrait whose pupils were measured by hand."""

import functools
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw
from skimage import data

from faces.align import ALIGNMENT, CELEBA_EYES, MOST_FACES, Face, NoFaceFound, align, find_faces, outline
from faces.crops import CELEBA_BOX, CELEBA_FRAME
from faces.image import SIZE, crop, to_array
from faces.similarity import fit, warp
from tests.faces.portraits import EYES, FACE, PORTRAIT, SMALL, Copy, darken, tile_heads, transform

PIXEL = SIZE / (CELEBA_BOX[2] - CELEBA_BOX[0])  # pixels of the crop in a pixel of the frame


@functools.cache
def portrait_face() -> Face:
    (face,) = find_faces(PORTRAIT)
    return face


def eyes_of(face: Face) -> tuple[complex, complex]:
    return complex(*face.left_eye), complex(*face.right_eye)


def mean_difference(a: Image.Image, b: Image.Image) -> float:
    """Return the mean absolute difference of 64 x 64 pictures, between 0 and 255."""
    return float(np.abs(to_array(a).astype(float) - to_array(b)).mean())


def require_aligned(copy: Copy, found: Face) -> None:
    """Check that the crop has the pupils within two pixels of CelebA's."""
    frame = fit(eyes_of(found), CELEBA_EYES)
    for eye, expected in zip(copy.eyes, CELEBA_EYES, strict=True):
        assert abs(frame(eye) - expected) * PIXEL < 2


@pytest.mark.parametrize("roll", range(-45, 46, 15))
def test_a_face_turned_by_up_to_45_degrees_is_aligned(roll: float) -> None:
    copy = transform(roll, 0.6, (300, 300))
    require_aligned(copy, find_faces(copy.picture)[0])


@pytest.mark.parametrize(
    ("roll", "scale", "size"),
    [
        (-8, 0.7, (2000, 1400)),  # a small face in a large photograph
        (22, 3, (1000, 900)),
        (10, 17, (2800, 2700)),  # the face alone, 2,000 pixels high
        (0, 0.2, (102, 102)),  # 24 pixels high
    ],
)
def test_a_face_of_any_size_is_aligned(roll: float, scale: float, size: tuple[int, int]) -> None:
    copy = transform(roll, scale, size, FACE[0] if scale > 1 else 256 + 256j)
    require_aligned(copy, find_faces(copy.picture)[0])


@pytest.mark.parametrize("roll", [-20, 20])
def test_a_dark_and_noisy_face_is_aligned(roll: float) -> None:
    copy = transform(roll, 0.6, (300, 300))
    require_aligned(copy, find_faces(darken(copy.picture, 0.15, noise=4))[0])


@pytest.mark.parametrize("scale", [0.75, 2.5])
def test_a_scaled_copy_has_the_same_crop(scale: float) -> None:
    """The eyes differ by less than half a pixel of the crop, and with the same eyes the crops are the same."""
    side = round(512 * scale)
    picture = PORTRAIT.resize((side, side), Image.Resampling.BICUBIC)
    frame = fit(eyes_of(portrait_face()), CELEBA_EYES)
    for eye, expected in zip(eyes_of(find_faces(picture)[0]), CELEBA_EYES, strict=True):
        assert abs(frame(eye / scale) - expected) * PIXEL < 0.5
    left, right = ((eye.real * scale, eye.imag * scale) for eye in eyes_of(portrait_face()))
    face = Face(left, right, (0, 0, side, side))
    assert mean_difference(align(picture, face), align(PORTRAIT, portrait_face())) < 3


def test_a_picture_in_celebas_frame_is_only_cropped() -> None:
    """The detected eyes are CelebA's, and with those nothing is rotated, scaled or blurred."""
    frame = warp(PORTRAIT, fit(CELEBA_EYES, eyes_of(portrait_face())), CELEBA_FRAME)
    for eye, expected in zip(eyes_of(find_faces(frame)[0]), CELEBA_EYES, strict=True):
        assert abs(eye - expected) * PIXEL < 0.75
    left, right = ((z.real, z.imag) for z in CELEBA_EYES)
    face = Face(left, right, (0, 0, 178, 218))
    assert mean_difference(align(frame, face), crop(frame, "celeba")) < 0.5


def test_a_large_picture_is_antialiased() -> None:
    """A rotated fine chessboard becomes grey."""
    board = Image.fromarray(((np.indices((1200, 1200)).sum(0) % 2) * 255).astype(np.uint8)).convert("RGB")
    seen = to_array(align(board, Face((500, 500), (740, 560), (300, 300, 900, 900))))
    assert np.abs(seen.astype(int) - 128).max() < 8


def draw_drawing() -> Image.Image:
    """Draw circles, lines and rectangles."""
    picture, draw = Image.new("RGB", (300, 240), "white"), np.random.default_rng(1)
    for _ in range(40):
        x, y, side = (int(draw.integers(*limits)) for limits in ((0, 240), (0, 200), (5, 60)))
        colour = tuple(int(level) for level in draw.integers(0, 256, 3))
        ImageDraw.Draw(picture).ellipse((x, y, x + side, y + side), outline=colour, width=3)
        ImageDraw.Draw(picture).rectangle((y, x, y + side, x + side // 2), fill=colour)
    return picture


def draw_text() -> Image.Image:
    """Draw a page of text."""
    picture = Image.new("RGB", (240, 300), "white")
    ImageDraw.Draw(picture).multiline_text((8, 8), "\n".join(["No face is on this page of text."] * 18), fill="black")
    return picture


FACELESS = {
    "noise": Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)),
    "texture": Image.fromarray(data.gravel()).convert("RGB").resize((256, 256)),
    "coins": Image.fromarray(data.coins()).convert("RGB").resize((256, 202)),  # with heads in profile
    "a cat": Image.fromarray(data.chelsea()).resize((300, 200)),
    "a drawing": draw_drawing(),
    "text": draw_text(),
    "grey": Image.new("RGB", (300, 200), "grey"),
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


def test_the_largest_24_of_30_faces_are_listed_and_the_rest_counted() -> None:
    faces = find_faces(tile_heads((900, 800), 6, 5, smallest=0.5))
    assert (len(faces), faces.more) == (MOST_FACES, 6) == (24, 6)
    sides = [face.box[2] - face.box[0] for face in faces]
    assert sides == sorted(sides, reverse=True)
    assert {int(face.box[1] // 160) for face in faces} == {0, 1, 2, 3}  # the last row has the smallest


def test_every_listed_eye_is_on_its_side_of_the_picture() -> None:
    for roll in (-40, 0, 40):
        for face in find_faces(transform(roll, 0.6, (300, 300)).picture):
            assert face.left_eye[0] < face.right_eye[0]


def test_eyes_behind_dark_glasses_are_estimated() -> None:
    picture = PORTRAIT.copy()
    for eye in EYES:
        ImageDraw.Draw(picture).ellipse((eye.real - 16, eye.imag - 10, eye.real + 16, eye.imag + 13), fill=(15, 15, 15))
    (face,) = find_faces(picture.crop((100, 0, 350, 250)))
    assert max(abs(a + 100 - b) for a, b in zip(eyes_of(face), EYES, strict=True)) < FACE[1] / 15


def test_the_box_contains_the_eyes_in_its_upper_half() -> None:
    left, top, right, bottom = portrait_face().box
    assert left < portrait_face().left_eye[0] < portrait_face().right_eye[0] < right
    assert top < portrait_face().left_eye[1] < (top + bottom) / 2


def test_edge_pixels_are_repeated_outside_of_the_picture() -> None:
    """A face in the corner of a white picture has no black wedges."""
    seen = align(Image.new("RGB", (100, 100), "white"), Face((2.0, 5.0), (40.0, 20.0), (0, 0, 50, 50)))
    assert seen.size == (SIZE, SIZE)
    assert to_array(seen).min() == 255


def test_the_outline_is_the_square_of_the_crop() -> None:
    """Spots drawn at its corners are at the corners of the crop."""
    face = Face((180.0, 250.0), (310.0, 290.0), (100, 100, 400, 400))
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
    expected = (203.538, 101.535), (246.693, 103.937)
    assert ALIGNMENT == "5dcb9c41fc58b4c488b2229577cbfa5198ea20294f98b8dc9961989352e37c7c"
    assert np.allclose((portrait_face().left_eye, portrait_face().right_eye), expected, atol=5e-3)


def test_opencvs_threads_change_no_eye_and_are_not_changed() -> None:
    """The setting belongs to the whole process, so only its start may change it."""
    before, expected = cv2.getNumThreads(), find_faces(SMALL)
    try:
        for threads in (1, 3):
            cv2.setNumThreads(threads)
            assert find_faces(SMALL) == expected
            assert cv2.getNumThreads() == threads
    finally:
        cv2.setNumThreads(before)


def test_threads_that_find_faces_at_once_get_equal_answers() -> None:
    pictures = [SMALL, SMALL.transpose(Image.Transpose.FLIP_LEFT_RIGHT)] * 6
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(find_faces, pictures)) == [find_faces(picture) for picture in pictures[:2]] * 6
