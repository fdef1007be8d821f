"""Pages of faces in columns under their titles."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

TILE, GAP, CAPTION = 160, 8, 30  # pixels: side of a face, distance of two faces, height of the titles
FONT_SIZE = 15
WHITE, INK = "white", "#1e293b"


def create_page(titles: Sequence[str], rows: int = 1) -> Image.Image:
    """Create a page with a title above each column and room for `rows` faces below."""
    step = TILE + GAP
    page = Image.new("RGB", (GAP + len(titles) * step, CAPTION + rows * step), WHITE)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(FONT_SIZE)
    for column, title in enumerate(titles):
        left, top = _corner(column, 0)
        pen.text((left + TILE / 2, top - CAPTION / 2), _drawable(title), INK, font, "mm", align="center")
    return page


def paste(page: Image.Image, column: int, row: int, picture: Image.Image) -> None:
    """Paste a face, enlarged, into a page."""
    page.paste(picture.resize((TILE, TILE), Image.Resampling.BICUBIC), _corner(column, row))


def arrange(columns: Sequence[tuple[str, Sequence[Image.Image]]]) -> Image.Image:
    """Return a page with titles and the faces under each."""
    page = create_page([title for title, _ in columns], max(len(pictures) for _, pictures in columns))
    for column, (_, pictures) in enumerate(columns):
        for row, picture in enumerate(pictures):
            paste(page, column, row, picture)
    return page


def to_png(picture: Image.Image) -> bytes:
    """Encode a picture as PNG: without loss, and without metadata."""
    stream = BytesIO()
    picture.save(stream, "PNG", compress_level=2)  # a tenth larger than at 4, in 60 % of the time
    return stream.getvalue()


def _corner(column: int, row: int) -> tuple[int, int]:
    step = TILE + GAP
    return GAP + column * step, CAPTION + row * step


def _drawable(text: str) -> str:
    return text.replace("β", "beta").replace("−", "-")  # Pillow's own font has no Greek
