"""Distortion against rate, and Gaussian total correlation against distortion, for the models of each family."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from train.figures import layout
from train.figures.layout import ERROR, GREY
from train.figures.selection import beta_families, other_settings, sweep
from vae_models.catalogue import RECIPES
from vae_models.hub.pull import Pulled

HEIGHT = 2.9  # inches
MARKERS = dict(zip(RECIPES, "^DosvP*X", strict=False))
ABOVE, BELOW = (4.0, 2.5, "left", "bottom"), (-4.0, -2.5, "right", "top")  # of a label beside its marker, in points


class Point(NamedTuple):
    """Scores of one model, as means over the validation images."""

    label: str
    family: str
    beta: float | None  # None for an AE
    latent_dim: int
    rate: float | None  # KL in nats; None for an AE
    distortion: float  # E_q ||x - reconstruction||^2, from sampled codes
    gaussian_tc: float | None  # nats; None if it is infinite, or 0, which a logarithmic axis cannot show


def read_point(pulled: Pulled) -> Point:
    """Read the point of one model from its training.json."""
    record, scores = pulled.record, pulled.record.scores
    beta = record.title if record.beta is None else "β = 1" if record.beta == 1 else f"{record.beta:g}"
    return Point(
        label=", ".join([beta, *other_settings(pulled)]),
        family=record.family,
        beta=record.beta,
        latent_dim=pulled.model.config.latent_dim,
        rate=scores["kl"],
        distortion=scores["distortion"],
        gaussian_tc=scores["gaussian_total_correlation"] or None,
    )


class Curve(NamedTuple):
    """Points of one family in one plot."""

    family: str
    x: list[float]
    y: list[float]
    points: list[Point]


def build_curve(family: str, points: Sequence[Point], x: str, y: str) -> Curve:
    """Collect the points that have both fields, `x` and `y`."""
    complete = [point for point in points if getattr(point, x) is not None and getattr(point, y) is not None]
    return Curve(family, [getattr(point, x) for point in complete], [getattr(point, y) for point in complete], complete)


def draw(models: tuple[Pulled, ...]) -> Figure | None:
    """Draw both curves of each family, with beta at every point; None if no model has a beta."""
    sweeps = {family: sweep(models, family) for family in beta_families()}
    families = {family: [read_point(pulled) for pulled in members] for family, members in sweeps.items() if members}
    if not families:
        return None
    figure = Figure(figsize=(layout.WIDTH, HEIGHT), layout="constrained")
    rate, dependence = figure.subplots(1, 2, gridspec_kw={"wspace": 0.06})
    dependence.set_yscale("log")
    _draw_curves(rate, [build_curve(family, points, "rate", "distortion") for family, points in families.items()])
    _draw_curves(
        dependence, [build_curve(family, points, "distortion", "gaussian_tc") for family, points in families.items()]
    )
    for pulled in models:
        if pulled.record.beta is None:
            _draw_point_code(rate, dependence, read_point(pulled))
    rate.set(xlabel="rate: KL, nats", ylabel=f"distortion: E{ERROR}", xlim=(0, None))
    dependence.set(xlabel=f"distortion: E{ERROR}", ylabel="Gaussian total correlation, nats")
    rate.set_title("Distortion against rate", loc="left")
    dependence.set_title("Dependence against distortion", loc="left")
    one_for_each_label = {label: handle for handle, label in zip(*rate.get_legend_handles_labels(), strict=True)}
    rate.legend(one_for_each_label.values(), one_for_each_label.keys(), loc="upper right")
    return figure


def _draw_curves(axes: Axes, curves: list[Curve]) -> None:
    """Draw a line through the models of each family and latent size, and a marker with its beta for each model."""
    axes.margins(0.1)
    for one in curves:
        sizes = np.array([point.latent_dim for point in one.points])
        for size in np.unique(sizes):
            axes.plot(np.array(one.x)[sizes == size], np.array(one.y)[sizes == size], color=RECIPES[one.family].colour)
    for one in curves:
        others = [other for other in curves if other is not one and other.x]
        for x, y, point in zip(one.x, one.y, one.points, strict=True):
            # a label keeps clear of the other family's line; all families share the VAE, so there is no clear side
            above = point.beta == 1 or all(_lies_above(x, y, other) for other in others)
            _mark(axes, x, y, point, above=above)


def _lies_above(x: float, y: float, other: Curve) -> bool:
    order = np.argsort(other.x)
    level = np.interp(x, np.array(other.x)[order], np.log(other.y)[order])
    return bool(np.log(y) >= level)


def _mark(axes: Axes, x: float, y: float, point: Point, *, above: bool) -> None:
    recipe = RECIPES[point.family]
    axes.plot(x, y, MARKERS[point.family], color=recipe.colour, label=recipe.title)
    right, up, horizontal, vertical = ABOVE if above else BELOW
    axes.annotate(
        point.label,
        (x, y),
        xytext=(right, up),
        textcoords="offset points",
        ha=horizontal,
        va=vertical,
        color=recipe.colour,
        size=layout.NOTE_SIZE,
    )


def _draw_point_code(rate: Axes, dependence: Axes, point: Point) -> None:
    """Draw an AE, which has a distortion but no rate, as a dotted line that the curves do not reach."""
    rate.axhline(point.distortion, color=RECIPES[point.family].colour, linestyle=(0, (1, 2)))
    rate.annotate(
        f"{point.label}, which has no rate",
        (1, point.distortion),
        xycoords=("axes fraction", "data"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="right",
        color=GREY,
        size=layout.NOTE_SIZE,
    )
    if point.gaussian_tc is not None:
        _mark(dependence, point.distortion, point.gaussian_tc, point, above=True)
