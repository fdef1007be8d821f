"""Videos for Chromium's fake camera: the portrait of Eileen Collins (NASA, public domain), moved by code.

Chromium plays a file of JPEGs, one after the other, again and again at 30 frames a second.
"""

import math
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

PORTRAIT = Path(__file__).parent.parent / "assets" / "examples" / "astronaut.png"
SIZE = (640, 480)
RATE = 30  # frames a second, which Chromium assumes
NOISE = 4.0  # standard deviation of a camera's noise, of 255 levels
QUALITY = 92


class Pose(NamedTuple):
    """Position of the portrait in a frame."""

    x: float = 0.0  # pixels to the right
    y: float = 0.0  # pixels down
    turn: float = 0.0  # degrees, anticlockwise
    scale: float = 1.0


def move_slowly(seconds: float) -> Iterator[Pose]:
    """Yield the poses of a head that sways, turns and comes nearer, once in `seconds`."""
    for frame in range(round(seconds * RATE)):
        angle = 2 * math.pi * frame / round(seconds * RATE)
        yield Pose(70 * math.sin(angle), 20 * math.sin(2 * angle), 12 * math.cos(angle), 1 + 0.12 * math.sin(angle))


def rest(seconds: float) -> Iterator[Pose]:
    """Yield the poses of a head that does not move."""
    yield from [Pose()] * round(seconds * RATE)


def draw_frame(portrait: Image.Image, pose: Pose, noise: np.ndarray) -> Image.Image:
    """Draw the portrait in a pose. `noise`, (H, W, 3), is added to the frame."""
    moved = portrait.rotate(pose.turn, Image.Resampling.BICUBIC, fillcolor=(150, 150, 150))
    side = round(SIZE[1] * pose.scale)
    frame = Image.new("RGB", SIZE, (150, 150, 150))
    corner = (round((SIZE[0] - side) / 2 + pose.x), round((SIZE[1] - side) / 2 + pose.y))
    frame.paste(moved.resize((side, side), Image.Resampling.BICUBIC), corner)
    return Image.fromarray(np.clip(np.asarray(frame) + noise, 0, 255).astype(np.uint8))


def write_video(path: Path, poses: Iterator[Pose], seed: int = 0) -> Path:
    """Write the frames of these poses to a file of JPEGs, with a camera's noise."""
    draw = np.random.default_rng(seed)
    with Image.open(PORTRAIT) as picture, path.open("wb") as file:
        portrait = picture.convert("RGB")
        for pose in poses:
            noise = draw.normal(0, NOISE, (SIZE[1], SIZE[0], 3))
            stream = BytesIO()
            draw_frame(portrait, pose, noise).save(stream, "JPEG", quality=QUALITY)
            file.write(stream.getvalue())
    return path
