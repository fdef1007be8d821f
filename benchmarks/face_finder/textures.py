"""Textures that code draws: stripes, cells, clouds, weave, rings and grain."""

import math

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Grid = NDArray[np.float64]  # (H, W), coordinates or values; the longer side of the picture is 1


def draw_texture(draw: Generator, i: int, size: tuple[int, int]) -> Image.Image:
    """Draw stripes, cells, clouds, weave, rings or grain, in random colours."""
    height, width = size[::-1]
    y, x = np.mgrid[:height, :width] / max(size)
    kind = (stripes, cells, clouds, weave, rings, grain)[i % 6]
    value = kind(draw, x, y)
    value = (value - value.min()) / max(np.ptp(value), 1e-6)
    dark, light = np.sort(draw.uniform(0, 255, (2, 3)), axis=0)
    return Image.fromarray((dark + value[..., None] * (light - dark)).astype(np.uint8))


def stripes(draw: Generator, x: Grid, y: Grid) -> Grid:
    """Draw waves in two directions."""
    angles, frequencies = draw.uniform(0, math.pi, 2), draw.uniform(5, 60, 2)
    waves = [np.sin(f * (x * math.cos(a) + y * math.sin(a)) * 2) for a, f in zip(angles, frequencies, strict=True)]
    return waves[0] + draw.uniform(0, 1) * waves[1]


def cells(draw: Generator, x: Grid, y: Grid) -> Grid:
    """Draw the distance to the nearest of random points."""
    distance = np.full(x.shape, np.inf)
    for px, py in draw.uniform(0, 1, (int(draw.integers(8, 60)), 2)):
        distance = np.minimum(distance, np.hypot(x - px, y - py))
    return distance


def clouds(draw: Generator, x: Grid, _: Grid) -> Grid:
    """Draw noise of several scales."""
    height, width = x.shape
    total = np.zeros(x.shape)
    for octave in range(1, 7):
        coarse = draw.normal(0, 1, (2**octave, 2**octave)).astype(np.float32)
        total += np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)) / octave
    return total


def weave(draw: Generator, x: Grid, y: Grid) -> Grid:
    """Draw woven threads, bent by a wave."""
    threads = draw.uniform(10, 60)
    bend = draw.uniform(0, 0.05) * np.sin(draw.uniform(2, 9) * y * math.pi)
    across, down = np.sin((x + bend) * threads * 2), np.sin(y * threads * 2)
    return np.where((across > 0) ^ (down > 0), np.abs(across), -np.abs(down))


def rings(draw: Generator, x: Grid, y: Grid) -> Grid:
    """Draw rings around two points, like wood."""
    (ax, ay), (bx, by) = draw.uniform(0, 1, (2, 2))
    distance = np.hypot(x - ax, y - ay) + draw.uniform(0, 1) * np.hypot(x - bx, y - by)
    return np.sin(distance * draw.uniform(10, 90)) + draw.normal(0, 0.2, x.shape)


def grain(draw: Generator, x: Grid, _: Grid) -> Grid:
    """Draw blurred noise, like sand or gravel."""
    noise = Image.fromarray((draw.random(x.shape) * 255).astype(np.uint8))
    return np.asarray(noise.filter(ImageFilter.GaussianBlur(draw.uniform(0.5, 8))), dtype=np.float64)
