import math

import pytest
import torch

from metrics.attributes import auroc
from train.data.labels import Attributes
from train.data.pictures import DataError
from train.evaluation import attributes
from train.evaluation.attributes import LabelledCodes, score_attributes


def draw_codes(seed: int, n: int = 3000) -> LabelledCodes:
    """Draw codes: dimension 2 falls with Smiling, 0 and 1 rise with Big_Nose; all have Young, none predicts Bald."""
    generator = torch.Generator().manual_seed(seed)
    labels = (torch.rand(n, 4, generator=generator) < 0.4).double()
    labels[:, 2] = 1
    codes = torch.randn(n, 5, generator=generator, dtype=torch.float64)
    codes[:, 2] -= 1.5 * labels[:, 0]
    codes[:, :2] += torch.tensor([1.3, 1.1]) * labels[:, 1:2]
    return LabelledCodes(codes, Attributes(("Smiling", "Big_Nose", "Young", "Bald"), labels))


def test_attribute_scores_are_of_the_best_dimension_its_rival_and_a_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attributes, "RESAMPLES", 30)
    validation = draw_codes(1)
    entry = score_attributes(draw_codes(0), validation)
    assert list(entry["by_attribute"]) == ["Smiling", "Big_Nose", "Bald"]
    smile, nose = entry["by_attribute"]["Smiling"], entry["by_attribute"]["Big_Nose"]
    assert (smile["dimension"], smile["grows"]) == (2, False)
    assert (nose["dimension"], nose["second"], nose["grows"]) == (0, 1, True)
    area = auroc(validation.codes, validation.attributes.labels)
    assert smile["auroc"] == pytest.approx(1 - area[0, 2].item())
    assert smile["gap"] > 0.3
    assert nose["gap"] == pytest.approx((area[1, 0] - area[1, 1]).item())
    assert nose["probe_auroc"] > nose["auroc"] + 0.05
    assert smile["probe_auroc"] == pytest.approx(smile["auroc"], abs=0.01)
    for scores in entry["by_attribute"].values():
        assert scores["interval"][0] <= scores["auroc"] <= scores["interval"][1]
        assert scores["gap_interval"][0] <= scores["gap"] <= scores["gap_interval"][1]
        assert scores["probe_interval"][0] <= scores["probe_auroc"] <= scores["probe_interval"][1]
    assert entry["auroc"][0][2] == pytest.approx(area[0, 2].item(), abs=1e-4)
    assert [row[a] for a, row in enumerate(entry["leakage"])] == pytest.approx(
        [scores["auroc"] for scores in entry["by_attribute"].values()], abs=1e-4
    )
    means = entry["means"]
    assert means["gap"] == pytest.approx(sum(f["gap"] for f in entry["by_attribute"].values()) / 3)
    assert means["gap_interval"][0] <= means["gap"] <= means["gap_interval"][1]
    leakage = torch.tensor(entry["leakage"])
    assert (leakage[:2] - torch.eye(3)[:2] - 0.5).lt(0.03).all()  # the attributes were drawn independently
    assert means["leakage"] == pytest.approx((leakage.sum() - leakage.trace()).item() / 6 - 0.5, abs=1e-3)
    assert abs(means["leakage_of_labels"]) < 0.02
    assert "proxy" in entry["note"]


def test_correlated_labels_set_a_floor_for_the_leakage() -> None:
    training, validation = draw_codes(0), draw_codes(1)
    for part in (training, validation):
        part.attributes.labels[:, 3] = part.attributes.labels[:, 0]
    entry = score_attributes(training, validation)
    assert entry["leakage"][0][2] == entry["leakage"][0][0] > 0.8
    assert entry["means"]["leakage"] == pytest.approx(2 * (entry["leakage"][0][2] - 0.5) / 6, abs=0.02)
    assert entry["means"]["leakage_of_labels"] == pytest.approx(2 * 0.5 / 6, abs=0.02)


def test_a_single_attribute_has_no_leakage_and_constant_ones_are_refused() -> None:
    training, validation = draw_codes(0, 300), draw_codes(1, 300)
    for part in (training, validation):
        part.attributes.labels[:, 1:] = 1
    means = score_attributes(training, validation)["means"]
    assert (means["leakage"], means["leakage_of_labels"]) == (None, None)
    training.attributes.labels[:, 0] = 1
    with pytest.raises(DataError, match="No attribute"):
        score_attributes(training, validation)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_codes_that_are_no_numbers_get_no_score(value: float) -> None:
    """A NaN code would be ranked above all others, and could pass for a prediction."""
    codes = draw_codes(0, 300)
    codes.codes[0, 0] = value
    with pytest.raises(ValueError, match="have no score"):
        LabelledCodes(codes.codes, codes.attributes)
