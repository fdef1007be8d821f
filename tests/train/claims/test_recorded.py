import math

import pytest

from metrics.estimate import Measure
from tests.train.claims.conftest import OBJECTIVES, scores
from train.claims.reality import Measures
from train.claims.recorded import recorded, rivals
from vae_models.record import TrainingRecord


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
    values = [one["rival_gaussian_tc"] for one in rivals(recipes, found)]
    # 200 is halfway from 100 to 400, and 400 halfway from 200 to 800; nothing is known beyond 400
    assert [None if one is None else round(one.value, 9) for one in values] == [None, None, 0.2, 0.6, None]
    assert rivals(recipes, found)[3]["rival_gap"] is None


def test_the_vae_belongs_to_both_families_and_models_without_a_number_to_none() -> None:
    recipes = ("vae", "beta-vae", "beta-vae", "beta-tcvae")
    found = [model(100, 1.0), model(200, None), model(400, 0.2), model(100, 5.0)]
    *_, own = rivals(recipes, found)
    assert own["rival_gaussian_tc"] == Measure(1.0)
    alone = rivals(("beta-tcvae",), [model(100, 1.0)])
    assert alone[0]["rival_gaussian_tc"] is None


def test_order_of_models_changes_no_rival() -> None:
    recipes = ("vae", "beta-vae", "beta-tcvae")
    found = [model(100, 1.0), model(400, 0.2), model(math.sqrt(100 * 400), 0.3)]
    forward, backward = rivals(recipes, found), rivals(recipes[::-1], found[::-1])
    assert forward == backward[::-1]
    assert forward[2]["rival_gaussian_tc"] == pytest.approx(Measure(0.6))


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
