"""Fig. 3 as a page: a face, and what is left of it at every beta of a family."""

from matplotlib.figure import Figure
from torch import Tensor

from train.figures import layout
from train.figures.ladders import Step, ladder
from train.figures.layout import BODY, ERROR, HEADING, MARGIN, NOTE, WIDTH
from train.figures.selection import TITLES
from vae_models.hub.pull import Pulled

LABEL, APART = 0.66, 0.1  # inches: what is left of the reconstructions, and between faces
TOP, CAPTION = 0.26, 0.28  # above and below each row
LARGEST = 1.25


def draw(models: tuple[Pulled, ...], face: Tensor) -> Figure | None:
    """A face (1, 3, 64, 64) and its reconstructions along the betas of each family; None where there is no family."""
    rows = [(recipe, found) for recipe in ("beta-vae", "beta-tcvae") if (found := ladder(models, recipe, face))]
    if not rows:
        return None
    most = max(len(steps) for _, steps in rows)
    inches = min((WIDTH - 2 * MARGIN - LABEL - APART * most) / (most + 1), LARGEST)
    step = TOP + inches + CAPTION
    sheet = layout.blank(step * len(rows))
    _face(sheet, face, "original", MARGIN, (step * len(rows) - inches + TOP - CAPTION) / 2, inches)
    first = MARGIN + inches + LABEL + APART
    for line, (recipe, steps) in enumerate(rows):
        top = line * step + TOP
        layout.words(sheet, TITLES[recipe], first - LABEL / 2 - APART / 2, top + inches / 2, BODY, "center")
        for place, one in enumerate(steps):
            _step(sheet, one, first + place * (inches + APART), top, inches)
    return sheet


def _face(sheet: Figure, picture: Tensor, heading: str, left: float, top: float, inches: float) -> None:
    layout.faces(sheet, picture, left, top, inches)
    layout.words(sheet, heading, left + inches / 2, top - TOP / 2 + 0.02, HEADING, "center")


def _step(sheet: Figure, found: Step, left: float, top: float, inches: float) -> None:
    heading = "β = 1 (VAE)" if found.beta == 1 else f"β = {found.beta:g}"
    _face(sheet, found.picture[None], heading, left, top, inches)
    said = f"{ERROR} = {found.squared_error:.0f},  KL {found.kl:.0f} nats"
    layout.words(sheet, said, left + inches / 2, top + inches + 0.1, NOTE, "center")
