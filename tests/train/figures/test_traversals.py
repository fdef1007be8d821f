"""Fig. 1: traversals of features."""

import pytest
import torch
from torch import Tensor

from faces.image import to_array, to_tensor
from tests.conftest import draw_face
from train.figures import traversals
from train.figures.traversals import traverse_feature
from vae_models.hub.pull import Pulled

FACE = to_tensor(to_array(draw_face(3))[None])


@pytest.fixture(scope="module")
def vae(models: tuple[Pulled, ...]) -> Pulled:
    return models[1]


def decode_moved(pulled: Pulled, dimension: int, value: float) -> Tensor:
    with torch.inference_mode():
        z = pulled.model.encode(FACE).mean
        z[0, dimension] = value
        return pulled.model.decode(z)[0]


@pytest.mark.parametrize(("feature", "dimension", "increases"), [("pale skin", 2, False), ("eyeglasses", 0, True)])
def test_a_feature_strengthens_over_three_deviations_of_its_dimension(
    vae: Pulled, feature: str, dimension: int, *, increases: bool
) -> None:
    cell = traverse_feature(vae, FACE, feature, 5)
    assert cell is not None
    mean, std = vae.model.prior_mean[dimension].item(), vae.model.prior_scale[dimension].norm().item()
    low, high = mean - 3 * std, mean + 3 * std
    start, end = (low, high) if increases else (high, low)
    assert cell.dimension == dimension
    assert (cell.start, cell.end) == pytest.approx((start, end), rel=1e-5)
    for image, value in zip(cell.images[::2], (start, mean, end), strict=True):
        torch.testing.assert_close(image, decode_moved(vae, dimension, value), atol=1e-5, rtol=0)


def test_a_cell_records_whether_its_dimension_bears_the_features_name(vae: Pulled) -> None:
    pale, bald = (traverse_feature(vae, FACE, feature, 3) for feature in ("pale skin", "bald"))
    assert pale is not None
    assert bald is not None
    assert (pale.dimension, pale.named, pale.auroc) == (2, True, 0.81)
    assert (bald.dimension, bald.named, bald.auroc) == (2, False, 0.64)


def test_a_feature_without_a_score_is_not_traversed(vae: Pulled, models: tuple[Pulled, ...]) -> None:
    assert traverse_feature(vae, FACE, "smiling", 3) is None
    assert traverse_feature(models[-1], FACE, "bald", 3) is None


def test_rows_are_features_and_columns_are_models(models: tuple[Pulled, ...]) -> None:
    features = ("bald", "smiling", "pale skin")
    grid = traversals.draw(models[1:3], FACE, features).axes
    assert [axes.get_title() for axes in grid[:2]] == ["VAE\n4 dimensions", "β-VAE, β = 2\n4 dimensions"]
    assert [axes.get_ylabel() for axes in grid[::2]] == list(features)
    notes = [[text.get_text() for text in axes.texts] for axes in grid[::2]]
    assert [note[-1] for note in notes] == ["AUROC 0.64", "no score", "AUROC 0.81"]
