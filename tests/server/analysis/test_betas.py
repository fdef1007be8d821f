import re
from base64 import b64decode
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from faces.image import to_array
from tests.conftest import draw_face
from ui import beta, subject
from ui.curves import curves
from ui.words import Family, beta_of, column, plain, scale
from vae_models import Autoencoder, ModelConfig, Objective
from vae_models.files.training_record import TrainingRecord
from vae_models.hub.pull import Pulled
from vae_models.objectives.objective import AE, VAE, beta_tcvae, beta_vae

PIXELS = to_array(draw_face(2))
SCORES: dict[str, Any] = {"squared_error": 150.0, "kl": 30.0}


def pulled(recipe: str, objective: Objective, seed: int = 0, **scores: Any) -> Pulled:
    """Return a small untrained model with a record."""
    torch.manual_seed(seed)
    model = Autoencoder(ModelConfig(width=4, latent_dim=6, stochastic=objective.kl > 0)).eval()
    record = TrainingRecord(recipe, objective, {}, {}, 1, 8, {}, {}, 1, {**SCORES, **scores}, {}, {})
    return Pulled(f"{recipe}-{seed}", model, record)


@pytest.fixture(scope="module")
def models() -> tuple[Pulled, ...]:
    """As pulled: by recipe, then by β; one seed each, so that no two models agree."""
    return (
        pulled("ae", AE, 1, squared_error=120.0, kl=None),
        pulled("vae", VAE, 2),
        pulled("beta-vae", beta_vae(2), 3),
        pulled("beta-vae", beta_vae(5), 4),
        pulled("beta-tcvae", beta_tcvae(20), 5),
    )


def pictures(html: str, alt: str) -> list[np.ndarray]:
    found = re.findall(rf'<img alt="{alt}[^"]*"[^>]*base64,([^"]+)"', html)
    return [np.asarray(Image.open(BytesIO(b64decode(data)))).astype(float) / 255 for data in found]


def apart(ours: np.ndarray, theirs: torch.Tensor) -> float:
    return float(np.abs(ours - theirs.detach().permute(1, 2, 0).numpy()).mean())


def test_steps_of_one_beta_are_told_apart_by_their_sizes(models: tuple[Pulled, ...]) -> None:
    assert beta.compare(models, "beta-vae", PIXELS, 7).count("<span>6 dimensions</span>") == 3
    whole = tuple(one._replace(model=Autoencoder(ModelConfig(width=2)).eval()) for one in models)
    assert "dimensions" not in beta.compare(whole, "beta-vae", PIXELS, 7)


@pytest.mark.parametrize(
    ("family", "betas"), [("beta-vae", [1.0, 2.0, 5.0]), ("beta-tcvae", [1.0, 20.0])], ids=["beta-vae", "beta-tcvae"]
)
def test_the_ladder_climbs_from_the_vae(models: tuple[Pulled, ...], family: Family, betas: list[float]) -> None:
    for order in (models, models[::-1]):
        steps = beta.ladder(order, family)
        assert [step for step, _ in steps] == betas
        assert steps[0][1].record.recipe == "vae"
    html = beta.compare(models, family, PIXELS, 7)
    assert re.findall(r"<h3>β = ([\d.]+)</h3>", html) == [f"{value:g}" for value in betas]


def test_a_further_beta_appears_in_its_place(models: tuple[Pulled, ...]) -> None:
    more = (*models, pulled("beta-vae", beta_vae(3), 6))
    before, after = (beta.compare(found, "beta-vae", PIXELS, 7) for found in (models, more))
    assert re.findall(r"<h3>β = (\d+)", before) == ["1", "2", "5"]
    assert re.findall(r"<h3>β = (\d+)", after) == ["1", "2", "3", "5"]


def test_a_tcvae_with_beta_one_is_shown_as_a_vae(models: tuple[Pulled, ...]) -> None:
    model = pulled("beta-tcvae", beta_tcvae(1), 6)
    assert (plain(column(model).title), column(model).colour) == ("VAE 6 dimensions", "model-vae")
    assert beta.families((model,)) == []
    assert beta.ladder((*models[2:], model), "beta-vae")[0] == (1.0, model)


def test_beta_is_what_the_objective_says() -> None:
    recipes = {"vae": VAE, "beta-vae": beta_vae(5), "beta-tcvae": beta_tcvae(20), "ae": AE}
    assert [beta_of(pulled(name, objective).record) for name, objective in recipes.items()] == [1, 5, 20, None]


def test_every_step_shows_its_models_reconstruction_and_its_error(models: tuple[Pulled, ...]) -> None:
    html = beta.compare(models, "beta-vae", PIXELS, 7)
    x = subject.tensor(PIXELS)
    assert apart(pictures(html, "The original")[0], x[0]) < 0.02
    errors = [float(value) for value in re.findall(r"‖² <b>(\d+)</b>", html)]
    shown = pictures(html, "Reconstruction")
    steps = beta.ladder(models, "beta-vae")
    assert len(shown) == len(errors) == len(steps)
    for picture, error, (_, step) in zip(shown, errors, steps, strict=True):
        reconstruction = step.model.reconstruct(x)
        assert apart(picture, reconstruction[0]) < 0.02
        assert error == pytest.approx((x - reconstruction).square().sum().item(), abs=0.51)


def test_every_step_samples_the_same_noise(models: tuple[Pulled, ...]) -> None:
    html = beta.compare(models, "beta-tcvae", PIXELS, 11)
    noise = torch.randn(beta.SAMPLES, 6, generator=torch.Generator().manual_seed(11))
    for value, step in beta.ladder(models, "beta-tcvae"):
        shown = pictures(html, f"β = {value:g}, seed 11")
        assert len(shown) == beta.SAMPLES
        for picture, expected in zip(shown, step.model.decode(noise), strict=True):
            assert apart(picture, expected) < 0.02


def test_a_seed_answers_the_same_bytes_and_another_seed_others(models: tuple[Pulled, ...]) -> None:
    first = beta.compare(models, "beta-vae", PIXELS, 7)
    assert first == beta.compare(models, "beta-vae", PIXELS, 7)
    assert first != beta.compare(models, "beta-vae", PIXELS, 8)


def test_families_are_those_with_a_model_of_their_own(models: tuple[Pulled, ...]) -> None:
    assert beta.families(models) == ["beta-vae", "beta-tcvae"]
    assert beta.families(models[:3]) == ["beta-vae"]
    assert beta.families(models[:2]) == []


def test_a_score_that_nobody_recorded_leaves_out_its_curve(models: tuple[Pulled, ...]) -> None:
    assert [curve.title for curve in curves(models)] == ["Distortion against rate"]
    known = pulled("beta-vae", beta_vae(2), gaussian_total_correlation=0.5, active_units=9, decomposition=None)
    titles = [curve.title for curve in curves((*models[:2], known))]
    assert titles == ["Distortion against rate", "Gaussian total correlation", "Active dimensions"]
    assert curves((models[0],)) == []


def test_a_curve_begins_with_the_vae_in_every_family_and_knows_no_ae(models: tuple[Pulled, ...]) -> None:
    rows = curves(models)[0].spec["data"]["values"]
    assert {row["recipe"] for row in rows} == {"vae", "beta-vae", "beta-tcvae"}
    for family, betas in (("beta-vae", [1, 2, 5]), ("beta-tcvae", [1, 20])):
        assert [row["beta"] for row in rows if row["family"] == family] == betas


def test_the_dimension_wise_kl_is_of_all_faces_and_says_how_many() -> None:
    few = {"n": 1000, "log_n": 6.9, "dimension_wise_kl": 3.0, "saturated": True}
    entries = [few, {**few, "n": 4000, "log_n": 8.3, "dimension_wise_kl": 2.5}]
    curve = {c.title: c for c in curves((pulled("vae", VAE, decomposition=entries),))}["Dimension-wise KL"]
    assert {row["y"] for row in curve.spec["data"]["values"]} == {2.5}
    assert "N = 4,000 faces (log N = 8.3)" in curve.note
    assert "Saturated" in curve.note


def test_the_scale_is_said_and_differing_ones_are_warned_of(models: tuple[Pulled, ...]) -> None:
    assert "weight 1</b>." in scale(models)
    assert "compare" not in scale(models)
    other = pulled("beta-vae", replace(beta_vae(5), distortion_weight=0.5))
    assert "weight 0.5 or 1</b>" in scale((*models, other))
    assert "do not compare" in scale((*models, other))
