"""CelebA's 178 x 218 frames and variants of them, and how far a finder's crop is from the right one.

The eyes of every frame are at the same position, because CelebA aligned the frames by their landmarks. A variant maps
the frame by a known similarity, so the crop that a finder should choose is known as well.
"""

import cmath
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from benchmarks.face_finder.finder import Eyes, Sight
from faces.crops import CELEBA_BOX, CELEBA_FRAME
from faces.image import SIZE
from faces.similarity import Similarity, fit, warp
from train.data.tables import read_rows

PICTURES = "img_align_celeba"
SEED = 18
TURN = 30.0  # degrees either way
DARK, NOISE = 0.18, 4.0  # factor of the brightness, and standard deviation in levels of 255
CANVAS, ENLARGED = (1500, 1000), (1.5, 3.5)  # pixels, and the range of the frame's scale in them
NEAR = 6.0  # of 64 pixels: both eyes of a right crop are as near as this
SCALE = SIZE / (CELEBA_BOX[2] - CELEBA_BOX[0])  # pixels of the crop per pixel of the frame
CHEEKS = ((58, 128, 72, 140), (106, 128, 120, 140))  # left, top, right, bottom in the frame

Labels = dict[str, NDArray[np.bool_]]


class Variant(NamedTuple):
    """File of a picture that shows a frame."""

    data: bytes
    ending: str  # of its name
    onto: Similarity  # from the frame to the picture


@dataclass(frozen=True)
class Frames:
    """CelebA's frames in its own layout, and their labels."""

    files: tuple[Path, ...]
    labels: Labels  # attribute -> (N,)

    def __len__(self) -> int:
        return len(self.files)


def read_frames(folder: Path, limit: int) -> Frames:
    """List at most `limit` frames, evenly spaced. Exits with a sentence if they have no labels."""
    listing = folder / "list_attr_celeba.txt"
    if not listing.is_file():
        sys.exit(f"There is no file {listing}: --data takes a folder with CelebA's {PICTURES} and {listing.name}")
    rows = [row.cells for row in read_rows(listing, listing.read_bytes())][1:]  # the first is the number of frames
    titles, rows = rows[0], rows[1:]
    rows = [rows[i] for i in evenly_spaced(len(rows), limit)]
    values = np.array([[cell == "1" for cell in row[1:]] for row in rows])
    files = tuple(folder / PICTURES / row[0] for row in rows)
    return Frames(files, dict(zip(titles, values.T, strict=True)))


def evenly_spaced(count: int, limit: int) -> list[int]:
    """Return at most `limit` of the indices below `count`, evenly spaced."""
    return [i * count // min(limit, count) for i in range(min(limit, count))]


def keep(file: Path, _: Generator) -> Variant:
    """Return the frame's own file."""
    return Variant(file.read_bytes(), ".jpg", Similarity(1, 0))


def turn(file: Path, draw: Generator) -> Variant:
    """Turn a frame about its middle; its edge pixels are repeated outwards."""
    middle = complex(*CELEBA_FRAME) / 2
    direction = cmath.rect(1, math.radians(draw.uniform(-TURN, TURN)))
    onto = Similarity(direction, middle - direction * middle)
    return Variant(_encode(_place(file, onto, CELEBA_FRAME), "PNG"), ".png", onto)


def darken(file: Path, draw: Generator) -> Variant:
    """Darken a frame and add noise."""
    pixels = np.asarray(Image.open(file).convert("RGB")) * DARK
    noisy = np.clip(pixels + draw.normal(0, NOISE, pixels.shape), 0, 255).round().astype(np.uint8)
    return Variant(_encode(Image.fromarray(noisy), "PNG"), ".png", Similarity(1, 0))


def enlarge(file: Path, draw: Generator) -> Variant:
    """Turn and enlarge a frame within a JPEG of 1500 x 1000 pixels; its edge pixels are repeated outwards."""
    factor = cmath.rect(draw.uniform(*ENLARGED), math.radians(draw.uniform(-TURN, TURN)))
    room = complex(*CANVAS) - abs(factor) * complex(*CELEBA_FRAME)
    middle = complex(*CANVAS) / 2 + complex(draw.uniform(-0.5, 0.5) * room.real, draw.uniform(-0.5, 0.5) * room.imag)
    onto = Similarity(factor, middle - factor * complex(*CELEBA_FRAME) / 2)
    return Variant(_encode(_place(file, onto, CANVAS), "JPEG", quality=90), ".jpg", onto)


ORIGINALS, CANVASES = "originals", f"in {CANVAS[0]} x {CANVAS[1]} canvases"
VARIANTS: dict[str, Callable[[Path, Generator], Variant]] = {
    ORIGINALS: keep,
    f"turned by up to {TURN:.0f} degrees": turn,
    f"darkened to {DARK}, with noise": darken,
    CANVASES: enlarge,
}


def make_variant(name: str, file: Path) -> Variant:
    """Make the variant of a frame; its number is the seed, so that it does not depend on the other frames."""
    return VARIANTS[name](file, np.random.default_rng([SEED, int(file.stem)]))


def _place(file: Path, onto: Similarity, size: tuple[int, int]) -> Image.Image:
    """Draw a frame into a picture of `size`; `onto` maps points of the frame to points of the picture."""
    back = Similarity(1 / onto.turn, -onto.shift / onto.turn)
    return warp(Image.open(file).convert("RGB"), back, size)


def _encode(picture: Image.Image, form: str, quality: int = 75) -> bytes:
    stream = BytesIO()
    picture.save(stream, form, quality=quality)  # PNG ignores it
    return stream.getvalue()


def measure_errors(sight: Sight, reference: Eyes, onto: Similarity) -> tuple[float, float]:
    """Return how far both eyes are from `reference` in the crop of the largest face, in pixels of 64.

    `reference` is the position of the eyes in the frame that the finder itself aligns to: the medians of what it finds
    in CelebA's frames. A constant difference between its eyes and those of CelebA's landmarks does not move its crop,
    and so is no error. Without a face both are infinite.
    """
    if not sight.faces:
        return math.inf, math.inf
    crop = fit(reference, sight.faces[0])  # from the frame of the crop to the picture
    left, right = ((onto(eye) - crop.shift) / crop.turn for eye in reference)
    return abs(left - reference[0]) * SCALE, abs(right - reference[1]) * SCALE


def skin_brightness(file: Path) -> float:
    """Return the median luminance of two patches at the cheeks of a frame, in levels of 255."""
    grey = np.asarray(Image.open(file).convert("L"))
    return float(np.median([grey[top:bottom, left:right] for left, top, right, bottom in CHEEKS]))
