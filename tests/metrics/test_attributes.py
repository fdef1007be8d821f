import itertools
import math

import pytest
import torch
from torch import Tensor

from metrics.attributes import auroc, auroc_interval, linear_probe, placement_error, placements, ranks

GENERATOR = torch.Generator().manual_seed(0)
SCORES = torch.randn(60, 3, generator=GENERATOR, dtype=torch.float64).round(decimals=1)  # with ties
LABELS = (torch.rand(60, 2, generator=GENERATOR) < 0.3).double()


def test_tied_values_share_their_average_rank() -> None:
    assert ranks(torch.tensor([[3.0], [1.0], [3.0], [2.0]]))[:, 0].tolist() == [3.5, 1, 3.5, 2]


def test_auroc_is_the_share_of_correctly_ordered_pairs() -> None:
    area = auroc(SCORES, LABELS)
    for a, k in itertools.product(range(2), range(3)):
        positive, negative = SCORES[LABELS[:, a] == 1, k], SCORES[LABELS[:, a] == 0, k]
        above = positive[:, None] - negative
        share = ((above > 0).double() + (above == 0).double() / 2).mean()
        assert area[a, k].item() == pytest.approx(share.item())


def test_auroc_ignores_monotone_maps_and_a_flip_complements_it() -> None:
    torch.testing.assert_close(auroc(SCORES.exp(), LABELS), auroc(SCORES, LABELS))
    torch.testing.assert_close(auroc(-SCORES, LABELS), 1 - auroc(SCORES, LABELS))
    assert auroc(LABELS[:, :1], LABELS[:, :1]).item() == 1
    assert auroc(SCORES, torch.ones(60, 1)).isnan().all()


def test_the_interval_covers_about_95_of_100_draws() -> None:
    """The AUROC of normal scores at distance d is Phi(d / sqrt 2)."""
    generator, n, d = torch.Generator().manual_seed(1), 200, 1.0
    truth = 0.5 * (1 + math.erf(d / math.sqrt(2) / math.sqrt(2)))
    labels = (torch.arange(n) % 4 == 0).double()[:, None]
    draws = torch.randn(n, 400, generator=generator, dtype=torch.float64) + d * labels
    low, high = auroc_interval(draws, labels[:, 0])
    covered = ((low <= truth) & (truth <= high)).double().mean().item()
    assert 0.91 <= covered <= 0.985


def draw_people(people: int, pictures: int, seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Draw scores, labels and people: most of a score and of a label is a property of the person."""
    generator = torch.Generator().manual_seed(seed)
    number = torch.arange(people).repeat_interleave(pictures)
    own, noise = (torch.randn(n, generator=generator, dtype=torch.float64) for n in (people, people * pictures))
    labels = (torch.rand(people, generator=generator) < 0.4)[number]
    labels = labels ^ (torch.rand(len(number), generator=generator) < 0.1)
    return (labels + 1.5 * own[number] + 0.5 * noise)[:, None], labels.double(), number


def test_placements_average_to_the_auroc_in_either_class() -> None:
    values = placements(SCORES, LABELS[:, 0])
    for own in (1, 0):
        torch.testing.assert_close(values[LABELS[:, 0] == own].mean(dim=0), auroc(SCORES, LABELS)[0])


def test_people_of_one_picture_each_give_the_interval_of_delong() -> None:
    labels, values = LABELS[:, 0], placements(SCORES, LABELS[:, 0])
    expected = sum(values[labels == own].var(dim=0) / (labels == own).sum() for own in (0, 1))
    torch.testing.assert_close(placement_error(values, labels), torch.as_tensor(expected).sqrt())
    torch.testing.assert_close(placement_error(values, labels, torch.randperm(60)), torch.as_tensor(expected).sqrt())


def test_repeating_pictures_of_a_person_leaves_the_interval_as_it_was() -> None:
    scores, labels, people = draw_people(60, 2)
    once = placement_error(placements(scores, labels), labels, people)
    copies = [x.repeat_interleave(4, dim=0) for x in (scores, labels, people)]
    values = placements(*copies[:2])
    torch.testing.assert_close(placement_error(values, copies[1], copies[2]), once)
    alone = placement_error(placements(scores, labels), labels)
    torch.testing.assert_close(placement_error(values, copies[1]), alone / 2, rtol=0.02, atol=0)


def test_intervals_over_people_cover_the_truth_and_those_over_pictures_do_not() -> None:
    scores, labels, _ = draw_people(200_000, 1, seed=1)
    truth = auroc(scores, labels[:, None]).item()
    covered = {"people": 0, "pictures": 0}
    for seed in range(200):
        scores, labels, people = draw_people(80, 5, seed + 10)
        for name, clusters in (("people", people), ("pictures", None)):
            low, high = auroc_interval(scores, labels, clusters)
            covered[name] += low.item() <= truth <= high.item()
    assert 0.91 <= covered["people"] / 200 <= 0.985
    assert covered["pictures"] / 200 < 0.8


def test_a_class_of_one_person_has_the_widest_interval() -> None:
    scores, labels = torch.arange(6.0)[:, None], torch.tensor([0.0, 1, 0, 1, 0, 0])
    low, high = auroc_interval(scores, labels, torch.tensor([0, 1, 2, 1, 3, 4]))
    assert (low.item(), high.item()) == (0, 1)


def test_a_probe_recovers_the_logits_behind_the_labels() -> None:
    generator = torch.Generator().manual_seed(2)
    codes = torch.randn(40_000, 3, generator=generator, dtype=torch.float64) * torch.tensor([1.0, 5.0, 0.2])
    weights = torch.tensor([[1.0], [-0.3], [0.0]], dtype=torch.float64)
    labels = torch.rand(len(codes), 1, generator=generator) < torch.sigmoid(codes @ weights + 0.5)
    fitted, bias = linear_probe(codes, labels.double())
    torch.testing.assert_close(fitted, weights, atol=0.08, rtol=0.05)
    assert bias.item() == pytest.approx(0.5, abs=0.05)


def test_a_constant_dimension_has_weight_zero_and_units_do_not_matter() -> None:
    generator = torch.Generator().manual_seed(3)
    codes = torch.randn(500, 2, generator=generator, dtype=torch.float64)
    labels = (codes[:, :1] + torch.randn(500, 1, generator=generator) > 0).double()
    still = torch.cat([codes, torch.full((500, 1), 7.0, dtype=torch.float64)], dim=1)
    weights, bias = linear_probe(still, labels)
    assert weights[2].item() == 0
    scaled, other = linear_probe(codes * 10 + 3, labels)
    torch.testing.assert_close((codes * 10 + 3) @ scaled + other, still @ weights + bias, atol=1e-4, rtol=1e-4)
