"""BlazeFace's boxes are at the positions of the faces, one for each."""

from functools import cache

import numpy as np
import pytest

from faces.finder.detection import COARSE, FINE, Detection, _suppress, detect
from faces.similarity import Similarity
from tests.faces.portraits import transform


@cache
def see(shift: complex = 0, size: int = COARSE) -> list[Detection]:
    """Detect the portrait, its face 60 pixels high, moved by `shift` from the middle of a square."""
    return detect(np.asarray(transform(0, 0.5, (size, size), 225 + 130j - 2 * shift).picture), 0.3)


def test_the_portrait_is_one_face_with_its_eyes() -> None:
    (face,) = see()
    expected = [(eye - (225 + 130j)) / 2 + 64 * (1 + 1j) for eye in (204.25 + 101.75j, 247.5 + 103.5j)]
    assert max(abs(eye - other) for eye, other in zip(face.eyes, expected, strict=True)) < 4
    assert 40 < face.side < 70


@pytest.mark.parametrize("shift", [16, 16j, -16 + 16j])
def test_a_moved_face_is_detected_where_it_moved(shift: complex) -> None:
    """By multiples of 16 pixels, to which the coarsest layers are aligned."""
    (face,), (moved,) = see(), see(shift)
    assert abs(moved.middle - face.middle - shift) < 1.5
    assert abs(moved.side / face.side - 1) < 0.06


def test_both_sizes_detect_the_same_face() -> None:
    (small,) = see()
    (large,) = see(0, FINE)
    assert abs(large.side / small.side - 1) < 0.1


def test_overlapping_boxes_are_averaged_by_their_scores() -> None:
    middles = np.array([[50.0, 50], [54, 50], [200, 100], [50, 53]])
    sizes = np.array([[40.0, 40], [44, 44], [30, 30], [40, 40]])
    eyes = np.stack([middles - 10, middles + 10], axis=1)
    first, second = _suppress(np.array([0.8, 0.4, 0.4, 0.4]), middles, sizes, eyes)
    assert first.score == 0.8
    assert first.middle == pytest.approx(51 + 50.75j)
    assert first.side == pytest.approx(41)
    assert first.eyes == pytest.approx((41 + 40.75j, 61 + 60.75j))
    assert (second.score, second.middle) == (0.4, 200 + 100j)


def test_a_black_square_has_no_face() -> None:
    assert detect(np.zeros((COARSE, COARSE, 3), np.uint8), 0.3) == []


def test_a_detection_is_mapped_like_its_points() -> None:
    face = Detection(0.5, 1 + 2j, 3, (1j, 1)).map(Similarity(2j, 10))
    assert face == Detection(0.5, 6 + 2j, 6, (8, 10 + 2j))
