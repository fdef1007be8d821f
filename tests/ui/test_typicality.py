import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from torch import Tensor

from faces.image import crop, read_picture, to_array, to_tensor
from tests.conftest import bundled_models
from ui import subject
from ui.photograph import look_at
from ui.typicality import SENTENCES, Standing, Typicality, drawing, typicality
from vae_models.hub.pull import Pulled


@pytest.fixture(scope="module")
def vae() -> Pulled:
    return next(pulled for pulled in bundled_models() if pulled.name == "vae")


def square(pixels: np.ndarray) -> Tensor:
    return to_tensor(to_array(crop(Image.fromarray(pixels), "centre"))[None])


def test_a_portrait_is_typical(vae: Pulled) -> None:
    portrait = look_at(read_picture(subject.EXAMPLE)).crops[0]
    assert not typicality(vae, subject.tensor(portrait)).atypical


@pytest.mark.parametrize(
    ("what", "verdicts"),
    [
        (torch.full((1, 3, 64, 64), 0.5), {"too smooth"}),
        (torch.zeros(1, 3, 64, 64), {"too smooth"}),
        (torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0)), {"hard to explain"}),
        (square(data.chelsea()), {"little explained"}),
        (square(data.coffee()), {"hard to explain"}),
        (square(data.moon()[:, :, None].repeat(3, 2)), {"too smooth", "little explained"}),  # both, by a hair
    ],
    ids=["grey", "black", "noise", "cat", "coffee", "moon"],
)
def test_what_is_no_face_stands_out_and_the_page_says_how(vae: Pulled, what: Tensor, verdicts: set[str]) -> None:
    found = typicality(vae, what)
    assert found.atypical
    assert found.verdict in verdicts
    assert SENTENCES[found.verdict] in drawing(vae, found)


@pytest.mark.parametrize(
    ("surprise", "unexplained", "verdict"),
    [
        (0.5, 0.5, "like many"),
        (0.5, 0.0, "like many"),  # what is explained well is no outlier
        (0.03, 0.5, "rare"),
        (0.97, 0.5, "rare"),
        (0.5, 0.97, "rare"),
        (0.005, 0.5, "too smooth"),
        (0.995, 0.5, "hard to explain"),
        (0.5, 0.995, "little explained"),
    ],
)
def test_the_verdict_is_two_sided_in_the_elbo_and_one_sided_in_the_variance(
    surprise: float, unexplained: float, verdict: str
) -> None:
    assert Typicality(Standing(1, surprise), Standing(1, unexplained)).verdict == verdict
