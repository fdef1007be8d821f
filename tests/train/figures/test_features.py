import pytest
import torch
from torch import Tensor

from faces.image import to_array, to_tensor
from tests.conftest import drawn_face
from train.figures.features import cell
from vae_models.hub.pull import Pulled

FACE = to_tensor(to_array(drawn_face(3))[None])


@pytest.fixture(scope="module")
def vae(models: tuple[Pulled, ...]) -> Pulled:
    return models[1]


def decoded(pulled: Pulled, dimension: int, value: float) -> Tensor:
    with torch.inference_mode():
        z = pulled.model.encode(FACE).mean
        z[0, dimension] = value
        return pulled.model.decode(z)[0]


def test_a_feature_grows_from_left_to_right_through_three_deviations_of_its_dimension(vae: Pulled) -> None:
    for feature, dimension, grows in (("pale skin", 2, False), ("eyeglasses", 0, True)):
        found = cell(vae, FACE, feature, 5)
        assert found is not None
        mean, std = vae.model.prior_mean[dimension].item(), vae.model.prior_scale[dimension].norm().item()
        low, high = mean - 3 * std, mean + 3 * std
        ends = (low, high) if grows else (high, low)
        assert found.dimension == dimension
        assert (found.start, found.end) == pytest.approx(ends, rel=1e-5)
        for picture, value in zip(found.pictures[::2], (ends[0], mean, ends[1]), strict=True):
            torch.testing.assert_close(picture, decoded(vae, dimension, value), atol=1e-5, rtol=0)


def test_a_dimension_that_is_not_named_after_the_feature_is_told_from_one_that_is(vae: Pulled) -> None:
    pale, bald = (cell(vae, FACE, feature, 3) for feature in ("pale skin", "bald"))
    assert pale is not None
    assert bald is not None
    assert (pale.dimension, pale.granted, pale.auroc) == (2, True, 0.81)
    assert (bald.dimension, bald.granted, bald.auroc) == (2, False, 0.64)


def test_what_latents_json_does_not_tell_is_not_shown(vae: Pulled, models: tuple[Pulled, ...]) -> None:
    assert cell(vae, FACE, "smiling", 3) is None
    assert cell(models[-1], FACE, "bald", 3) is None
