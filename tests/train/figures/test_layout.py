"""Image grids, typography and files of the figures."""

import matplotlib as mpl
import numpy as np

from faces.image import to_array, to_pixels, to_tensor
from tests.conftest import draw_face
from train.figures import layout

IMAGES = to_tensor(np.stack([to_array(draw_face(seed)) for seed in range(3)]))
SIDE = 64 * layout.ENLARGED


def test_tiled_images_keep_their_colours_and_have_white_between_them() -> None:
    pixels = layout.tile(IMAGES, columns=2, gap=0.125)
    step = SIDE + SIDE // 8
    assert pixels.shape == (2 * step - SIDE // 8, 2 * step - SIDE // 8, 3)
    for number, image in enumerate(to_pixels(IMAGES)):
        top, left = step * (number // 2), step * (number % 2)
        large = pixels[top : top + SIDE, left : left + SIDE].astype(float)
        small = large.reshape(64, layout.ENLARGED, 64, layout.ENLARGED, 3).mean(axis=(1, 3))
        assert np.abs(small - image).mean() < 4
    assert (pixels[SIDE:step] == 255).all()
    assert (pixels[:, SIDE:step] == 255).all()


def test_tiled_images_without_a_gap_touch() -> None:
    assert layout.tile(IMAGES, columns=3).shape == (SIDE, 3 * SIDE, 3)


def test_a_single_channel_is_tiled_as_grey() -> None:
    pixels = layout.tile(IMAGES[:, :1], columns=3)
    assert pixels.shape == (SIDE, 3 * SIDE, 3)
    assert (pixels == pixels[..., :1]).all()


def test_typography_restores_the_users_settings() -> None:
    mpl.rcParams["font.size"] = 31
    try:
        with layout.typography():
            assert mpl.rcParams["pdf.fonttype"] == 42
            assert mpl.rcParams["font.size"] != 31
        assert mpl.rcParams["font.size"] == 31
    finally:
        mpl.rcdefaults()
