"""A pyramid gives the same picture as its original, smaller."""

import numpy as np
import pytest
from PIL import Image

from faces.finder.pyramid import Pyramid
from faces.similarity import Similarity, warp
from tests.faces.portraits import PORTRAIT


def draw_ramp(width: int, height: int) -> Image.Image:
    """Draw the position of each pixel: red across, green down, from 0 to 250."""
    ys, xs = np.mgrid[:height, :width] + 0.5
    return Image.fromarray(np.rint(np.stack([xs / width, ys / height, 0 * xs], axis=2) * 250).astype(np.uint8))


@pytest.mark.parametrize("size", [(1000, 700), (731, 977), (1025, 321), (130, 1), (257, 255)])
def test_a_resized_picture_shows_every_point_at_its_position(size: tuple[int, int]) -> None:
    small = Pyramid(draw_ramp(*size)).resize(128)
    assert max(small.size) == 128
    assert abs(min(small.size) - 128 * min(size) / max(size)) < 1
    difference = np.asarray(small).astype(int) - np.asarray(draw_ramp(*small.size))
    assert np.abs(difference)[8:-8, 8:-8].max(initial=0) <= 2  # edges are resampled alone


@pytest.mark.parametrize("scale", [0.7, 1.5, 2.3, 5])
def test_a_view_of_a_smaller_picture_is_almost_the_direct_one(scale: float) -> None:
    onto = Similarity(scale * (0.96 + 0.28j), 40 + 10j)
    direct, other = warp(PORTRAIT, onto, (80, 80)), Pyramid(PORTRAIT).warp(onto, (80, 80))
    assert np.abs(np.asarray(direct).astype(int) - np.asarray(other)).mean() < 2


def test_every_half_is_made_once() -> None:
    pyramid = Pyramid(PORTRAIT)
    level, factor = pyramid.level(5)
    assert factor == 4
    assert pyramid.level(7.9) == (level, 4)
    assert pyramid.level(0.1) == pyramid.level(1.9) == (PORTRAIT, 1)
    assert pyramid.level(10**9)[0].size == (1, 1)
