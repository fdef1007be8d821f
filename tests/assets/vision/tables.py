"""Small pictures, resized and warped by Pillow and OpenCV: node's tests compare assets/vision with these numbers.

`python -m tests.assets.vision.tables` writes tables.json anew.
"""

import cmath
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from faces.finder.pyramid import Pyramid
from faces.similarity import Similarity, fit, warp

FILE = Path(__file__).with_name("tables.json")
FILTERS = ("bicubic", "bilinear", "box")
# sizes of the picture and of the result, box
RESIZES: tuple[tuple[tuple[int, int], tuple[int, int], tuple[float, float, float, float] | None], ...] = (
    ((9, 7), (4, 3), None),
    ((5, 4), (11, 9), None),
    ((8, 8), (8, 8), None),
    ((1, 1), (3, 2), None),
    ((12, 9), (5, 4), (1.25, 0.5, 10.75, 8.125)),
    ((12, 9), (7, 6), (3, 2, 7, 6)),
)
# size of the picture, scale, degrees and shift of the window
WARPS = (
    ((9, 7), 1.0, 0, 0j),
    ((9, 7), 0.37, 12, 2 + 1j),
    ((9, 7), 0.8, -31, -3 + 4j),
    ((14, 11), 2.5, 20, 0j),
    ((14, 11), 1.7, 180, 12 + 9j),
    ((3, 2), 0.5, 90, 5 - 4j),
    ((6, 6), 1.0, 45, -9 - 9j),
)
WINDOW = (6, 5)
PYRAMIDS = (((13, 9), 4), ((16, 16), 3), ((7, 21), 5), ((5, 4), 9), ((10, 5), 5))
PAIRS = (
    ((69.3 + 112.4j, 108.3 + 112.3j), (10.5 + 20j, 31 + 27.25j)),
    ((1 + 1j, 2 + 5j), (4 - 3j, -2 - 2j)),
    ((0j, 3 + 0j), (0.1 + 0.2j, 0.1 - 2.9j)),
    ((0j, 1 + 0j), (0j, 1.38 + 1.11j)),  # a length that the root of the squares misses by one bit
)


def draw_noise(size: tuple[int, int]) -> Image.Image:
    width, height = size
    pixels = np.random.default_rng([width, height]).integers(0, 256, (height, width, 3))
    return Image.fromarray(pixels.astype(np.uint8))


def compute() -> dict[str, list[Any]]:
    """Compute all tables. Pixels are RGB in hexadecimal."""
    return {"resize": _resize(), "warp": _warp(), "pyramid": _shrink(), "fit": _fit()}


def _resize() -> list[Any]:
    rows = []
    for of, to, box in RESIZES:
        picture = draw_noise(of)
        for name in FILTERS:
            result = picture.resize(to, Image.Resampling[name.upper()], box=box)
            asked = {"filter": name, "box": box or (0, 0, *of)}
            rows.append({"picture": _pack(picture), **asked, "result": _pack(result)})
    return rows


def _warp() -> list[Any]:
    rows = []
    for of, scale, degrees, shift in WARPS:
        picture, turn = draw_noise(of), cmath.rect(scale, np.radians(degrees))
        result = warp(picture, Similarity(turn, shift), WINDOW)
        asked = {"turn": _point(turn), "shift": _point(shift)}
        rows.append({"picture": _pack(picture), **asked, "result": _pack(result)})
    return rows


def _shrink() -> list[Any]:
    rows = []
    for of, longer in PYRAMIDS:
        picture = draw_noise(of)
        rows.append({"picture": _pack(picture), "longer": longer, "result": _pack(Pyramid(picture).resize(longer))})
    return rows


def _fit() -> list[Any]:
    rows = []
    for source, target in PAIRS:
        similarity = fit(source, target)
        asked = {"source": [_point(z) for z in source], "target": [_point(z) for z in target]}
        result = {"turn": _point(similarity.turn), "shift": _point(similarity.shift), "scale": abs(similarity.turn)}
        rows.append({**asked, **result})
    return rows


def write(tables: dict[str, list[Any]]) -> str:
    """Return the tables as JSON, one row of a table a line."""
    blocks = (f'"{name}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in tables.items())
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def _pack(picture: Image.Image) -> dict[str, Any]:
    return {"width": picture.width, "height": picture.height, "rgb": picture.tobytes().hex()}


def _point(z: complex) -> tuple[float, float]:
    return z.real, z.imag


if __name__ == "__main__":
    FILE.write_text(write(compute()))
