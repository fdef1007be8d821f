"""The words about a picture compare photographs: no score is turned into a verdict about a face or a person."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from torch import Tensor

from faces.image import crop, to_array, to_tensor
from faces.preprocessing import preprocess
from server.analysis.scoring import add_noise
from server.analysis.typicality import (
    Standing,
    Typicality,
    compare,
    describe_share,
    explain,
    name_photographs,
    score_typicality,
)
from server.picture_input import to_batch
from tests.conftest import bundled_models
from tests.photographs import PORTRAIT
from vae_models.hub.pull import Pulled

# about what is in the picture, not about photographs; the finder alone says that there is no face
VERDICT = re.compile(
    r"(not|no|hardly|barely) a( real| normal)? face|no face|still a face|a face like|typical|normal|rarer? kind|"
    r"outlier|anomal|strange|unusual|odd\b|to be one",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def vae() -> Pulled:
    return next(pulled for pulled in bundled_models() if pulled.name == "vae")


def square(pixels: np.ndarray) -> Tensor:
    return to_tensor(to_array(crop(Image.fromarray(pixels), "centre"))[None])


@cache
def pictures() -> dict[str, Tensor]:
    return {
        "grey": torch.full((1, 3, 64, 64), 0.5),
        "black": torch.zeros(1, 3, 64, 64),
        "noise": torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0)),
        "cat": square(data.chelsea()),
        "coffee": square(data.coffee()),
        "portrait": to_batch(preprocess(PORTRAIT, "aligned").pixels),
    }


@pytest.mark.parametrize("name", ["grey", "black", "noise", "cat", "coffee", "portrait"])
def test_no_picture_gets_a_verdict(vae: Pulled, name: str) -> None:
    scores = score_typicality(vae, pictures()[name])
    assert not VERDICT.search(f"{compare(vae.record, scores)} {explain(vae.record)}")


@pytest.mark.parametrize("noise", [0, 0.15, 0.5])
def test_a_photograph_with_a_face_is_never_said_to_have_none(vae: Pulled, noise: float) -> None:
    """With this noise both scores are beyond those of all of CelebA's photographs; there is a face all the same."""
    scores = score_typicality(vae, add_noise(pictures()["portrait"], noise))
    assert not VERDICT.search(compare(vae.record, scores))


@pytest.mark.parametrize(
    ("below", "words"),
    [
        (0, "none"),
        (0.001, "hardly any"),
        (0.01, "1 of 100"),
        (0.3, "30 of 100"),
        (0.5, "50 of 100"),
        (0.97, "97 of 100"),
        (0.99, "99 of 100"),
        (0.999, "nearly all"),
        (1, "all"),
    ],
)
def test_every_percentile_is_a_share_of_photographs(vae: Pulled, below: float, words: str) -> None:
    standing, other = Standing(1, below), Standing(1, 0.42)
    assert describe_share(standing) == words
    assert compare(vae.record, Typicality(standing, other)) == (
        f"The VAE explains this picture worse than {words} of CelebA's photographs, and leaves a larger share of it "
        "unexplained than of 42 of 100 of them."
    )
    assert compare(vae.record, Typicality(other, standing)).endswith(f"unexplained than of {words} of them.")


def test_no_percentile_gets_a_verdict(vae: Pulled) -> None:
    shares = np.linspace(0, 1, 21)
    for bound in shares:
        for unexplained in shares:
            said = compare(vae.record, Typicality(Standing(1, bound), Standing(1, unexplained)))
            assert not VERDICT.search(said)
            assert re.fullmatch(
                r"The VAE explains this picture worse than [\w ]+ of CelebA's photographs, and leaves a larger share "
                r"of it unexplained than of [\w ]+ of them\.",
                said,
            )


@pytest.mark.parametrize("thing", ["pose", "light", "background", "glasses", "blur", "noise", "light-skinned adults"])
def test_the_note_names_what_the_scores_depend_on(vae: Pulled, thing: str) -> None:
    assert thing in explain(vae.record).lower()
    assert "nothing about a person" in explain(vae.record)


def test_photographs_of_another_data_set_are_not_called_celeba_s(vae: Pulled) -> None:
    other = replace(vae.record, data={"training": {"name": "portraits"}, "validation": {"name": "portraits"}})
    elsewhere = replace(vae.record, data={**vae.record.data, "validation": {"name": "portraits", "pictures": 4535}})
    assert name_photographs(vae.record) == "CelebA's photographs"
    for record in (other, elsewhere):
        scores = score_typicality(vae, pictures()["portrait"])
        assert "CelebA" not in f"{compare(record, scores)} {explain(record)}"


def test_the_scores_order_what_is_unlike_the_photographs(vae: Pulled) -> None:
    """Noise is explained by no code; a smooth picture is explained well; a cat is left unexplained."""
    scores = {name: score_typicality(vae, x) for name, x in pictures().items()}
    assert scores["noise"].negative_elbo.share_below == 1
    assert scores["coffee"].negative_elbo.share_below > 0.99
    assert max(scores[name].negative_elbo.share_below for name in ("grey", "black")) < 0.01
    assert scores["cat"].unexplained.share_below > 0.98 > scores["cat"].negative_elbo.share_below
    assert 0.01 < scores["portrait"].negative_elbo.share_below < 0.99
    assert scores["portrait"].unexplained.share_below < 0.99


def test_a_score_between_two_quantiles_is_between_their_shares(vae: Pulled) -> None:
    x = pictures()["portrait"]
    quantiles = vae.record.typicality["quantiles"]
    for name, standing in zip(("negative_elbo", "unexplained_variance"), score_typicality(vae, x), strict=True):
        index = int(np.searchsorted(quantiles[name], standing.value))
        assert (index - 1) / 100 <= standing.share_below <= index / 100
