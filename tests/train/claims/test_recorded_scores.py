import math

import pytest
import torch

from metrics.estimate import Measure
from metrics.latent import gaussian_total_correlation
from tests.train.claims.conftest import OBJECTIVES, scores
from train.claims.recorded_scores import recorded, rivals
from train.claims.reference import Measures
from train.evaluation.inference import Codes
from vae_models.files.training_record import TrainingRecord


def model(distortion: float, tc: float | None) -> Measures:
    return {
        "distortion": Measure(distortion),
        "gaussian_tc": None if tc is None else Measure(tc),
        "gap": None,
        "leakage": None,
        "probe": None,
    }


def record(name: str) -> TrainingRecord:
    recipe, objective = OBJECTIVES[name]
    return TrainingRecord(recipe, objective, {}, {}, 1, 1, {}, {}, 1, scores(recipe, 1), {}, {})


def test_the_other_family_is_interpolated_over_log_distortion() -> None:
    recipes = ("ae", "vae", "beta-vae", "beta-tcvae", "beta-tcvae")
    found = [model(90, 4), model(100, 1.0), model(400, 0.2), model(200, 0.3), model(800, 0.1)]
    for one in found:
        one["gap"] = one["gaussian_tc"]
    # 200 is halfway from 100 to 400, and 400 halfway from 200 to 800; nothing is known beyond 400
    for name, expected in (("gap", [0.2, 0.6]), ("gaussian_tc", [math.sqrt(0.3 * 0.1), math.sqrt(0.2)])):
        values = [one[f"rival_{name}"] for one in rivals(recipes, found)]
        assert [values[0], values[1], values[4]] == [None, None, None]
        assert [one.value for one in values[2:4] if one] == pytest.approx(expected)
    assert rivals(recipes, found)[3]["rival_leakage"] is None


def test_the_vae_belongs_to_both_families_and_models_without_a_number_to_none() -> None:
    recipes = ("vae", "beta-vae", "beta-vae", "beta-tcvae")
    found = [model(100, 1.0), model(200, None), model(400, 0.2), model(100, 5.0)]
    *_, own = rivals(recipes, found)
    assert own["rival_gaussian_tc"].value == pytest.approx(1.0)  # type: ignore[union-attr]
    alone = rivals(("beta-tcvae",), [model(100, 1.0)])
    assert alone[0]["rival_gaussian_tc"] is None


def test_order_of_models_changes_no_rival() -> None:
    recipes = ("vae", "beta-vae", "beta-tcvae")
    found = [model(100, 1.0), model(400, 0.2), model(math.sqrt(100 * 400), 0.3)]
    forward, backward = rivals(recipes, found), rivals(recipes[::-1], found[::-1])
    assert forward == backward[::-1]
    assert forward[2]["rival_gaussian_tc"].value == pytest.approx(math.sqrt(0.2))  # type: ignore[union-attr]


def test_what_the_record_has_is_taken_as_it_is() -> None:
    attributes = {
        "means": {
            "gap": 0.03,
            "gap_interval": [0.02, 0.04],
            "leakage": None,
            "leakage_interval": None,
            "probe_auroc": 0.7,
        },
        "by_attribute": {"Eyeglasses": {"probe_auroc": 0.8, "probe_interval": [0.7, 0.9], "auroc": 0.6}},
    }
    found = recorded(record("vae"), attributes)
    assert found["gap"] == Measure(0.03, (0.02, 0.04))
    assert found["leakage"] is None
    assert found["eyeglasses"] == Measure(0.8, (0.7, 0.9))
    assert found["rate"] == Measure(30.0)
    assert found["distortion"] == Measure(120.0)
    nothing = recorded(record("ae"), None)
    assert [name for name, value in nothing.items() if value is not None] == ["squared_error", "distortion"]


def test_chance_adds_no_total_correlation_to_independent_codes() -> None:
    found, raw = [], []
    for s in range(20):
        mean = torch.randn(400, 6, generator=torch.Generator().manual_seed(s), dtype=torch.float64)
        value = recorded(record("ae"), None, Codes(mean, None))["gaussian_tc"]
        assert value
        found.append(value.value)
        raw.append(gaussian_total_correlation(mean, None))
    assert sum(raw) / 20 == pytest.approx(15 / 2 / 400, rel=0.3)
    assert abs(sum(found) / 20) < 0.25 * 15 / 2 / 400


def test_correlated_codes_have_the_total_correlation_of_the_closed_form_within_the_interval() -> None:
    mean = torch.randn(2000, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    mean[:, 1] = 0.6 * mean[:, 0] + 0.8 * mean[:, 1]
    value = recorded(record("vae"), None, Codes(mean, torch.full_like(mean, -30)))["gaussian_tc"]
    assert value
    assert value.interval
    assert value.interval[0] < -math.log(1 - 0.36) / 2 < value.interval[1]
    assert value.interval[1] - value.interval[0] < 0.1
