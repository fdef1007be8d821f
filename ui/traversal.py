"""Traversals: a code with one dimension moved and all others left as they are, decoded (report, Fig. 1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from PIL import Image, ImageOps
from torch import Tensor

from faces.image import to_picture
from ui import latents, sheet
from ui.film import there_and_back
from ui.latents import Dimension
from ui.sheet import Format
from ui.words import column, plain
from ui.workers import each
from vae_models import latent_paths
from vae_models.hub.pull import Pulled

STEPS, ROWS = 9, 8
FILM_STEPS, FILM_COLUMNS = 31, 8
STRIP = Format(96, 2, 8)  # faces that touch, as in the report
TILES = Format(120, 8, 30)
LINE = 16  # pixels, of a tile's second line


@dataclass(frozen=True)
class Moved:
    """A dimension, and which way."""

    index: int
    flipped: bool = False  # from high to low: where a feature fades as the code grows


class Grid(NamedTuple):
    """Traversals of one code, a row for each dimension."""

    dimensions: tuple[Dimension, ...]
    pictures: Tensor  # (rows, steps, 3, 64, 64) in [0, 1]


def traverse(pulled: Pulled, code: Tensor, dimension: int, low: float, high: float, steps: int) -> Tensor:
    """A code (D,) along one dimension of a pulled model. (steps, 3, 64, 64) in [0, 1]"""
    return latent_paths.traverse(pulled.model, code, dimension, low, high, steps)


def grid(pulled: Pulled, code: Tensor, steps: int = STEPS, rows: int = ROWS) -> Grid:
    """A code (D,) along the active dimensions, what carries most first, at most `rows`: each through its range.

    Raises ValueError where no dimension is active.
    """
    shown = latents.known(pulled).active[:rows]
    if not shown:
        raise ValueError(f"No dimension of {pulled.name} is active: every code gives the same face")
    pictures = [traverse(pulled, code, d.index, d.low, d.high, steps) for d in shown]
    return Grid(shown, torch.stack(pictures))


def grid_png(pulled: Pulled, code: Tensor, steps: int = STEPS, rows: int = ROWS) -> bytes:
    """The grid as a PNG; beside each row the dimension's number or name, its range in brackets, what it carries."""
    found = grid(pulled, code, steps, rows)
    faces = [[to_picture(image) for image in images] for images in found.pictures.transpose(0, 1)]
    form = STRIP._replace(caption=sheet.CAPTION)
    page = sheet.arranged(list(zip(_ends(steps), faces, strict=True)), form)
    page = sheet.labelled(page, [_label(dimension, pulled) for dimension in found.dimensions], form)
    return _framed(sheet.headed(page, plain(column(pulled).title)))


def grid_film(pulled: Pulled, code: Tensor, steps: int = FILM_STEPS) -> bytes:
    """All active dimensions as an animated WebP without end: each moves a face of its own from low to high and back."""
    found = grid(pulled, code, steps, pulled.model.config.latent_dim)
    lines = -(-len(found.dimensions) // FILM_COLUMNS)
    columns = -(-len(found.dimensions) // lines)
    named = any(dimension.name for dimension in found.dimensions)
    form = TILES._replace(caption=TILES.caption + LINE * named)
    titles = [f"{d.index}  {_range(d)}" + f"\n{d.name or ''}" * named for d in found.dimensions]

    def frame(step: int) -> Image.Image:
        faces = [(title, [to_picture(images[step])]) for title, images in zip(titles, found.pictures, strict=True)]
        bands = [sheet.arranged(faces[i : i + columns], form) for i in range(0, len(faces), columns)]
        return sheet.headed(sheet.stacked(bands), plain(column(pulled).title))

    return there_and_back([frame(step) for step in range(steps)])


def across(
    models: Sequence[Pulled], codes: Sequence[Tensor], chosen: Sequence[Moved], steps: int = STEPS
) -> list[Tensor]:
    """One feature in every model: of each its codes (N, D) of the same faces, along the dimension that is the feature
    in it. (N, steps, 3, 64, 64) in [0, 1] for each model."""

    def strips(of: tuple[Pulled, Tensor, Moved]) -> Tensor:
        pulled, z, moved = of
        start, end = _way(pulled, moved)
        return torch.stack([traverse(pulled, code, moved.index, start, end, steps) for code in z])

    return each(strips, zip(models, codes, chosen, strict=True))


def across_png(models: Sequence[Pulled], codes: Sequence[Tensor], chosen: Sequence[Moved], steps: int = STEPS) -> bytes:
    """The same as a PNG, as the report's Fig. 1: a column for each model, a row for each face, ranges in brackets."""
    columns = []
    found = across(models, codes, chosen, steps)
    for pulled, moved, strips in zip(models, chosen, found, strict=True):
        faces = [("", [to_picture(image) for image in images]) for images in strips.transpose(0, 1)]
        start, end = _way(pulled, moved)
        name = latents.known(pulled).at(moved.index).name or ""
        said = sheet.headed(sheet.arranged(faces, STRIP), f"{moved.index} {name} [{start:.1f}, {end:.1f}]")
        columns.append(sheet.headed(said, plain(column(pulled).title)))
    return _framed(sheet.beside(columns, apart=2 * sheet.GAP))


def _way(pulled: Pulled, moved: Moved) -> tuple[float, float]:
    found = latents.known(pulled).at(moved.index)
    return (found.high, found.low) if moved.flipped else (found.low, found.high)


def _framed(page: Image.Image) -> bytes:
    return sheet.png(ImageOps.expand(page, sheet.GAP, sheet.WHITE))


def _ends(steps: int) -> list[str]:
    """Titles of a grid's columns: the same for every row, whatever its range."""
    titles = [""] * steps
    titles[0], titles[-1] = "low", "high"
    if steps % 2 and steps > 2:
        titles[steps // 2] = "mean"
    return titles


def _range(dimension: Dimension) -> str:
    return f"[{dimension.low:.1f}, {dimension.high:.1f}]"


def _label(dimension: Dimension, pulled: Pulled) -> str:
    name = [] if dimension.name is None else [dimension.name]
    nats = pulled.model.config.stochastic and dimension.carries is not None
    spent = [f"{dimension.carries:.2f} nats"] if nats else []
    return "\n".join([f"{dimension.index}", *name, _range(dimension), *spent])
