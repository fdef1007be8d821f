"""The curves as a page: distortion against rate, and Gaussian total correlation against distortion."""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from train.figures import layout
from train.figures.layout import COLOURS, ERROR, HEADING, MARGIN, SOFT, WIDTH
from train.figures.points import Point, plain, points
from train.figures.selection import TITLES
from vae_models.hub.pull import Pulled

HEIGHT, TALL, TOP = 2.9, 2.2, 0.3  # inches: of the page, of a field, and above it
LEFT, APART = 0.5, 0.72  # of the first field, and between the two
MARKS = {"ae": "^", "vae": "D", "beta-vae": "o", "beta-tcvae": "s"}
SIZE, WIDE, NUMBERS = 4.6, 1.1, 7.5  # points: of a mark, a line, and beta beside it
ABOVE, BELOW = (4.0, 2.5, "left", "bottom"), (-4.0, -2.5, "right", "top")  # of a curve that falls


class Place(NamedTuple):
    """A model on a curve."""

    beta: float
    x: float
    y: float


def draw(models: tuple[Pulled, ...]) -> Figure | None:
    """Both curves of each family, beta at every point; None where there is no family."""
    families = {recipe: found for recipe in ("beta-vae", "beta-tcvae") if (found := points(models, recipe))}
    if not families:
        return None
    sheet = layout.blank(HEIGHT)
    width = (WIDTH - LEFT - APART - MARGIN) / 2
    rate, independence = (layout.field(sheet, left, TOP, width, TALL) for left in (LEFT, LEFT + width + APART))
    _curves(rate, {recipe: [_spent(point) for point in found] for recipe, found in families.items()})
    independence.set_yscale("log")
    _curves(independence, {recipe: _dependent(found) for recipe, found in families.items()})
    _point_code(rate, independence, models)
    rate.set(xlabel="rate: KL, nats", ylabel=f"distortion: E{ERROR}", xlim=(0, None))
    independence.set(xlabel=f"distortion: E{ERROR}", ylabel="Gaussian total correlation, nats")
    layout.words(sheet, "Distortion against rate", LEFT, TOP / 2, HEADING)
    layout.words(sheet, "Dependence against distortion", LEFT + width + APART, TOP / 2, HEADING)
    _name(rate, [recipe for recipe in ("vae", *families) if recipe != "vae" or _has_vae(families)])
    return sheet


def _spent(point: Point) -> Place:
    return Place(point.beta, point.rate, point.distortion)


def _dependent(found: list[Point]) -> list[Place]:
    return [Place(p.beta, p.distortion, p.gaussian_tc) for p in found if p.gaussian_tc]


def _has_vae(families: dict[str, list[Point]]) -> bool:
    return any(point.beta == 1 for found in families.values() for point in found)


def _curves(axes: Axes, curves: dict[str, list[Place]]) -> None:
    """A line for each family, a mark for each model and its beta, on the side where the other family's line is not."""
    axes.margins(0.1)
    for recipe, places in curves.items():
        axes.plot([place.x for place in places], [place.y for place in places], color=COLOURS[recipe], linewidth=WIDE)
    for recipe, places in curves.items():
        others = next((other for name, other in curves.items() if name != recipe), [])
        for place in places:
            model = "vae" if place.beta == 1 else recipe
            _mark(axes, model, place.x, place.y)
            said, above = ("β = 1", True) if place.beta == 1 else (f"{place.beta:g}", _lies_above(place, others))
            _say(axes, said, place, COLOURS[model], above=above)


def _lies_above(place: Place, others: list[Place]) -> bool:
    """Whether a model lies above the other family's line."""
    if not others:
        return True
    line = sorted(others, key=lambda other: other.x)
    level = np.interp(place.x, [other.x for other in line], np.log([other.y for other in line]))
    return bool(np.log(place.y) >= level)


def _point_code(rate: Axes, independence: Axes, models: tuple[Pulled, ...]) -> None:
    """An AE, which has a distortion and no rate: a line that the curves do not reach."""
    for distortion, gaussian_tc in plain(models):
        rate.axhline(distortion, color=COLOURS["ae"], linewidth=WIDE, linestyle=(0, (1, 2)))
        rate.annotate(
            "AE, which has no rate",
            (1, distortion),
            xycoords=("axes fraction", "data"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="right",
            color=SOFT,
            size=NUMBERS,
        )
        if gaussian_tc:
            _mark(independence, "ae", distortion, gaussian_tc)
            _say(independence, "AE", Place(0, distortion, gaussian_tc), SOFT, above=True)


def _mark(axes: Axes, model: str, x: float, y: float) -> None:
    axes.plot(x, y, MARKS[model], color=COLOURS[model], markersize=SIZE, markeredgecolor="white", markeredgewidth=0.6)


def _say(axes: Axes, text: str, place: Place, colour: str, *, above: bool) -> None:
    right, up, horizontal, vertical = ABOVE if above else BELOW
    axes.annotate(
        text,
        (place.x, place.y),
        xytext=(right, up),
        textcoords="offset points",
        ha=horizontal,
        va=vertical,
        color=colour,
        size=NUMBERS,
    )


def _name(axes: Axes, recipes: list[str]) -> None:
    lines = [
        Line2D([], [], color=COLOURS[r], marker=MARKS[r], markersize=SIZE, markeredgecolor="white", linewidth=WIDE)
        for r in recipes
    ]
    axes.legend(lines, [TITLES[recipe] for recipe in recipes], frameon=False, fontsize=8, loc="upper right")
