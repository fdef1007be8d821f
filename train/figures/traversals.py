"""Fig. 1: one face along the same features in every model."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from train.evaluation.attributes import display_name
from train.figures import layout
from train.figures.layout import LIGHT_GREY, NOTE_SIZE
from train.figures.selection import side_by_side, titles
from vae_models.hub.pull import Pulled
from vae_models.latent_paths import traversal_ranges, traverse

STEPS = 5
ROW_HEIGHT = 0.8  # inches, at most


class Cell(NamedTuple):
    """Traversal of the dimension that predicts a feature best in one model."""

    dimension: int
    start: float  # end of the range at which the feature is weakest
    end: float
    auroc: float  # on faces that did not choose the dimension
    named: bool  # the dimension is named after the feature
    images: Tensor  # (steps, C, 64, 64) in [0, 1]


@torch.inference_mode()
def traverse_feature(pulled: Pulled, face: Tensor, feature: str, steps: int) -> Cell | None:
    """Traverse the dimension that predicts `feature` best, however weakly, from the code of `face` (1, C, 64, 64).

    Returns None if the model's latents.json has no such feature.
    """
    best = pulled.names.best.get(feature)
    if best is None:
        return None
    low, high = traversal_ranges(pulled.model)[best.index].tolist()
    start, end = (low, high) if best.grows else (high, low)
    named = any(display_name(name.attribute) == feature for name in pulled.names.dimensions)
    images = traverse(pulled.model, pulled.model.encode(face).mean[0], best.index, start, end, steps)
    return Cell(best.index, start, end, best.auroc, named, images)


def draw(models: tuple[Pulled, ...], face: Tensor, features: Sequence[str]) -> Figure:
    """Draw a row for each feature and a column for each model. face: (1, C, 64, 64)."""
    shown = side_by_side(models)
    figure = layout.new_figure(ROW_HEIGHT * (len(features) + 1))
    grid = figure.subplots(len(features), len(shown), squeeze=False)
    for axes, title in zip(grid[0], titles(shown), strict=True):
        axes.set_title(title)
    for row, feature in zip(grid, features, strict=True):
        row[0].set_ylabel(feature, rotation="horizontal", ha="right", va="center")
        for axes, pulled in zip(row, shown, strict=True):
            _show(axes, traverse_feature(pulled, face, feature, STEPS), face)
    return figure


def _show(axes: Axes, cell: Cell | None, face: Tensor) -> None:
    if cell is None:
        layout.show_images(axes, torch.ones_like(face).repeat(STEPS, 1, 1, 1), STEPS)
        axes.text(0.5, 0.5, "no score", transform=axes.transAxes, ha="center", size=NOTE_SIZE, color=LIGHT_GREY)
        return
    layout.show_images(axes, cell.images, STEPS)
    layout.add_note(axes, 0, f"$z_{{{cell.dimension}}}$  [{_number(cell.start)}, {_number(cell.end)}]")
    layout.add_note(axes, 1, f"AUROC {cell.auroc:.2f}", weak=not cell.named)


def _number(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")
