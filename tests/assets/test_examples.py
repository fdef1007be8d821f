"""The example pictures that a program draws."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faces.align import CELEBA_EYES
from faces.crops import CELEBA_BOX

FOLDER = Path(__file__).parents[2] / "assets" / "examples"
DRAW = runpy.run_path(str(FOLDER / "draw.py"))


@pytest.mark.parametrize("name", DRAW["PICTURES"])
def test_a_drawn_example_is_what_its_program_draws(name: str) -> None:
    with Image.open(FOLDER / name) as committed:
        assert (committed.mode, committed.size) == ("RGB", (64, 64))
        assert np.array_equal(np.asarray(committed), np.asarray(DRAW["PICTURES"][name]()))


def test_drawn_eyes_are_where_the_models_images_have_them() -> None:
    left, top, right, _ = CELEBA_BOX
    scale = DRAW["SIDE"] / (right - left)
    for (x, y), eye in zip(DRAW["EYES"], CELEBA_EYES, strict=True):
        assert abs(complex(x, y) - (eye - complex(left, top)) * scale) < 0.1
