"""The picture of links: drawn by the models, in the order of beta, whatever models there are."""

import io
from functools import cache

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from pages import share
from tests.conftest import bundled_models, report_models
from vae_models import Autoencoder, ModelConfig, Objective
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import BUNDLED_FOLDER, Pulled

EXAMPLES = BUNDLED_FOLDER.parent / "examples"
SMALL = 150_000  # bytes: messengers leave out pictures of more than 300 kB


@cache
def faces() -> Tensor:
    pictures = [Image.open(EXAMPLES / f"sampled-{name}.png").convert("RGB") for name in ("smile", "glasses")]
    return torch.stack([torch.from_numpy(np.array(one)).permute(2, 0, 1) / 255 for one in pictures])


def read_pixels(jpeg: bytes) -> NDArray[np.float64]:
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert picture.format == "JPEG"
        return np.asarray(picture.convert("RGB")).astype(float)


@cache
def draw_drawings() -> Pulled:
    torch.manual_seed(0)
    model = Autoencoder(ModelConfig(channels=1, latent_dim=10, width=4)).eval()
    record = TrainingRecord("vae", Objective(distortion="bernoulli"), {}, {}, 0, 0, {}, {}, 0, {}, {}, {})
    return Pulled("sprites", model, record)


def test_a_model_for_each_beta_stands_for_it_in_rising_order() -> None:
    assert [pulled.name for pulled in share.choose(bundled_models())] == [
        "vae",
        "beta-vae-b2",
        "beta-vae",
        "beta-vae-b10",
        "beta-tcvae",
        "beta-tcvae-b50",
    ]
    assert share.describe(bundled_models()) == (
        "Faces drawn by the models, from beta 1 on the left to beta 50 on the right"
    )


def test_many_betas_are_thinned_out_and_the_ends_stay() -> None:
    vae = report_models()[1]
    many = [
        vae._replace(record=TrainingRecord("beta-vae", Objective(kl=beta), {}, {}, 0, 0, {}, {}, 0, {}, {}, {}))
        for beta in range(1, 31)
    ]
    betas = [float(pulled.record.beta or 0) for pulled in share.choose(many)]
    assert len(betas) == share.MOST_COLUMNS
    assert betas == sorted(betas)
    assert (betas[0], betas[-1]) == (1, 30)


@pytest.mark.parametrize(
    "models", [bundled_models, report_models, lambda: bundled_models()[:1], lambda: (draw_drawings(),)]
)
def test_the_picture_has_the_size_that_links_show_and_is_small(models: object) -> None:
    assert callable(models)
    jpeg = share.draw(models(), faces())
    assert read_pixels(jpeg).shape == (630, 1200, 3)
    assert len(jpeg) < SMALL


def test_the_columns_show_what_each_model_makes_of_the_faces() -> None:
    picture = read_pixels(share.draw(bundled_models(), faces()))
    side, left, top = 177, 44, 168  # of the first face, measured in the picture
    with torch.inference_mode():
        for column, pulled in enumerate(share.choose(bundled_models())):
            copies = pulled.model.decode(pulled.model.encode(faces()).mean)
            for row, copy in enumerate(copies):
                x, y = left + column * (side + share.GAP), top + row * (side + share.GAP)
                shown = Image.fromarray(picture[y : y + side, x : x + side].astype(np.uint8)).resize((64, 64))
                assert np.abs(np.asarray(shown) / 255 - copy.permute(1, 2, 0).numpy()).mean() < 0.02


def test_a_model_of_drawings_draws_in_grey() -> None:
    picture = read_pixels(share.draw((draw_drawings(),), faces()))[170:530, 60:1140]
    assert picture.std() > 1
    tinted = np.abs(picture - picture.mean(axis=2, keepdims=True)).max(axis=2) > 12
    assert tinted.mean() < 0.05  # gaps have the colour of the ground
    assert "beta" not in share.describe((draw_drawings(),))


def test_an_address_is_escaped_in_the_head_of_the_page() -> None:
    page = (BUNDLED_FOLDER.parent / "page" / "index.html").read_text()
    filled = share.fill_head(page, 'https://a"><script>alert(1)</script>/', bundled_models())
    assert "<script>alert" not in filled
    assert 'content="./' not in filled
