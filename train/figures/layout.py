"""Typography, image grids and files that all figures share."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib.style
import numpy as np
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import Tensor
from torchvision.utils import make_grid

from faces.image import to_pixels

STYLE = "train.figures.paper"  # paper.mplstyle beside this file
WIDTH = 7.16  # inches: both columns of the report
DPI = {"png": 280, "pdf": 150}  # of the images in a PDF; its text and lines have no resolution
ENLARGED = 4  # pixels for each of a model's, so that edges stay sharp after printing

NOTE_SIZE = 7  # points: of notes beside images and of the numbers in a plot
GREY, LIGHT_GREY = "#5b636e", "#9aa1ab"
ERROR = r"$\Vert x-\hat{x}\Vert^2$"  # of one image, summed over pixels and colours

# no date and no program: the same figure gives the same file
METADATA: dict[str, dict[str, str | None]] = {
    "png": {"Software": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
}


@contextmanager
def typography() -> Iterator[None]:
    """Use the style of the figures, and nothing of the user's own matplotlib settings, inside the `with` block."""
    with matplotlib.style.context(["default", STYLE]):
        yield


def new_figure(height: float) -> Figure:
    """Create a figure of the report's width that has room for `height` inches; `save` removes what stays empty."""
    return Figure(figsize=(WIDTH, height), layout="compressed")


def tile(images: Tensor, columns: int, gap: float = 0.0) -> NDArray[np.uint8]:
    """Arrange images on white, row by row, enlarged smoothly.

    images: (N, C, 64, 64) in [0, 1]. gap: space between two images, as a share of an image's width.
    Returns pixels (H, W, 3).
    """
    large = F.interpolate(images, scale_factor=ENLARGED, mode="bicubic").clamp(0, 1)
    padding = round(gap * large.shape[-1])
    grid = make_grid(large, nrow=columns, padding=padding, pad_value=1.0)
    _, height, width = grid.shape
    grid = grid[:, padding : height - padding, padding : width - padding]  # make_grid also pads the outside
    return to_pixels(grid[None])[0]


def show_images(axes: Axes, images: Tensor, columns: int, gap: float = 0.0) -> None:
    """Show images (N, C, 64, 64) in [0, 1] as `tile` arranges them, without frame and ticks."""
    axes.imshow(tile(images, columns, gap))
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)


def add_note(axes: Axes, x: float, text: str, *, weak: bool = False) -> None:
    """Add a small line of text below axes, at the left (x = 0), in the middle (0.5) or at the right (1)."""
    axes.annotate(
        text,
        (x, 0),
        xycoords="axes fraction",
        xytext=(0, -4),
        textcoords="offset points",
        va="top",
        ha={0: "left", 0.5: "center", 1: "right"}[x],
        size=NOTE_SIZE,
        color=LIGHT_GREY if weak else GREY,
        style="italic" if weak else "normal",
    )


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write NAME.png and NAME.pdf into `folder` and return their paths."""
    files = []
    for extension, metadata in METADATA.items():
        files.append(folder / f"{name}.{extension}")
        figure.savefig(files[-1], dpi=DPI[extension], metadata=metadata)
    return files
