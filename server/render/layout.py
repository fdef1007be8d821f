"""Faces in columns under their titles, as a picture to be taken away."""

from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

TILE, GAP, CAPTION = 160, 8, 30  # pixels
LABEL, HEADING = 150, 34  # room left of a page, and above one
WHITE, INK = "white", "#1e293b"


class Format(NamedTuple):
    """How large the faces of a page are, how far apart, and the room above them; pixels."""

    tile: int
    gap: int
    caption: int


LARGE = Format(TILE, GAP, CAPTION)


def ground(titles: Sequence[str], rows: int = 1, form: Format = LARGE) -> Image.Image:
    """A page with a title above each column and room for that many faces below."""
    step = form.tile + form.gap
    page = Image.new("RGB", (form.gap + len(titles) * step, form.caption + rows * step), WHITE)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(15)
    for column, title in enumerate(titles):
        left, top = _corner(column, 0, form)
        pen.text((left + form.tile / 2, top - form.caption / 2), _drawable(title), INK, font, "mm", align="center")
    return page


def put(page: Image.Image, column: int, row: int, picture: Image.Image, form: Format = LARGE) -> None:
    """A face, enlarged, into its place."""
    page.paste(picture.resize((form.tile, form.tile), Image.Resampling.BICUBIC), _corner(column, row, form))


def labelled(page: Image.Image, labels: Sequence[str], form: Format = LARGE) -> Image.Image:
    """The page with a label left of each row of faces; its first line stands out."""
    wider = Image.new("RGB", (LABEL + page.width, page.height), WHITE)
    wider.paste(page, (LABEL, 0))
    pen, large, small = ImageDraw.Draw(wider), ImageFont.load_default(19), ImageFont.load_default(15)
    for row, label in enumerate(labels):
        first, *others = _drawable(label).split("\n")
        middle = _corner(0, row, form)[1] + form.tile / 2
        top = middle - (24 + 20 * len(others)) / 2
        pen.text((2 * GAP, top), first, INK, large, "la")
        for line, text in enumerate(others):
            pen.text((2 * GAP, top + 27 + 20 * line), text, INK, small, "la")
    return wider


def headed(page: Image.Image, heading: str) -> Image.Image:
    """The page under a heading."""
    taller = Image.new("RGB", (page.width, HEADING + page.height), WHITE)
    taller.paste(page, (0, HEADING))
    place, font = (page.width / 2, HEADING / 2 + 2), ImageFont.load_default(19)
    ImageDraw.Draw(taller).text(place, _drawable(heading), INK, font, "mm")
    return taller


def beside(pages: Sequence[Image.Image], apart: int = 0) -> Image.Image:
    """Pages from left to right, their tops in line."""
    width = sum(page.width for page in pages) + apart * (len(pages) - 1)
    whole = Image.new("RGB", (width, max(page.height for page in pages)), WHITE)
    left = 0
    for page in pages:
        whole.paste(page, (left, 0))
        left += page.width + apart
    return whole


def stacked(pages: Sequence[Image.Image]) -> Image.Image:
    """Pages from top to bottom, their left sides in line."""
    whole = Image.new("RGB", (max(page.width for page in pages), sum(page.height for page in pages)), WHITE)
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height
    return whole


def filled(columns: Sequence[tuple[str, Sequence[Image.Image]]]) -> bytes:
    """Titles and the faces under each, as a PNG."""
    return png(arranged(columns))


def arranged(columns: Sequence[tuple[str, Sequence[Image.Image]]], form: Format = LARGE) -> Image.Image:
    """A page with titles and the faces under each."""
    page = ground([title for title, _ in columns], max(len(pictures) for _, pictures in columns), form)
    for column, (_, pictures) in enumerate(columns):
        for row, picture in enumerate(pictures):
            put(page, column, row, picture, form)
    return page


def png(picture: Image.Image) -> bytes:
    """A picture as a PNG file's bytes: without loss, and without metadata."""
    stream = BytesIO()
    picture.save(stream, "PNG", compress_level=4)  # the size of 6 in less than half the time
    return stream.getvalue()


def _corner(column: int, row: int, form: Format) -> tuple[int, int]:
    step = form.tile + form.gap
    return form.gap + column * step, form.caption + row * step


def _drawable(text: str) -> str:
    return text.replace("β", "beta").replace("−", "-")  # Pillow's own font has no Greek
