import math

import pytest
import torch
from torch import Generator, Tensor

from metrics.attribute_separation import bootstrap_intervals, measure_separation
from metrics.attributes import auroc

DISTANCE = 1.5  # between the means of positives and negatives, in standard deviations


def area_at(distance: float) -> float:
    """Return the AUROC Phi(d / sqrt 2) of two normal distributions of deviation 1 at distance d."""
    return 0.5 * (1 + math.erf(distance / 2))


def draw(n: int = 4000, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Draw codes (N, 4) and labels (N, 2): dimension 1 falls with the first label, 2 and 3 increase with the second."""
    generator = Generator().manual_seed(seed)
    labels = (torch.rand(n, 2, generator=generator) < 0.4).double()
    codes = torch.randn(n, 4, generator=generator, dtype=torch.float64)
    codes[:, 1] -= DISTANCE * labels[:, 0]
    codes[:, 2:] += torch.tensor([1.0, 0.6]) * DISTANCE * labels[:, 1:]
    return codes, labels


def test_best_and_second_dimension_and_gap_match_the_construction() -> None:
    separation = measure_separation(auroc(*draw()), auroc(*draw(seed=1)))
    assert separation.dimension.tolist() == [1, 2]
    assert separation.second[1] == 3
    assert separation.increases.tolist() == [False, True]
    torch.testing.assert_close(separation.auroc, torch.full((2,), area_at(DISTANCE)).double(), atol=0.02, rtol=0)
    expected = [area_at(DISTANCE) - 0.5, area_at(DISTANCE) - area_at(0.6 * DISTANCE)]
    torch.testing.assert_close(separation.gap, torch.tensor(expected).double(), atol=0.03, rtol=0)


def test_leakage_is_the_auroc_for_another_attribute() -> None:
    codes, labels = draw()
    codes[:, 1] += 0.8 * labels[:, 1]
    other, truth = draw(seed=1)
    other[:, 1] += 0.8 * truth[:, 1]
    separation = measure_separation(auroc(codes, labels), auroc(other, truth))
    # the first label widens the distribution of dimension 1 for the second
    width = math.sqrt(1 + DISTANCE**2 * 0.4 * 0.6)
    assert separation.leakage[0, 1].item() == pytest.approx(area_at(0.8 / width), abs=0.02)
    assert separation.leakage[1, 0].item() == pytest.approx(0.5, abs=0.02)
    torch.testing.assert_close(separation.leakage.diagonal(), separation.auroc)
    first, second = separation.leakage[0, 1].item(), separation.leakage[1, 0].item()
    assert separation.mean_leakage() == pytest.approx((first + second) / 2 - 0.5)


def test_noise_scores_chance_although_the_best_dimension_is_chosen() -> None:
    """On the training faces the best of 200 dimensions of noise scores above chance."""
    codes, labels = (torch.randn(600, 200, generator=Generator().manual_seed(s), dtype=torch.float64) for s in (0, 1))
    halves = auroc(codes[:300], (labels[:300, :40] > 0).double()), auroc(codes[300:], (labels[300:, :40] > 0).double())
    separation = measure_separation(*halves)
    assert measure_separation(halves[0], halves[0]).auroc.mean() > 0.58
    assert separation.auroc.mean().item() == pytest.approx(0.5, abs=0.02)
    assert separation.gap.mean().item() == pytest.approx(0.0, abs=0.02)


def test_separation_ignores_signs_and_units() -> None:
    (codes, labels), (other, truth) = draw(), draw(seed=1)
    scale = torch.tensor([1.0, -3.0, 0.01, -1.0], dtype=torch.float64)
    separation = measure_separation(auroc(codes, labels), auroc(other, truth))
    turned = measure_separation(auroc(codes * scale, labels), auroc(other * scale, truth))
    torch.testing.assert_close(turned.auroc, separation.auroc)
    torch.testing.assert_close(turned.gap, separation.gap)
    torch.testing.assert_close(turned.leakage, separation.leakage)
    assert turned.increases.tolist() == [True, True]


def test_a_single_dimension_is_compared_with_chance() -> None:
    (codes, labels), (other, truth) = draw(), draw(seed=1)
    separation = measure_separation(auroc(codes[:, 1:2], labels), auroc(other[:, 1:2], truth))
    assert separation.second.tolist() == [-1, -1]
    torch.testing.assert_close(separation.gap, separation.auroc - 0.5)


def test_attributes_of_all_faces_are_refused() -> None:
    codes, labels = draw(50)
    labels[:, 0] = 1
    with pytest.raises(ValueError, match="leave out attributes that all faces have or none"):
        measure_separation(auroc(codes, labels), auroc(*draw(50)))


def test_bootstrap_intervals_cover_the_true_gap_95_times_in_100() -> None:
    training = auroc(*draw())
    truth = torch.tensor([area_at(DISTANCE) - 0.5, area_at(DISTANCE) - area_at(0.6 * DISTANCE)])
    covered = []
    for seed in range(100, 160):
        codes, labels = draw(300, seed)
        intervals = bootstrap_intervals(training, codes, labels, resamples=40, generator=Generator().manual_seed(seed))
        covered.append((intervals.gap[:, 0] <= truth) & (truth <= intervals.gap[:, 1]))
        assert intervals.mean_gap[0] < truth.mean() + 0.1
    assert 0.86 <= torch.stack(covered).double().mean().item() <= 0.99


def test_intervals_contain_the_scores_and_are_reproducible() -> None:
    training, (codes, labels) = auroc(*draw()), draw(500, 1)
    intervals, again = (
        bootstrap_intervals(training, codes, labels, resamples=50, generator=Generator().manual_seed(0)) for _ in "ab"
    )
    score = measure_separation(training, auroc(codes, labels))
    for bounds, value in (
        (intervals.mean_auroc, score.auroc.mean()),
        (intervals.mean_gap, score.gap.mean()),
        (intervals.mean_leakage, score.mean_leakage()),
        (intervals.gap[0], score.gap[0]),
    ):
        assert bounds[0] <= value <= bounds[1]
    assert all(torch.equal(a, b) for a, b in zip(intervals, again, strict=True))


def test_a_rare_attribute_leaves_the_other_intervals_finite() -> None:
    """One face of 60 has it: a third of the draws contain none."""
    codes, labels = draw(60)
    labels[:, 0] = 0
    labels[7, 0] = 1
    intervals = bootstrap_intervals(auroc(*draw()), codes, labels, resamples=40, generator=Generator().manual_seed(0))
    assert all(bounds.isfinite().all() for bounds in intervals[:3])


def test_repeating_pictures_of_a_person_leaves_bootstrap_intervals_as_they_were() -> None:
    training, (codes, labels), people = auroc(*draw()), draw(200, 1), torch.arange(200)
    once = bootstrap_intervals(
        training, codes, labels, resamples=30, generator=Generator().manual_seed(0), clusters=people
    )
    four = [x.repeat_interleave(4, dim=0) for x in (codes, labels, people)]
    copies = bootstrap_intervals(
        training, *four[:2], resamples=30, generator=Generator().manual_seed(0), clusters=four[2]
    )
    for a, b in zip(once, copies, strict=True):
        torch.testing.assert_close(a, b)
