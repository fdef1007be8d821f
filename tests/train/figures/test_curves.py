import pytest

from train.figures import curves
from train.figures.layout import COLOURS
from train.figures.points import plain, points
from vae_models.hub.pull import Pulled


def test_points_are_what_the_records_say(models: tuple[Pulled, ...]) -> None:
    records = {pulled.name: pulled.record.scores for pulled in models}
    for recipe, names in (("beta-vae", ("vae", "beta-vae-b2", "beta-vae")), ("beta-tcvae", ("vae", "beta-tcvae"))):
        for point, name in zip(points(models, recipe), names, strict=False):
            scores = records[name]
            told = (scores["kl"], scores["distortion"], scores["gaussian_total_correlation"])
            assert (point.rate, point.distortion, point.gaussian_tc) == told
    assert plain(models) == [(records["ae"]["distortion"], records["ae"]["gaussian_total_correlation"])]


def test_every_model_stands_on_both_curves_where_its_record_says_with_its_beta(models: tuple[Pulled, ...]) -> None:
    page = curves.draw(models)
    assert page is not None
    rate, independence = page.axes
    for axes, x, y in ((rate, "kl", "distortion"), (independence, "distortion", "gaussian_total_correlation")):
        marks = {
            (line.get_xdata()[0], line.get_ydata()[0]): line.get_color()
            for line in axes.lines
            if len(line.get_xdata()) == 1
        }
        said = {(text.xy, text.get_text()) for text in axes.texts}
        for pulled in models:
            scores = pulled.record.scores
            if scores[x] is not None:
                assert marks[scores[x], scores[y]] == COLOURS[pulled.record.recipe]
                beta = pulled.record.beta
                words = "AE" if beta is None else "β = 1" if beta == 1 else f"{beta:g}"
                assert any(text == words and at[1] == scores[y] for at, text in said)
    dotted = next(line for line in rate.lines if line.get_linestyle() == "--" or line.is_dashed())
    assert set(dotted.get_ydata()) == {models[0].record.scores["distortion"]}


@pytest.mark.parametrize("kept", [slice(3, 4), slice(4, 6), slice(1, 3)])
def test_one_family_alone_has_its_curves(models: tuple[Pulled, ...], kept: slice) -> None:
    page = curves.draw(models[kept])
    assert page is not None
    assert len(page.axes[0].get_legend().get_texts()) == len({pulled.record.recipe for pulled in models[kept]})


def test_without_a_beta_there_is_no_curve(models: tuple[Pulled, ...]) -> None:
    assert curves.draw(models[:2]) is None
