"""The curve of one network for every beta: distortion against rate, active units and dependence along beta."""

import csv
from io import StringIO
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from train.evaluation.dial.curve import Point, round_betas
from train.figures import layout
from train.figures.layout import ERROR
from vae_models.catalogue import DIALS
from vae_models.files.atomic import atomic_write

HEIGHT = 2.6  # inches
TABLE = "curve.csv"


def write_table(points: list[Point], folder: Path) -> Path:
    """Write curve.csv: a row for each beta."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Point._fields)
    writer.writerows(points)
    atomic_write(folder / TABLE, lambda file: file.write_text(text.getvalue(), encoding="utf-8"))
    return folder / TABLE


def draw(points: list[Point], recipe: str) -> Figure:
    """Draw three plots of the points of a dial: distortion against rate, active units and Gaussian TC against beta."""
    colour = DIALS[recipe].colour
    figure = Figure(figsize=(layout.WIDTH, HEIGHT), layout="constrained")
    rate, units, dependence = figure.subplots(1, 3, gridspec_kw={"width_ratios": (1.6, 1, 1)})
    rate.plot([point.kl for point in points], [point.distortion for point in points], color=colour)
    marks = round_betas(points[-1].beta)
    for point in points:
        if point.beta in marks:
            _label(rate, point, colour)
    rate.set(xlabel="rate: KL, nats", ylabel=f"distortion: E{ERROR}", xlim=(0, None))
    rate.set_title("Distortion against rate", loc="left")
    units.step([point.beta for point in points], [point.active_units for point in points], where="mid", color=colour)
    units.set_title("Active units", loc="left")
    finite = [point for point in points if point.gaussian_total_correlation is not None]
    dependence.plot([p.beta for p in finite], [p.gaussian_total_correlation or 0 for p in finite], color=colour)
    dependence.set_title("Gaussian TC, nats", loc="left")
    for axes in (units, dependence):
        axes.set(xlabel="β", xscale="log", ylim=(0, None))
        axes.set_xticks(marks, [f"{beta:g}" for beta in marks])
        axes.minorticks_off()
    units.yaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def _label(axes: Axes, point: Point, colour: str) -> None:
    axes.plot(point.kl, point.distortion, "o", color=colour)
    axes.annotate(
        f"{point.beta:g}" if point.beta > 1 else "β = 1",
        (point.kl, point.distortion),
        xytext=(4, 2.5),
        textcoords="offset points",
        color=colour,
        size=layout.NOTE_SIZE,
    )
