"""Drawings that code makes: shapes, houses, plots, balls, pages of text, and noise."""

import string

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFont

Size = tuple[int, int]  # width and height


def draw_drawing(draw: Generator, i: int, size: Size) -> Image.Image:
    """Draw shapes, a house, a plot or balls."""
    picture = Image.new("RGB", size, random_colour(draw))
    (scatter_shapes, draw_house, draw_plot, draw_balls)[i % 4](ImageDraw.Draw(picture), draw, size)
    return picture


def random_colour(draw: Generator) -> tuple[int, int, int]:
    """Draw a colour."""
    red, green, blue = draw.integers(0, 256, 3).tolist()
    return red, green, blue


def random_box(draw: Generator, size: Size) -> tuple[float, float, float, float]:
    """Draw a box of at least 3 % of the picture's sides."""
    left, top = draw.uniform(0, 0.9) * size[0], draw.uniform(0, 0.9) * size[1]
    return left, top, left + draw.uniform(0.03, 0.5) * size[0], top + draw.uniform(0.03, 0.5) * size[1]


def scatter_shapes(pen: ImageDraw.ImageDraw, draw: Generator, size: Size) -> None:
    """Draw ellipses, rectangles, triangles and lines."""
    for _ in range(int(draw.integers(4, 40))):
        left, top, right, bottom = box = random_box(draw, size)
        colour = random_colour(draw)
        match int(draw.integers(4)):
            case 0:
                pen.ellipse(box, fill=colour)
            case 1:
                pen.rectangle(box, fill=colour)
            case 2:
                pen.polygon([(left, bottom), (right, bottom), ((left + right) / 2, top)], fill=colour)
            case _:
                pen.line(box, fill=colour, width=int(draw.integers(1, 12)))


def draw_house(pen: ImageDraw.ImageDraw, draw: Generator, size: Size) -> None:
    """Draw a house with two windows and a door under a sun."""
    width, height = size
    pen.rectangle((0, 0.75 * height, width, height), fill=random_colour(draw))
    left, right = draw.uniform(0.1, 0.3) * width, draw.uniform(0.6, 0.9) * width
    top, bottom = draw.uniform(0.35, 0.5) * height, 0.85 * height
    pen.rectangle((left, top, right, bottom), fill=random_colour(draw))
    pen.polygon([(left, top), (right, top), ((left + right) / 2, 0.12 * height)], fill=random_colour(draw))
    wide, tall = (right - left) / 5, (bottom - top) / 4
    window = random_colour(draw)
    for x in (left + wide / 2, right - 1.5 * wide):
        pen.rectangle((x, top + tall / 2, x + wide, top + 1.5 * tall), fill=window)
    middle = (left + right) / 2
    pen.rectangle((middle - wide / 2, bottom - 1.6 * tall, middle + wide / 2, bottom), fill=random_colour(draw))
    pen.ellipse((0.8 * width, 0.05 * height, 0.95 * width, 0.2 * height), fill=random_colour(draw))


def draw_plot(pen: ImageDraw.ImageDraw, draw: Generator, size: Size) -> None:
    """Draw bars, and a curve over them."""
    width, height = size
    count = int(draw.integers(4, 20))
    tops = draw.uniform(0.1, 0.9, count) * height
    for i, top in enumerate(tops):
        pen.rectangle(((i + 0.1) / count * width, top, (i + 0.9) / count * width, height), fill=random_colour(draw))
    points = [((i + 0.5) / count * width, float(height - top)) for i, top in enumerate(tops)]
    pen.line(points, fill=random_colour(draw), width=max(1, width // 100))


def draw_balls(pen: ImageDraw.ImageDraw, draw: Generator, size: Size) -> None:
    """Draw balls with a shadow and a highlight."""
    for _ in range(int(draw.integers(2, 25))):
        x, y = draw.uniform(0, 1, 2) * size
        radius = draw.uniform(0.03, 0.25) * min(size)
        colour = np.array(random_colour(draw))
        for share in np.linspace(1, 0.1, 20):
            r, shift = radius * share, radius * (1 - share) * 0.4
            shade = tuple(np.clip(colour * (0.4 + 0.8 * (1 - share)), 0, 255).astype(int).tolist())
            pen.ellipse((x - shift - r, y - shift - r, x - shift + r, y - shift + r), fill=shade)


def draw_page(draw: Generator, _: int, size: Size) -> Image.Image:
    """Draw a page of random words."""
    paper, ink = int(draw.integers(180, 256)), int(draw.integers(0, 90))
    picture = Image.new("RGB", size, (paper, paper, paper))
    letters, height = np.array(list(string.ascii_letters + string.digits)), float(draw.uniform(8, 48))
    pen, font, y = ImageDraw.Draw(picture), ImageFont.load_default(height), 0.0
    while y < size[1]:
        words = ("".join(draw.choice(letters, int(draw.integers(1, 11)))) for _ in range(int(size[0] / height) + 1))
        pen.text((height, y), " ".join(words), fill=(ink, ink, ink), font=font)
        y += height * 1.3
    return picture


def draw_noise(draw: Generator, i: int, size: Size) -> Image.Image:
    """Draw grey or coloured noise, of single pixels or of larger blocks."""
    block = int(draw.integers(1, 25))
    small = max(2, size[0] // block), max(2, size[1] // block)
    pixels = draw.integers(0, 256, (small[1], small[0], 3 if i % 2 else 1), dtype=np.uint8)
    return Image.fromarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3)).copy()).resize(
        size, Image.Resampling.NEAREST
    )
