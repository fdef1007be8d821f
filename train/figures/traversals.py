"""Fig. 1 as a page: a row for each feature, a column for each model."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from torch import Tensor

from train.figures import layout
from train.figures.features import Cell, cell
from train.figures.layout import BODY, HEADING, MARGIN, NOTE, WEAK, WIDTH
from train.figures.selection import side_by_side, title
from vae_models.hub.pull import Pulled

STEPS = 5
LABEL, GUTTER = 0.78, 0.13  # inches: what is left of the faces, and between models
TOP, CAPTION, APART = 0.3, 0.2, 0.12  # above the first row, below each, and between rows


def draw(models: tuple[Pulled, ...], face: Tensor, features: Sequence[str]) -> Figure:
    """A face (1, 3, 64, 64) along the features in every model, each by the dimension that tells it best."""
    shown = side_by_side(models)
    column = (WIDTH - LABEL - MARGIN - GUTTER * (len(shown) - 1)) / len(shown)
    inches = min(column / STEPS, 0.5)
    step = inches + CAPTION + APART
    sheet = layout.blank(TOP + step * len(features) - APART + MARGIN)
    for place, pulled in enumerate(shown):
        left = LABEL + place * (STEPS * inches + GUTTER)
        layout.words(sheet, title(pulled.record), left + STEPS * inches / 2, TOP / 2, HEADING, "center")
        for line, feature in enumerate(features):
            _put(sheet, cell(pulled, face, feature, STEPS), left, TOP + line * step, inches)
    for line, feature in enumerate(features):
        layout.words(sheet, feature, MARGIN, TOP + line * step + inches / 2, BODY)
    return sheet


def _put(sheet: Figure, found: Cell | None, left: float, top: float, inches: float) -> None:
    middle, below = left + STEPS * inches / 2, top + inches + CAPTION / 2 + 0.01
    if found is None:
        layout.words(sheet, "no score", middle, top + inches / 2, WEAK, "center")
        return
    layout.faces(sheet, found.pictures, left, top, inches)
    said = f"$z_{{{found.dimension}}}$  [{_number(found.start)}, {_number(found.end)}]"
    layout.words(sheet, said, left, below, NOTE)
    layout.words(
        sheet, f"AUROC {found.auroc:.2f}", left + STEPS * inches, below, NOTE if found.granted else WEAK, "right"
    )


def _number(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")
