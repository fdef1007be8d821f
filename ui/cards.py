"""Faces as HTML: cards of one look, each picture sent inside the page."""

from base64 import b64encode
from html import escape
from io import BytesIO

from PIL import Image
from torch import Tensor

from faces.image import to_pixels
from ui.words import Column, plain

QUALITY = 90  # of the JPEG that a face travels as: WebP would be half as large, and take eight times as long
FEW = 5  # cards that share a row at ease


def picture_tag(picture: Image.Image, alt: str) -> str:
    """An <img> that carries its picture."""
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=QUALITY, subsampling=0)
    data = b64encode(stream.getvalue()).decode()
    return (
        f'<img alt="{escape(alt)}" width="{picture.width}" height="{picture.height}" '
        f'src="data:image/jpeg;base64,{data}">'
    )


def faces(images: Tensor, alt: str, pick: str | None = None) -> str:
    """(N, 3, 64, 64) in [0, 1] -> a grid of faces; with `pick` each is a button that carries "pick,place"."""
    tags = [picture_tag(Image.fromarray(pixels), f"{alt} {i}") for i, pixels in enumerate(to_pixels(images), start=1)]
    if pick is not None:
        tags = [f'<button type="button" data-face="{pick},{i}">{tag}</button>' for i, tag in enumerate(tags)]
    few = " few" if len(tags) <= 4 else ""
    return f'<div class="faces{few}">{"".join(tags)}</div>'


def model_card(column: Column, body: str, foot: str = "") -> str:
    """A model's card: title and objective, whatever is inside, and a line under it."""
    return (
        f'<section class="card {column.colour}" aria-label="{escape(plain(column.title))}">'
        f'<header><h3>{column.title}</h3><p class="subtitle formula">{column.formula}</p></header><div>{body}</div>'
        f'<p class="foot">{foot}</p></section>'
    )


def card(title: str, subtitle: str, body: str) -> str:
    """A card that is no model's."""
    return f'<section class="card"><h3>{title}</h3><p class="subtitle">{subtitle}</p>{body}</section>'


def row(cards: list[str]) -> str:
    """Cards beside each other, their pictures at one height; two by two where there is little room."""
    many = " many" if len(cards) > FEW else ""
    return f'<div class="cards{many}" style="--cards: {len(cards)}">{"".join(cards)}</div>'
