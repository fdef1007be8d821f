"""Draw the example pictures that show no face of a person, into this folder. Needs Pillow.

    python assets/examples/draw.py

The tower's colours and sizes are those of which the models make a bearded man.
"""

from pathlib import Path

from PIL import Image, ImageDraw

HERE = Path(__file__).parent
SIDE = 64  # pixels, of the models' images: the app shows them a picture of this size as it is
SCALE = 16  # times larger while drawing; averaged at the end, so that edges are smooth
EYES = ((21.4, 33.8), (42.5, 33.8))  # where the models' images have the eyes
MIDDLE = SIDE / 2

Colour = tuple[int, int, int]
Point = tuple[float, float]  # x, y in pixels of the finished picture

PAPER, INK, WHITE = (250, 247, 238), (40, 40, 45), (255, 255, 255)
SKIN, HAIR, LIPS = (240, 205, 175), (60, 40, 30), (200, 90, 90)
HIGH_SKY, LOW_SKY = (125, 170, 220), (200, 220, 235)
STONE, WOOD, DARK, RED = (200, 163, 133), (80, 60, 45), (50, 35, 30), (200, 40, 40)


class Sketch:
    """A picture that grows shape by shape."""

    def __init__(self, ground: Colour) -> None:
        """Begin with one colour."""
        self._picture = Image.new("RGB", (SIDE * SCALE, SIDE * SCALE), ground)
        self._draw = ImageDraw.Draw(self._picture)

    def fill(self, corners: list[Point], colour: Colour) -> None:
        """Fill a polygon."""
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in corners], fill=colour)

    def fill_box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """Fill an upright rectangle."""
        self.fill([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def fill_oval(self, centre: Point, radii: Point, colour: Colour) -> None:
        """Fill an ellipse."""
        self._draw.ellipse(_box(centre, radii), fill=colour)

    def line(self, points: list[Point], width: float, colour: Colour = INK) -> None:
        """Draw a line from point to point."""
        self._draw.line([(x * SCALE, y * SCALE) for x, y in points], fill=colour, width=round(width * SCALE))

    def arc(self, centre: Point, radii: Point, ends: tuple[int, int], width: float) -> None:
        """Draw a part of an ellipse in ink, clockwise between two angles in degrees; 0 is on the right."""
        self._draw.arc(_box(centre, radii), *ends, fill=INK, width=round(width * SCALE))

    def finish(self) -> Image.Image:
        """Return the picture in its own size."""
        return self._picture.resize((SIDE, SIDE), Image.Resampling.BOX)


def _box(centre: Point, radii: Point) -> tuple[float, float, float, float]:
    """Return the corners of an ellipse's box in the large picture."""
    (x, y), (across, down) = centre, radii
    return (x - across) * SCALE, (y - down) * SCALE, (x + across) * SCALE, (y + down) * SCALE


def draw_face() -> Image.Image:
    """Draw a face with a pen and four colours, its eyes where the models' images have them."""
    sketch = Sketch(PAPER)
    sketch.fill_oval((MIDDLE, 28), (24, 25), HAIR)
    sketch.fill([(25, 55), (39, 55), (41, 64), (23, 64)], SKIN)
    sketch.line([(25, 57), (24, 64)], width=1.3)
    sketch.line([(39, 57), (40, 64)], width=1.3)
    head = (MIDDLE, 36.0), (20.5, 25.0)
    sketch.fill_oval(*head, SKIN)
    sketch.arc(*head, (0, 360), width=1.3)
    fringe = [(11, 34), (13, 22), (20, 14), (32, 10), (44, 14), (51, 22), (53, 34), (49, 26), (42, 21), (30, 23)]
    sketch.fill([*fringe, (18, 21), (14, 27)], HAIR)
    for x, y in EYES:
        sketch.fill_oval((x, y), (4.6, 2.7), WHITE)
        sketch.arc((x, y), (4.6, 2.7), (0, 360), width=1)
        sketch.fill_oval((x, y), (2.2, 2.2), INK)
        sketch.arc((x, y - 3), (6, 4.5), (200, 340), width=1.6)
    sketch.line([(32, 36), (29.5, 45), (33.5, 46)], width=1.3)
    sketch.fill([(22.5, 50), (32, 51), (41.5, 50), (38, 55.5), (32, 58), (26, 55.5)], LIPS)
    sketch.fill([(24.5, 51), (32, 51.8), (39.5, 51), (36, 54.5), (32, 55.5), (28, 54.5)], WHITE)
    return sketch.finish()


def draw_tower() -> Image.Image:
    """Draw a tower whose roof, windows and wooden foot lie where a face has hair, eyes and beard."""
    sketch = Sketch(LOW_SKY)
    for row in range(SIDE):
        share = row / SIDE
        sky = [round(high + (low - high) * share) for high, low in zip(HIGH_SKY, LOW_SKY, strict=True)]
        sketch.fill_box(0, row, SIDE, row + 1, (sky[0], sky[1], sky[2]))
    sketch.fill_box(14, 20, 50, 64, STONE)
    sketch.fill([(13, 47), (51, 47), (53, 64), (11, 64)], WOOD)
    sketch.line([(31.9, 0), (31.9, 8)], 0.8, WOOD)
    sketch.fill([(32.3, 0), (40, 2), (32.3, 4.5)], RED)
    sketch.fill([(11.5, 20), (52.5, 20), (MIDDLE, 5)], DARK)
    for x, y in EYES:
        sketch.fill_box(x - 2, y - 2.8, x + 2, y + 3.2, DARK)
        sketch.fill_oval((x, y - 2.8), (2, 2), DARK)
    sketch.fill_box(28, 55, 36, 64, DARK)
    sketch.fill_oval((MIDDLE, 55), (4, 4), DARK)
    return sketch.finish()


PICTURES = {"drawing.png": draw_face, "tower.png": draw_tower}

if __name__ == "__main__":
    for name, draw in PICTURES.items():
        draw().save(HERE / name, optimize=True)
