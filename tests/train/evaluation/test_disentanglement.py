import pytest
import torch
from torch import Generator, Tensor

from train.evaluation import disentanglement
from train.evaluation.disentanglement import score_disentanglement
from train.evaluation.inference import Codes

NAMES = ("shape", "scale", "position")
VALUES = torch.cartesian_prod(torch.arange(3), torch.arange(4), torch.arange(8))
SMALL = {"samples": 16, "train": 300, "held_out": 300}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disentanglement, "VOTES", SMALL)
    monkeypatch.setattr(disentanglement, "TREES", 10)


def standard(values: Tensor) -> Tensor:
    """Return copies of the factors with standard deviation 1."""
    return (values - values.double().mean(dim=0)) / values.double().std(dim=0, correction=0)


def posterior(mean: Tensor, deviation: float) -> Codes:
    return Codes(mean, torch.full_like(mean, deviation).log() * 2)


def test_exact_copies_of_the_factors_reach_the_highest_scores() -> None:
    entry = score_disentanglement(posterior(standard(VALUES), 1e-6), VALUES, NAMES, seed=0)
    scores = entry["scores"]
    for name in ("mig", "mig_without_categories", "mig_of_means", "factor_vae", "beta_vae", "modularity"):
        assert scores[name] == pytest.approx(1, abs=0.03)
    assert scores["sap"] == pytest.approx((2 + 2 / 3) / 3, abs=0.05)
    assert scores["dci_disentanglement"] == pytest.approx(1, abs=0.02)
    assert entry["settings"]["categories"] == ["shape"]
    assert entry["settings"]["active_dimensions"] == [0, 1, 2]
    assert list(entry["by_factor"]) == list(NAMES)
    assert entry["n"] == 96
    assert entry["settings"]["dci"]["train"] + entry["settings"]["dci"]["held_out"] == 96


def test_mig_is_of_samples_and_its_variant_of_means() -> None:
    fine = torch.cartesian_prod(torch.arange(3), torch.arange(20), torch.arange(40))
    scores = score_disentanglement(posterior(standard(fine), 1.0), fine, NAMES, seed=0)["scores"]
    assert scores["mig_of_means"] > 0.8
    assert scores["mig"] < 0.4


def test_inactive_dimensions_do_not_count() -> None:
    """The means of inactive dimensions copy the factors, a thousandth of the noise's size; active ones are noise."""
    copies = 1e-3 * standard(VALUES)
    noise = torch.randn(len(VALUES), 2, generator=Generator().manual_seed(0), dtype=torch.float64)
    codes = posterior(torch.cat([copies, noise], dim=1), 1.0)
    entry = score_disentanglement(codes, VALUES, NAMES, seed=0)
    assert entry["settings"]["active_dimensions"] == [3, 4]
    assert entry["scores"]["mig_of_means"] < 0.3
    assert entry["scores"]["factor_vae"] < 0.7
    assert entry["scores"]["dci_informativeness"] < 0.3
    point = score_disentanglement(Codes(codes.mean, None), VALUES, NAMES, seed=0)
    assert point["settings"]["active_dimensions"] == [0, 1, 2, 3, 4]
    assert point["scores"]["mig_of_means"] > 0.6


def test_a_collapsed_model_scores_at_chance_and_tells_why() -> None:
    entry = score_disentanglement(posterior(1e-4 * standard(VALUES), 1.0), VALUES, NAMES, seed=0)
    assert entry["scores"]["modularity"] is None
    assert "noise" in entry["no_modularity"]
    assert entry["scores"]["factor_vae"] == pytest.approx(1 / 3)
    assert entry["scores"]["mig_of_means"] == 0
    assert entry["settings"]["active_dimensions"] == []
