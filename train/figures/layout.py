"""A page that a figure is drawn on: inches from its top left corner, one typography, saved as PNG and PDF."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from faces.image import SIZE, to_pixels

WIDTH = 7.16  # inches: the report's two columns
MARGIN = 0.06  # inches of white at either side, and below
DPI = 280  # of the PNG: two pixels for each that a README shows
SHARP = 150  # pixels an inch that a face is enlarged to at least, smoothly: a viewer would do it in squares

INK, SOFT, FAINT = "#16191d", "#5b636e", "#c9ced6"
# the page's colours, told apart by readers who see no red or no green, and always with another mark
COLOURS = {"ae": "#7a828e", "vae": "#0072b2", "beta-vae": "#d98200", "beta-tcvae": "#8250c4"}

SETTINGS: dict[Any, Any] = {  # matplotlib types the keys of its settings by name
    "font.family": "STIXGeneral",  # comes with matplotlib: the same letters on every machine
    "mathtext.fontset": "stix",
    "pdf.fonttype": 42,  # letters as letters: embedded, searchable
    "pdf.compression": 9,
    "axes.linewidth": 0.5,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.labelsize": 8.5,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "ytick.minor.size": 1.5,
    "ytick.minor.width": 0.4,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
UNDATED: dict[str, dict[str, str | None]] = {
    "png": {"Software": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
}
SMOOTH = {"png": "bicubic", "pdf": "none"}  # a PDF keeps the faces' own pixels


class Letters(NamedTuple):
    """How words are set."""

    size: float  # points
    colour: str = INK
    weight: Literal["normal", "bold"] = "normal"
    style: Literal["normal", "italic"] = "normal"


ERROR = r"$\Vert x-\hat{x}\Vert^2$"  # of a face, summed over pixels and colours
HEADING, BODY, NOTE, WEAK = Letters(9), Letters(8.5), Letters(7, SOFT), Letters(7, "#9aa1ab", "normal", "italic")


@contextmanager
def typography() -> Iterator[None]:
    """Within it pages are drawn and saved in these settings, whatever matplotlib's own are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        yield


def blank(height: float) -> Figure:
    """A white page, `height` inches tall."""
    return Figure(figsize=(WIDTH, height), facecolor="white")


def field(page: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes over a part of the page."""
    tall = page.get_figheight()
    return page.add_axes((left / WIDTH, 1 - (top + height) / tall, width / WIDTH, height / tall))


def words(
    page: Figure,
    text: str,
    left: float,
    top: float,
    letters: Letters,
    align: Literal["left", "center", "right"] = "left",
) -> None:
    """A line whose middle is at `top` inches."""
    page.text(
        left / WIDTH,
        1 - top / page.get_figheight(),
        text,
        size=letters.size,
        color=letters.colour,
        weight=letters.weight,
        style=letters.style,
        ha=align,
        va="center_baseline",
    )


def row(pictures: Tensor, inches: float, apart: float) -> NDArray[np.uint8]:
    """Faces (n, 3, 64, 64) in [0, 1] from left to right on white, each `inches` wide, `apart` of an inch between them;
    enlarged by a whole factor where they would be less than sharp. (H, W, 3)
    """
    factor = int(np.ceil(SHARP * inches / SIZE))
    side, gap = SIZE * factor, round(SIZE * factor * apart / inches)
    whole = np.full((side, len(pictures) * (side + gap) - gap, 3), 255, dtype=np.uint8)
    for place, pixels in enumerate(to_pixels(pictures)):
        left = place * (side + gap)
        whole[:, left : left + side] = np.asarray(
            Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)
        )
    return whole


def faces(page: Figure, pictures: Tensor, left: float, top: float, inches: float, apart: float = 0.0) -> None:
    """The row of faces, its top left corner there."""
    pixels = row(pictures, inches, apart)
    width = inches * pixels.shape[1] / pixels.shape[0]
    axes = field(page, left, top, width, inches)
    axes.set_axis_off()
    axes.imshow(pixels, aspect="auto", interpolation="none")


def save(page: Figure, folder: Path, name: str) -> list[Path]:
    """NAME.png and NAME.pdf, without date or maker: the same bytes for the same page."""
    files = []
    for ending, metadata in UNDATED.items():
        files.append(folder / f"{name}.{ending}")
        for image in (image for axes in page.axes for image in axes.get_images()):
            image.set_interpolation(SMOOTH[ending])
        page.savefig(files[-1], dpi=DPI, metadata=metadata)
    return files


def middles(count: int, inches: float, apart: float) -> Sequence[float]:
    """Where the middles of so many faces in a row are."""
    return [place * (inches + apart) + inches / 2 for place in range(count)]
