"""Fig. 2: samples of every model."""

import numpy as np
import torch
from torch import Generator

from train.figures import layout, samples
from train.figures.samples import draw_samples
from vae_models.catalogue import Prior
from vae_models.hub.pull import Pulled


def test_samples_of_all_models_come_from_the_same_noise(models: tuple[Pulled, ...]) -> None:
    noise = torch.stack([torch.randn(4, generator=generator) for generator in [Generator().manual_seed(5)] * 3])
    for pulled in models:
        model = pulled.model
        with torch.inference_mode():
            standard, fitted = model.decode(noise), model.decode(model.prior_mean + noise @ model.prior_scale.T)
        torch.testing.assert_close(draw_samples(pulled, "standard", 3, seed=5), standard, atol=1e-6, rtol=0)
        torch.testing.assert_close(draw_samples(pulled, "fitted", 3, seed=5), fitted, atol=1e-6, rtol=0)
        assert not torch.allclose(standard, fitted, atol=1e-4)


def test_the_figure_has_a_row_for_each_model_beside_its_title(models: tuple[Pulled, ...]) -> None:
    figure = samples.draw(models, seed=11)
    priors: tuple[Prior, ...] = ("standard", "fitted")
    for axes, prior in zip(figure.axes, priors, strict=True):
        shown = np.asarray(axes.images[0].get_array())
        for number, pulled in enumerate(models):
            row = layout.tile(draw_samples(pulled, prior, samples.COUNT, seed=11), samples.COUNT, samples.GAP)
            top = round(number * len(row) * (1 + samples.GAP))
            assert np.array_equal(shown[top : top + len(row)], row)
    rows = figure.axes[0].get_yticklabels()
    assert [label.get_text().split("\n")[0] for label in rows] == [pulled.record.title for pulled in models]
    middles = np.diff([label.get_position()[1] for label in rows])
    assert np.allclose(middles, layout.ENLARGED * 64 * (1 + samples.GAP), atol=0.5)
