import matplotlib as mpl
import numpy as np

from faces.image import to_array, to_pixels, to_tensor
from tests.conftest import drawn_face
from train.figures import layout
from train.figures import samples as sample_figure
from train.figures.ladders import samples as draw_samples
from vae_models.hub.pull import Pulled

PICTURES = to_tensor(np.stack([to_array(drawn_face(seed)) for seed in range(3)]))


def test_small_faces_keep_every_pixel_and_stand_on_white() -> None:
    pixels = layout.row(PICTURES, inches=0.32, apart=0.04)
    assert pixels.shape == (64, 3 * 64 + 2 * 8, 3)
    for place, face in enumerate(to_pixels(PICTURES)):
        left = place * 72
        assert np.array_equal(pixels[:, left : left + 64], face)
        assert (pixels[:, left + 64 : left + 72] == 255).all()


def test_large_faces_are_enlarged_until_they_are_sharp_and_keep_their_colours() -> None:
    pixels = layout.row(PICTURES, inches=1.0, apart=0)
    assert pixels.shape[0] / 1.0 >= layout.SHARP > pixels.shape[0] - 64
    again = pixels.reshape(64, 3, 3 * 64, 3, 3).mean(axis=(1, 3))
    assert np.abs(again - np.concatenate(list(to_pixels(PICTURES)), axis=1)).mean() < 4


def test_the_page_of_samples_shows_the_models_samples_in_their_order(models: tuple[Pulled, ...]) -> None:
    drawn = sample_figure.draw(models, seed=11)
    rows = sorted(drawn.axes, key=lambda axes: (round(axes.get_position().x0, 3), -axes.get_position().y0))
    assert len(rows) == 2 * len(models)
    for place, axes in enumerate(rows):
        prior = "standard" if place < len(models) else "fitted"
        shown = np.asarray(axes.images[0].get_array())
        own = layout.row(draw_samples(models[place % len(models)], prior, sample_figure.COUNT, seed=11), 0.5, 0.04)
        left = shown[: shown.shape[0], : shown.shape[0]]
        assert np.array_equal(left, own[: own.shape[0], : own.shape[0]])


def test_typography_is_left_as_it_was_found() -> None:
    mpl.rcParams["font.size"] = 31
    try:
        with layout.typography():
            assert mpl.rcParams["pdf.fonttype"] == 42
            assert mpl.rcParams["font.size"] != 31
        assert mpl.rcParams["font.size"] == 31
    finally:
        mpl.rcdefaults()
