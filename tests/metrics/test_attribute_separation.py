import math

import pytest
import torch
from torch import Generator, Tensor

from metrics.attribute_separation import intervals, separation
from metrics.attributes import auroc

DISTANCE = 1.5  # of the two kinds' means, in standard deviations


def area_at(distance: float) -> float:
    """Of two normal distributions of deviation 1 so far apart: Phi(d / sqrt 2)."""
    return 0.5 * (1 + math.erf(distance / 2))


def drawn(n: int = 4000, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Codes (N, 4) and labels (N, 2): dimension 1 falls with the first, dimensions 2 and 3 grow with the second."""
    generator = Generator().manual_seed(seed)
    labels = (torch.rand(n, 2, generator=generator) < 0.4).double()
    codes = torch.randn(n, 4, generator=generator, dtype=torch.float64)
    codes[:, 1] -= DISTANCE * labels[:, 0]
    codes[:, 2:] += torch.tensor([1.0, 0.6]) * DISTANCE * labels[:, 1:]
    return codes, labels


def test_the_best_dimension_its_rival_and_the_gap_are_what_the_codes_were_made_with() -> None:
    found = separation(auroc(*drawn()), auroc(*drawn(seed=1)))
    assert found.dimension.tolist() == [1, 2]
    assert found.second[1] == 3
    assert found.grows.tolist() == [False, True]
    torch.testing.assert_close(found.auroc, torch.full((2,), area_at(DISTANCE)).double(), atol=0.02, rtol=0)
    expected = [area_at(DISTANCE) - 0.5, area_at(DISTANCE) - area_at(0.6 * DISTANCE)]
    torch.testing.assert_close(found.gap, torch.tensor(expected).double(), atol=0.03, rtol=0)


def test_what_a_dimension_tells_of_another_attribute_is_its_leakage() -> None:
    codes, labels = drawn()
    codes[:, 1] += 0.8 * labels[:, 1]
    other, truth = drawn(seed=1)
    other[:, 1] += 0.8 * truth[:, 1]
    found = separation(auroc(codes, labels), auroc(other, truth))
    # what the first label adds to dimension 1 widens it for the second
    width = math.sqrt(1 + DISTANCE**2 * 0.4 * 0.6)
    assert found.leakage[0, 1].item() == pytest.approx(area_at(0.8 / width), abs=0.02)
    assert found.leakage[1, 0].item() == pytest.approx(0.5, abs=0.02)
    torch.testing.assert_close(found.leakage.diagonal(), found.auroc)
    assert found.stray() == pytest.approx((found.leakage[0, 1] + found.leakage[1, 0]).item() / 2 - 0.5)


def test_noise_scores_a_half_and_has_no_gap_though_the_best_of_many_was_taken() -> None:
    """On the faces that choose, the best of 200 dimensions of noise looks better than chance."""
    codes, labels = (torch.randn(600, 200, generator=Generator().manual_seed(s), dtype=torch.float64) for s in (0, 1))
    halves = auroc(codes[:300], (labels[:300, :40] > 0).double()), auroc(codes[300:], (labels[300:, :40] > 0).double())
    found = separation(*halves)
    assert separation(halves[0], halves[0]).auroc.mean() > 0.58
    assert found.auroc.mean().item() == pytest.approx(0.5, abs=0.02)
    assert found.gap.mean().item() == pytest.approx(0.0, abs=0.02)


def test_signs_and_units_change_nothing() -> None:
    (codes, labels), (other, truth) = drawn(), drawn(seed=1)
    scale = torch.tensor([1.0, -3.0, 0.01, -1.0], dtype=torch.float64)
    found = separation(auroc(codes, labels), auroc(other, truth))
    turned = separation(auroc(codes * scale, labels), auroc(other * scale, truth))
    torch.testing.assert_close(turned.auroc, found.auroc)
    torch.testing.assert_close(turned.gap, found.gap)
    torch.testing.assert_close(turned.leakage, found.leakage)
    assert turned.grows.tolist() == [True, True]


def test_a_single_dimension_has_a_rival_that_tells_nothing() -> None:
    (codes, labels), (other, truth) = drawn(), drawn(seed=1)
    found = separation(auroc(codes[:, 1:2], labels), auroc(other[:, 1:2], truth))
    assert found.second.tolist() == [-1, -1]
    torch.testing.assert_close(found.gap, found.auroc - 0.5)


def test_attributes_that_all_have_are_refused() -> None:
    codes, labels = drawn(50)
    labels[:, 0] = 1
    with pytest.raises(ValueError, match="leave it out"):
        separation(auroc(codes, labels), auroc(*drawn(50)))


def test_the_bootstrap_covers_the_true_gap_about_95_times_in_100() -> None:
    chosen = auroc(*drawn())
    truth = torch.tensor([area_at(DISTANCE) - 0.5, area_at(DISTANCE) - area_at(0.6 * DISTANCE)])
    covered = []
    for seed in range(100, 160):
        codes, labels = drawn(300, seed)
        found = intervals(chosen, codes, labels, resamples=60, generator=Generator().manual_seed(seed))
        covered.append((found.gap[:, 0] <= truth) & (truth <= found.gap[:, 1]))
        assert found.mean_gap[0] < truth.mean() + 0.1
    assert 0.86 <= torch.stack(covered).double().mean().item() <= 0.99


def test_the_intervals_hold_the_scores_and_the_seed_repeats_them() -> None:
    chosen, (codes, labels) = auroc(*drawn()), drawn(500, 1)
    found, again = (intervals(chosen, codes, labels, resamples=50, generator=Generator().manual_seed(0)) for _ in "ab")
    score = separation(chosen, auroc(codes, labels))
    for ends, value in (
        (found.mean_auroc, score.auroc.mean()),
        (found.mean_gap, score.gap.mean()),
        (found.stray, score.stray()),
        (found.gap[0], score.gap[0]),
    ):
        assert ends[0] <= value <= ends[1]
    assert all(torch.equal(a, b) for a, b in zip(found, again, strict=True))


def test_an_attribute_that_few_have_does_not_spoil_the_others() -> None:
    """One face of 60 has it: every third draw goes without."""
    codes, labels = drawn(60)
    labels[:, 0] = 0
    labels[7, 0] = 1
    found = intervals(auroc(*drawn()), codes, labels, resamples=40, generator=Generator().manual_seed(0))
    assert all(ends.isfinite().all() for ends in found[:3])
