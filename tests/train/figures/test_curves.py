"""The distortion-rate curve and the total correlation."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from train.figures import curves
from train.figures.curves import read_point
from vae_models.catalogue import RECIPES
from vae_models.hub.pull import Pulled

AXES = (("kl", "distortion"), ("distortion", "gaussian_total_correlation"))


def test_a_point_has_the_scores_of_its_record(models: tuple[Pulled, ...]) -> None:
    for pulled in models:
        point, scores = read_point(pulled), pulled.record.scores
        expected = (scores["kl"], scores["distortion"], scores["gaussian_total_correlation"])
        assert (point.rate, point.distortion, point.gaussian_tc) == expected
        assert (point.beta, point.family) == (pulled.record.beta, pulled.record.family)


def test_every_model_has_a_marker_and_its_beta_in_both_plots(models: tuple[Pulled, ...]) -> None:
    figure = curves.draw(models)
    assert figure is not None
    for axes, (x, y) in zip(figure.axes, AXES, strict=True):
        points = [(line, np.ravel(line.get_xydata())) for line in axes.lines]
        markers = {tuple(xy): to_hex(line.get_color()) for line, xy in points if len(xy) == 2}
        labels = {(text.xy, text.get_text()) for text in axes.texts if isinstance(text, Annotation)}
        for pulled in models:
            record = pulled.record
            if record.scores[x] is not None:
                position = (record.scores[x], record.scores[y])
                assert markers[position] == RECIPES[record.family].colour
                label = "AE" if record.beta is None else "β = 1" if record.beta == 1 else f"{record.beta:g}"
                assert (position, f"{label}, 4 dimensions") in labels
    dotted = next(line for line in figure.axes[0].lines if line.is_dashed())
    assert set(np.ravel(dotted.get_ydata())) == {models[0].record.scores["distortion"]}


@pytest.mark.parametrize("kept", [slice(3, 4), slice(4, 6), slice(1, 3)])
def test_one_family_alone_has_its_curves(models: tuple[Pulled, ...], kept: slice) -> None:
    figure = curves.draw(models[kept])
    assert figure is not None
    legend = figure.axes[0].get_legend()
    assert legend is not None
    titles = [text.get_text() for text in legend.get_texts()]
    assert titles == list(dict.fromkeys(RECIPES[pulled.record.family].title for pulled in models[kept]))


def test_models_of_two_latent_sizes_are_on_two_lines(models: tuple[Pulled, ...]) -> None:
    points = [read_point(pulled) for pulled in models[1:4]]
    smaller = [point._replace(latent_dim=2, distortion=point.distortion + 50) for point in points]
    axes = Figure().subplots()
    curves._draw_curves(axes, [curves.build_curve("beta-vae", [*points, *smaller], "rate", "distortion")])
    lines = [heights for line in axes.lines if len(heights := np.ravel(line.get_ydata()).tolist()) > 1]
    assert sorted(lines) == [[point.distortion for point in size] for size in (points, smaller)]


def test_a_total_correlation_of_zero_has_no_logarithm_and_no_point(models: tuple[Pulled, ...]) -> None:
    scores = {**models[1].record.scores, "gaussian_total_correlation": 0.0}
    independent = models[1]._replace(record=replace(models[1].record, scores=scores))
    figure = curves.draw((independent, *models[2:4]))
    assert figure is not None
    assert len(figure.axes[1].texts) == 2


def test_without_a_beta_there_is_no_curve(models: tuple[Pulled, ...]) -> None:
    assert curves.draw(models[:2]) is None
