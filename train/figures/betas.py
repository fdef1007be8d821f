"""Fig. 3: one face, reconstructed by the models of each family as beta increases."""

from typing import NamedTuple

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from train.errors import UserError
from train.figures import layout
from train.figures.layout import ERROR
from train.figures.selection import beta_families, other_settings, sweep
from vae_models.catalogue import RECIPES
from vae_models.distributions import Dirac
from vae_models.hub.pull import Pulled
from vae_models.objectives.objective import squared_error

ROW_HEIGHT = 2.5  # inches, at most
PER_ROW = 5  # reconstructions; with more, the scores would be wider than the images


class Step(NamedTuple):
    """Reconstruction of one face by one model."""

    title: str
    beta: float
    image: Tensor  # (C, 64, 64) in [0, 1], from the mean code
    squared_error: float
    kl: float  # nats


@torch.inference_mode()
def reconstruct_sweep(models: tuple[Pulled, ...], family: str, face: Tensor) -> list[Step]:
    """Reconstruct a face (1, C, 64, 64) with every model of a family, in the order of beta.

    Raises UserError if a model of the family has point codes.
    """
    steps = []
    for pulled in sweep(models, family):
        posterior, beta = pulled.model.encode(face), pulled.record.beta
        if beta is None or isinstance(posterior, Dirac):
            raise UserError(f"{pulled.name}: training.json says {pulled.record.recipe}, but the model has point codes")
        image = pulled.model.decode(posterior.mean)
        error, kl = squared_error(face, image), posterior.kl().sum()
        steps.append(Step(_title(pulled), beta, image[0], error.item(), kl.item()))
    return steps


def _title(pulled: Pulled) -> str:
    beta = "β = 1 (VAE)" if pulled.record.beta == 1 else f"β = {pulled.record.beta:g}"
    return "\n".join([beta, *other_settings(pulled)])


def draw(models: tuple[Pulled, ...], face: Tensor) -> Figure | None:
    """Draw a row for each family: a face (1, C, 64, 64) and its reconstructions; None if no model has a beta.

    A family of more than `PER_ROW` models takes several rows.
    """
    sweeps = {family: reconstruct_sweep(models, family, face) for family in beta_families()}
    rows = [
        (family, steps[start : start + PER_ROW])
        for family, steps in sweeps.items()
        for start in range(0, len(steps), PER_ROW)
    ]
    if not rows:
        return None
    figure = layout.new_figure(ROW_HEIGHT * len(rows))
    grid = figure.subplots(len(rows), 1 + max(len(steps) for _, steps in rows), squeeze=False)
    for all_axes, (family, steps) in zip(grid, rows, strict=True):
        _show(all_axes[0], face, "original")
        all_axes[0].set_ylabel(RECIPES[family].title)
        for axes, step in zip(all_axes[1:], steps, strict=False):
            _show(axes, step.image[None], step.title)
            layout.add_note(axes, 0.5, f"{ERROR} = {step.squared_error:.0f},  KL {step.kl:.0f} nats")
        for axes in all_axes[1 + len(steps) :]:
            axes.set_axis_off()
    return figure


def _show(axes: Axes, image: Tensor, title: str) -> None:
    layout.show_images(axes, image, columns=1)
    axes.set_title(title)
