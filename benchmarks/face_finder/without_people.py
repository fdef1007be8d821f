"""Pictures without people: scikit-image's bundled ones and their crops, textures, drawings, pages of text and noise.

All but the first are drawn by code from fixed seeds. A face that a finder sees in one of them is a false one.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import skimage
from numpy.random import Generator
from PIL import Image

from benchmarks.face_finder.drawings import draw_drawing, draw_noise, draw_page
from benchmarks.face_finder.textures import draw_texture

SEED = 181
WIDTHS, HEIGHTS = (120, 1200), (0.6, 1.6)  # of what is drawn: pixels, and share of the width
# Bundled with scikit-image, no download. Left out: astronaut, camera and no_time_for_that_tiny, which show people;
# coins, which show heads; chessboard_RGB, which equals chessboard_GRAY.
BUNDLED = (
    *("brick.png", "cell.png", "chelsea.png", "chessboard_GRAY.png", "clock_motion.png", "coffee.png", "color.png"),
    *("grass.png", "gravel.png", "horse.png", "hubble_deep_field.jpg", "ihc.png", "logo.png", "microaneurysms.png"),
    *("moon.png", "motorcycle_left.png", "motorcycle_right.png", "page.png", "phantom.png", "retina.jpg", "rocket.jpg"),
    "text.png",
)
CROPS = 4  # of each bundled picture
CROP_SHARES = (0.15, 0.7)  # of the shorter side

Paint = Callable[[Generator, int, tuple[int, int]], Image.Image]

DRAWN: dict[str, tuple[int, Paint]] = {
    "texture": (60, draw_texture),
    "drawing": (60, draw_drawing),
    "page": (20, draw_page),
    "noise": (20, draw_noise),
}


def bundled() -> Iterator[tuple[str, Image.Image]]:
    """Yield scikit-image's pictures without people, each followed by its crops, enlarged to its own size."""
    folder = Path(skimage.__file__).parent / "data"
    for number, name in enumerate(BUNDLED):
        with Image.open(folder / name) as image:
            picture = Image.new("RGB", image.size, "white")
            picture.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
        yield name, picture
        draw = np.random.default_rng([SEED, number])
        for i in range(CROPS):
            side = draw.uniform(*CROP_SHARES) * min(picture.size)
            left, top = (draw.uniform(0, length - side) for length in picture.size)
            size = (max(picture.size),) * 2
            yield f"{name}, crop {i + 1}", picture.resize(size, box=(left, top, left + side, top + side))


def drawn() -> Iterator[tuple[str, Image.Image]]:
    """Yield the pictures that code draws."""
    for number, (kind, (count, paint)) in enumerate(DRAWN.items(), start=1000):
        for i in range(count):
            draw = np.random.default_rng([SEED, number, i])
            width = draw.uniform(*WIDTHS)
            yield f"{kind} {i + 1}", paint(draw, i, (round(width), round(width * draw.uniform(*HEIGHTS))))


def all_pictures() -> Iterator[tuple[str, Image.Image]]:
    """Yield name and picture of everything."""
    yield from bundled()
    yield from drawn()
