import math
from collections.abc import Sequence

import pytest
import torch

from metrics.estimate import Measure
from metrics.latent import gaussian_total_correlation
from tests.train.claims.models import OBJECTIVES, scores
from train.claims.recorded_scores import other_family_at_equal_distortion, recorded_measures
from train.claims.reference import Measures
from train.evaluation.attributes import score_dependence
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


def at_equal_distortion(families: Sequence[str], models: Sequence[Measures]) -> list[Measures]:
    return other_family_at_equal_distortion(families, [0] * len(models), models)


def test_the_other_family_is_interpolated_over_log_distortion() -> None:
    families = ("ae", "vae", "beta-vae", "beta-tcvae", "beta-tcvae")
    models = [model(90, 4), model(100, 1.0), model(400, 0.2), model(200, 0.3), model(800, 0.1)]
    for one in models:
        one["gap"] = one["gaussian_tc"]
    # on a logarithmic scale, 200 is halfway from 100 to 400, and 400 halfway from 200 to 800; 800 is out of range
    for name, expected in (("gap", [0.2, 0.6]), ("gaussian_tc", [math.sqrt(0.3 * 0.1), math.sqrt(0.2)])):
        values = [one[f"rival_{name}"] for one in at_equal_distortion(families, models)]
        assert [values[0], values[1], values[4]] == [None, None, None]
        assert [one.value for one in values[2:4] if one] == pytest.approx(expected)
    assert at_equal_distortion(families, models)[3]["rival_leakage"] is None


def test_the_vae_belongs_to_both_families_and_missing_numbers_are_skipped() -> None:
    families = ("vae", "beta-vae", "beta-vae", "beta-tcvae")
    models = [model(100, 1.0), model(200, None), model(400, 0.2), model(100, 5.0)]
    *_, own = at_equal_distortion(families, models)
    assert own["rival_gaussian_tc"].value == pytest.approx(1.0)  # type: ignore[union-attr]
    alone = at_equal_distortion(("beta-tcvae",), [model(100, 1.0)])
    assert alone[0]["rival_gaussian_tc"] is None


def test_the_order_of_the_models_does_not_matter() -> None:
    families = ("vae", "beta-vae", "beta-tcvae")
    models = [model(100, 1.0), model(400, 0.2), model(math.sqrt(100 * 400), 0.3)]
    forward, backward = (
        at_equal_distortion(families, models),
        at_equal_distortion(families[::-1], models[::-1]),
    )
    assert forward == backward[::-1]
    assert forward[2]["rival_gaussian_tc"].value == pytest.approx(math.sqrt(0.2))  # type: ignore[union-attr]


def test_recorded_scores_are_taken_as_they_are() -> None:
    attributes = {
        "means": {
            "gap": 0.03,
            "gap_interval": [0.02, 0.04],
            "leakage": None,
            "leakage_interval": None,
            "leakage_of_labels": 0.062,
            "probe_auroc": 0.7,
        },
        "by_attribute": {"Eyeglasses": {"probe_auroc": 0.8, "probe_interval": [0.7, 0.9], "auroc": 0.6}},
    }
    measures = recorded_measures(record("vae"), attributes)
    assert measures["gap"] == Measure(0.03, (0.02, 0.04))
    assert measures["leakage"] is None
    assert measures["leakage_of_labels"] == Measure(0.062)
    assert measures["eyeglasses"] == Measure(0.8, (0.7, 0.9))
    assert measures["rate"] == Measure(30.0)
    assert measures["distortion"] == Measure(120.0)
    nothing = recorded_measures(record("ae"), None)
    assert [name for name, value in nothing.items() if value is not None] == ["squared_error", "distortion"]


def test_independent_codes_have_no_total_correlation_after_correction() -> None:
    found, raw = [], []
    for s in range(20):
        mean = torch.randn(400, 6, generator=torch.Generator().manual_seed(s), dtype=torch.float64)
        value = recorded_measures(record("ae"), None, score_dependence(Codes(mean, None), None))["gaussian_tc"]
        assert value
        found.append(value.value)
        raw.append(gaussian_total_correlation(mean, None))
    assert sum(raw) / 20 == pytest.approx(15 / 2 / 400, rel=0.3)
    assert abs(sum(found) / 20) < 0.25 * 15 / 2 / 400


def test_the_interval_contains_the_closed_form_of_correlated_codes() -> None:
    mean = torch.randn(2000, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    mean[:, 1] = 0.6 * mean[:, 0] + 0.8 * mean[:, 1]
    dependence = score_dependence(Codes(mean, torch.full_like(mean, -30)), None)
    value = recorded_measures(record("vae"), None, dependence)["gaussian_tc"]
    assert value
    assert value.interval
    assert value.interval[0] < -math.log(1 - 0.36) / 2 < value.interval[1]
    assert value.interval[1] - value.interval[0] < 0.1


def test_the_other_family_is_interpolated_between_models_of_one_seed() -> None:
    families = ("vae", "beta-vae", "beta-tcvae") * 2
    models = [model(100, 1.0), model(200, 0.5), model(400, 0.25), model(100, 4.0), model(200, 9.0), model(400, 1.0)]
    values = [
        one["rival_gaussian_tc"] for one in other_family_at_equal_distortion(families, (0, 0, 0, 1, 1, 1), models)
    ]
    assert [value and round(value.value, 6) for value in values] == [None, 0.5, None, None, 2.0, None]
