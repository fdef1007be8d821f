import math
import re
import subprocess
from base64 import b64decode
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from faces.image import read_picture, to_array, to_picture
from metrics.reconstruction import mse
from tests.conftest import report_models
from ui import sample, subject
from ui.photograph import Photograph, crop_by_hand, look_at
from ui.reconstructions import reconstruct
from ui.sample import Draw
from ui.words import column, formula, plain
from vae_models import Autoencoder, ModelConfig, Objective
from vae_models.autoencoder import draw_noise
from vae_models.distributions import DiagonalGaussian
from vae_models.hub.pull import Pulled
from vae_models.objectives.objective import AE, BETA_TCVAE, BETA_VAE, VAE


@pytest.fixture(scope="module")
def models() -> tuple[Pulled, ...]:
    return report_models()


def pictures(html: str) -> list[np.ndarray]:
    """Every picture of a piece of page, decoded."""
    found = re.findall(r"data:image/jpeg;base64,([^\"]+)", html)
    return [np.asarray(Image.open(BytesIO(b64decode(data)))).astype(float) / 255 for data in found]


def test_formulas_are_the_reports() -> None:
    assert [formula(o) for o in (AE, VAE, BETA_VAE, BETA_TCVAE)] == [
        "‖x − x̂‖²",
        "‖x − x̂‖² + KL",
        "‖x − x̂‖² + 5 KL",
        "‖x − x̂‖² + KL + 19 TC",
    ]
    assert formula(Objective(distortion_weight=0.5)) == "0.5 ‖x − x̂‖² + KL"


def test_models_of_one_recipe_are_told_apart_by_what_differs(models: tuple[Pulled, ...]) -> None:
    assert [plain(column(pulled).title) for pulled in models] == ["AE", "VAE", "β-VAE β = 5", "β-TCVAE β = 20"]
    last = models[3]
    again = replace(last.record, settings={**last.record.settings, "seed": 2})
    small = last._replace(model=Autoencoder(ModelConfig(latent_dim=8, width=2)), record=again)
    assert plain(column(small).title) == "β-TCVAE β = 20, 8 dimensions, seed 2"
    assert sample.about_the_noise(models) == sample.SAME_NOISE
    assert sample.about_the_noise((*models, small)) == sample.ONE_SEED
    unsaid = last._replace(record=replace(last.record, settings={}))
    assert column(unsaid).title == column(last).title


def test_every_column_decodes_the_same_noise(models: tuple[Pulled, ...]) -> None:
    shown = pictures(sample.sample(models, Draw(11, 3)))
    noise = draw_noise(3, 32, torch.Generator().manual_seed(11))
    expected = torch.cat([pulled.model.decode(noise) for pulled in models]).detach()
    assert len(shown) == 12
    for ours, theirs in zip(shown, expected, strict=True):
        # what JPEG changes is far less than what tells two faces apart
        assert np.abs(ours - theirs.permute(1, 2, 0).numpy()).mean() < 0.02


def test_a_seed_answers_the_same_bytes_and_another_seed_others(models: tuple[Pulled, ...]) -> None:
    first = sample.sample(models, Draw(5, 4, "fitted"))
    assert first == sample.sample(models, Draw(5, 4, "fitted"))
    assert first != sample.sample(models, Draw(6, 4, "fitted"))
    assert first != sample.sample(models, Draw(5, 4, "standard"))
    assert first != sample.sample(models, Draw(5, 4, "fitted", temperature=0.5))


def test_temperature_scales_the_noise_and_at_zero_all_faces_are_the_priors_mean(models: tuple[Pulled, ...]) -> None:
    vae = models[1]
    cold = sample.pictures(vae, Draw(3, 4, "fitted", temperature=0))
    mean = vae.model.decode(vae.model.prior_mean[None]).detach()
    torch.testing.assert_close(cold, mean.expand(4, -1, -1, -1), atol=1e-5, rtol=0)
    noise = draw_noise(4, 32, torch.Generator().manual_seed(3))
    warm = sample.pictures(vae, Draw(3, 4, temperature=0.7))
    torch.testing.assert_close(warm, vae.model.decode(0.7 * noise).detach(), atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    ("seed", "count", "temperature"),
    [(-1, 4, 1), (2**32, 4, 1), (1, 0, 1), (1, 37, 1), (1, 4, math.nan), (1, 4, 9), ("7", 4, 1), (7.0, 4, 1)],
)
def test_what_cannot_be_drawn_is_refused(seed: int, count: int, temperature: float) -> None:
    with pytest.raises(ValueError, match=r"from 0 to|1 to 36|from 0 to 2"):
        Draw(seed, count, temperature=temperature)


def test_the_downloaded_sheet_shows_the_same_faces_exactly(models: tuple[Pulled, ...]) -> None:
    draw = Draw(2, 7)
    sheet = np.asarray(Image.open(BytesIO(sample.sheet(models, draw))))
    rows = 2
    for place, pulled in enumerate(models):
        top = place * (rows * 66 + 8)
        for i, image in enumerate(sample.pictures(pulled, draw)):
            y, x = top + i // 6 * 66, i % 6 * 66
            assert np.array_equal(sheet[y : y + 64, x : x + 64], to_array(to_picture(image)))


@pytest.fixture(scope="module")
def portrait() -> Photograph:
    return look_at(read_picture(subject.EXAMPLE))


def test_a_reconstruction_is_shown_with_its_scores(models: tuple[Pulled, ...], portrait: Photograph) -> None:
    html = reconstruct(models, portrait.card, portrait.crops[0], 0)
    assert len(pictures(html)) == 2 + 2 * len(models)  # the photograph, the crop; of each model a face and its errors
    errors = [float(value) for value in re.findall(r"MSE</th><td>([\d.]+)", html)]
    spent = re.findall(r"KL</th><td>([^<]+)", html)
    x = subject.tensor(portrait.crops[0])
    for error, nats, pulled in zip(errors, spent, models, strict=True):
        with torch.no_grad():
            posterior = pulled.model.encode(x)
            assert error == pytest.approx(mse(x, pulled.model.decode(posterior.mean)).item(), abs=1e-4)
        if pulled.record.recipe == "ae":
            assert nats == "–"
        else:
            assert isinstance(posterior, DiagonalGaussian)
            assert float(nats.split()[0]) == pytest.approx(posterior.kl().sum().item(), abs=0.06)


def test_noise_reaches_the_models_and_scores_stay_against_the_clean_face(
    models: tuple[Pulled, ...], portrait: Photograph
) -> None:
    def first_error(noise: float) -> float:
        html = reconstruct(models[1:2], portrait.card, portrait.crops[0], noise)
        return float(re.findall(r"MSE</th><td>([\d.]+)", html)[0])

    clean, noisy = first_error(0), first_error(0.3)
    assert noisy > clean
    assert noisy < 0.3**2  # less than the noise itself: the code has no room for it


def test_where_no_face_is_a_square_is_cropped_by_hand_without_squashing() -> None:
    photo = look_at(Image.new("RGB", (400, 300), "teal"))
    assert photo.crops == ()
    assert photo.unfound is not None
    picture = Image.new("RGB", (400, 200), "black")
    picture.paste("white", (200, 0, 400, 200))
    left, _ = crop_by_hand(picture, 0, 0, 1)
    middle, _ = crop_by_hand(picture, 0.5, 0, 1)
    right, _ = crop_by_hand(picture, 1, 0, 1)
    assert (left.mean(), right.mean()) == (0, 255)
    assert middle.mean() == pytest.approx(127.5, abs=3)


def test_the_example_has_its_source_beside_it() -> None:
    folder = subject.EXAMPLE.parent
    sources = (folder / "SOURCES.md").read_text()
    for file in folder.iterdir():
        assert file.name == "SOURCES.md" or f"`{file.name}`" in sources


def test_every_committed_picture_is_named_with_where_it_is_from() -> None:
    """No picture of a data set is in the project: each one that is stands in assets/SOURCES.md."""
    root = Path(__file__).parents[2]
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("no git checkout: what is committed cannot be told from what lies about")
    endings = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif")
    named = re.findall(r"`(assets/[^`]+)`", (root / "assets" / "SOURCES.md").read_text())
    assert {name for name in listed.stdout.split() if name.lower().endswith(endings)} == set(named)
