"""The picture of links to the page: the same faces by models of rising beta, 1200 x 630 pixels.

The faces are samples of a model, never photographs, and every copy is drawn by a model.
"""

import html
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from vae_models.catalogue import RECIPES
from vae_models.hub.pull import Pulled

WIDTH, HEIGHT = 1200, 630
MARGIN, GAP, STRIPE = 44, 10, 10  # pixels
MOST_COLUMNS, ROWS = 6, 2
TOP, LABEL = 132, 52  # pixels: of the heading, and under the faces
GROUND, INK, SOFT = "#0e131b", "#eef2f8", "#b9c4d4"  # the page's dark theme
QUALITY = 88  # of the JPEG
SEED = 7


class Column(NamedTuple):
    """Faces by one model, (n, channels, 64, 64) in [0, 1], and what is written under them."""

    faces: Tensor
    label: str


def describe(models: Sequence[Pulled]) -> str:
    """Return what the picture shows, for those who do not see it."""
    family = choose(models)
    if len(family) < 2:
        return "Pictures that a model has drawn from random numbers"
    least, most = family[0].record.beta, family[-1].record.beta
    return f"Faces drawn by the models, from beta {least:g} on the left to beta {most:g} on the right"


@torch.inference_mode()
def draw(models: Sequence[Pulled], faces: Tensor) -> bytes:
    """Draw the copies of sampled faces (n, 3, 64, 64) in [0, 1] by models of rising beta; return a JPEG.

    Models of which fewer than two take these faces, such as one of drawings, are shown by samples of the first.
    """
    family = choose(models)
    if len(family) > 1:
        columns = [
            Column(each.model.decode(each.model.encode(faces[:ROWS]).mean), f"beta = {each.record.beta:g}")
            for each in family
        ]
        return _draw_page(columns, "What does beta do to a face?", "Turn up one dial, and a neural network keeps less.")
    title = RECIPES[models[0].record.family].title.replace("β", "beta")  # Pillow's own font has no Greek
    columns = [Column(pair, "") for pair in _sample(models[0]).split(ROWS)]
    return _draw_page(columns, "Pictures from random numbers", f"Drawn by the {title}, a small neural network.")


def choose(models: Sequence[Pulled]) -> list[Pulled]:
    """Choose models of colour pictures in the order of beta, one for each, spread evenly if there are many."""
    by_beta: dict[float, Pulled] = {}
    for pulled in models:
        if pulled.model.config.channels == 3 and pulled.record.beta is not None:
            by_beta.setdefault(pulled.record.beta, pulled)
    chosen = [by_beta[beta] for beta in sorted(by_beta)]
    if len(chosen) <= MOST_COLUMNS:
        return chosen
    return [chosen[round(i * (len(chosen) - 1) / (MOST_COLUMNS - 1))] for i in range(MOST_COLUMNS)]


def _sample(pulled: Pulled) -> Tensor:
    """Draw random faces of a model, where its codes lie."""
    model = pulled.model
    generator = torch.Generator().manual_seed(SEED)
    noise = torch.randn(MOST_COLUMNS * ROWS, model.config.latent_dim, generator=generator)
    return model.decode(noise @ model.prior_scale.T + model.prior_mean)


def _draw_page(columns: Sequence[Column], heading: str, about: str) -> bytes:
    """Draw the heading, the faces and the colours of the four objectives."""
    page = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    pen = ImageDraw.Draw(page)
    pen.text((MARGIN, 66), heading, INK, ImageFont.load_default(52), "ls", stroke_width=1, stroke_fill=INK)
    pen.text((MARGIN, 110), about, SOFT, ImageFont.load_default(28), "ls")
    room = HEIGHT - TOP - LABEL - STRIPE
    side = min((room - (ROWS - 1) * GAP) // ROWS, (WIDTH - 2 * MARGIN - GAP * (len(columns) - 1)) // len(columns))
    left = (WIDTH - len(columns) * side - (len(columns) - 1) * GAP) // 2
    top = TOP + (room - ROWS * side - (ROWS - 1) * GAP) // 2
    for i, column in enumerate(columns):
        x = left + i * (side + GAP)
        for j, face in enumerate(column.faces):
            page.paste(_to_picture(face).resize((side, side), Image.Resampling.BICUBIC), (x, top + j * (side + GAP)))
        under = top + ROWS * (side + GAP) + 18
        pen.text((x + side / 2, under), column.label, INK, ImageFont.load_default(28), "mm")
    colours = [recipe.colour for recipe in RECIPES.values()]
    for i, colour in enumerate(colours):
        part = WIDTH / len(colours)
        pen.rectangle((i * part, HEIGHT - STRIPE, (i + 1) * part, HEIGHT), colour)
    stream = io.BytesIO()
    page.save(stream, "JPEG", quality=QUALITY, optimize=True)
    return stream.getvalue()


def _to_picture(face: Tensor) -> Image.Image:
    """Convert a face (channels, 64, 64) in [0, 1] to a picture."""
    pixels = (face.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0)
    return Image.fromarray(pixels.squeeze(-1).numpy()).convert("RGB")


def fill_head(page: str, address: str, models: Sequence[Pulled]) -> str:
    """Fill the head of the page: relative addresses of a preview become absolute, because nothing resolves them.

    `address` is the page's own, with a slash at its end.
    """
    own = html.escape(address)
    page = page.replace('content="./', f'content="{own}').replace(
        'rel="canonical" href="./"', f'rel="canonical" href="{own}"'
    )
    alt = f'<meta property="og:image:alt" content="{html.escape(describe(models))}">'
    return re.sub(r'<meta property="og:image:alt" content="[^"]*">', lambda _: alt, page)
