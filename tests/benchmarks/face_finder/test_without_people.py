"""Pictures without people: how many of each kind, and always the same."""

from pathlib import Path

import numpy as np
import pytest
import skimage
from numpy.random import Generator
from PIL import Image

from benchmarks.face_finder.without_people import BUNDLED, DRAWN, Paint

SHOWS_PEOPLE = {"astronaut.png", "camera.png", "coins.png", "no_time_for_that_tiny.gif"}


def test_there_are_enough_pictures_of_each_kind() -> None:
    counts = {kind: count for kind, (count, _) in DRAWN.items()}
    assert len(set(BUNDLED)) >= 20
    assert counts["texture"] >= 60
    assert counts["drawing"] >= 60
    assert counts["page"] + counts["noise"] >= 40


def test_scikit_image_ships_the_pictures_that_are_named() -> None:
    folder = Path(skimage.__file__).parent / "data"
    assert not [name for name in BUNDLED if not (folder / name).is_file()]
    assert not SHOWS_PEOPLE & set(BUNDLED)


@pytest.mark.parametrize("kind", DRAWN)
@pytest.mark.parametrize("i", range(6))
def test_a_drawn_picture_depends_on_its_seed_alone(kind: str, i: int) -> None:
    def paint(seed: int) -> bytes:
        draw: Generator = np.random.default_rng(seed)
        painter: Paint = DRAWN[kind][1]
        picture: Image.Image = painter(draw, i, (60, 40))
        assert (picture.size, picture.mode) == ((60, 40), "RGB")
        return picture.tobytes()

    assert paint(1) == paint(1) != paint(2)
