"""Fig. 2: samples of every model from the same noise, with both priors."""

import torch
from matplotlib.figure import Figure
from torch import Generator, Tensor

from train.figures import layout
from train.figures.selection import titles
from vae_models.catalogue import Prior
from vae_models.hub.pull import Pulled

COUNT = 6  # samples of each model and prior
GAP = 5 / 64  # between samples, as a share of their width
ROW_HEIGHT = 0.6  # inches, at most
PRIORS: tuple[tuple[Prior, str], ...] = (
    ("standard", "standard prior, $z = ε$"),
    ("fitted", "prior fitted to the codes, $z = μ + Lε$"),
)


@torch.inference_mode()
def draw_samples(pulled: Pulled, prior: Prior, count: int, seed: int) -> Tensor:
    """Decode `count` codes of a prior; a seed gives every model the same noise.

    Returns images (count, C, 64, 64) in [0, 1].
    """
    return pulled.model.sample(count, generator=Generator().manual_seed(seed), prior=prior)


def draw(models: tuple[Pulled, ...], seed: int) -> Figure:
    """Draw a row of samples for each model, on the left from N(0, I), on the right from the fitted Gaussian."""
    figure = layout.new_figure(ROW_HEIGHT * (len(models) + 1))
    columns = figure.subplots(1, len(PRIORS))
    for axes, (prior, title) in zip(columns, PRIORS, strict=True):
        images = torch.cat([draw_samples(pulled, prior, COUNT, seed) for pulled in models])
        layout.show_images(axes, images, COUNT, GAP)
        axes.set_title(title)
    height = columns[0].images[0].get_size()[0]
    row = (height + layout.ENLARGED * 64 * GAP) / len(models)
    middles = [row * index + row / 2 for index in range(len(models))]
    columns[0].set_yticks(middles, titles(models), size="medium", color="black")
    columns[0].tick_params(left=False)
    return figure
