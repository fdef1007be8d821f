"""Fig. 2 as a page: a row for each model, a column for each noise."""

from matplotlib.figure import Figure

from train.figures import layout
from train.figures.ladders import samples
from train.figures.layout import BODY, HEADING, MARGIN, WIDTH
from train.figures.selection import title
from vae_models.catalogue import Prior
from vae_models.hub.pull import Pulled

COUNT = 6  # faces of each prior
LABEL, GUTTER = 1.0, 0.16  # inches: what is left of the faces, and between priors
TOP, APART = 0.3, 0.04
PRIORS: tuple[tuple[Prior, str], ...] = (
    ("standard", "standard prior, $z = ε$"),
    ("fitted", "prior fitted to the codes, $z = μ + Lε$"),
)


def draw(models: tuple[Pulled, ...], seed: int) -> Figure:
    """Samples of every model from one noise: of N(0, I), and of the Gaussian fitted to the model's codes."""
    panel = (WIDTH - LABEL - GUTTER - MARGIN) / 2
    inches = (panel - APART * (COUNT - 1)) / COUNT
    step = inches + APART
    sheet = layout.blank(TOP + step * len(models) - APART + MARGIN)
    for line, pulled in enumerate(models):
        layout.words(sheet, title(pulled.record), MARGIN, TOP + line * step + inches / 2, BODY)
    for place, (prior, said) in enumerate(PRIORS):
        left = LABEL + place * (panel + GUTTER)
        layout.words(sheet, said, left + panel / 2, TOP / 2, HEADING, "center")
        for line, pulled in enumerate(models):
            layout.faces(sheet, samples(pulled, prior, COUNT, seed), left, TOP + line * step, inches, APART)
    return sheet
