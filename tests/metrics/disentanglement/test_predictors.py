"""Laws that only SAP, DCI or one of the two classifier scores has."""

import math

import pytest
import torch
from torch import Generator

from metrics.disentanglement import Grid, beta_vae_score, dci, factor_vae_score, full_grid, sap

SIZES = (3, 4, 5)
FACTORS = torch.cartesian_prod(*(torch.arange(size) for size in SIZES))
MANY = FACTORS.repeat(50, 1)
VOTES = {"samples": 16, "train": 500, "held_out": 500}


def new_generator(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def test_sap_of_ordered_factors_is_a_gap_of_squared_correlations() -> None:
    z = torch.randn(len(MANY), 4, generator=new_generator(), dtype=torch.float64)
    z[:, :2] += MANY[:, 1:2] * torch.tensor([2.0, -0.5], dtype=torch.float64)
    both = torch.corrcoef(torch.cat([z, MANY[:, 1:2].double()], dim=1).T)[:4, 4].square().sort(descending=True).values
    score = sap(z, MANY[:, 1:2], categorical=set(), generator=new_generator())
    assert score.item() == pytest.approx((both[0] - both[1]).item())


def test_sap_of_categories_uses_thresholds_and_balanced_classes() -> None:
    """The most common class lies in the middle: no line separates it, two thresholds do."""
    classes = torch.tensor([0, 1, 1, 1, 1, 1, 1, 1, 1, 2]).repeat(100)
    shuffled = torch.tensor([2.0, 0.0, 1.0], dtype=torch.float64)[classes][:, None]  # no order
    noise = torch.randn(1000, 1, generator=new_generator(), dtype=torch.float64)
    codes = torch.cat([shuffled, noise], dim=1)
    score = sap(codes, classes[:, None], categorical={0}, generator=new_generator())
    assert score.item() == pytest.approx(
        2 / 3, abs=0.06
    )  # guessing the common class is right in a third of the classes


def test_sap_scores_thresholds_on_held_out_rows() -> None:
    """With sixty rows and a hundred bins, thresholds scored on their own rows would separate noise."""
    classes = torch.arange(3).repeat(20)[:, None]
    codes = torch.randn(60, 40, generator=new_generator(), dtype=torch.float64)
    codes[:, 0] = 0.0
    every = torch.stack(
        [sap(codes[:, [0, j]], classes, categorical={0}, generator=new_generator(j)).squeeze() for j in range(1, 40)]
    )
    assert every.mean().item() < 0.12


def test_a_grid_in_any_order_is_indexed_by_factor_values() -> None:
    order = torch.randperm(len(FACTORS), generator=new_generator())
    codes = torch.randn(len(FACTORS), 2, generator=new_generator(), dtype=torch.float64)
    straight, shuffled_grid = full_grid(codes, FACTORS), full_grid(codes[order], 3 * FACTORS[order] + 7)
    assert straight.sizes == shuffled_grid.sizes == SIZES
    torch.testing.assert_close(shuffled_grid.codes, straight.codes)
    torch.testing.assert_close(straight.at(FACTORS), straight.codes)
    torch.testing.assert_close(straight.at(torch.tensor([2, 0, 4])), straight.codes[2 * 20 + 0 * 5 + 4])


def test_incomplete_grids_are_refused() -> None:
    codes = torch.zeros(len(FACTORS), 2)
    with pytest.raises(ValueError, match="59 pictures are not the 3 x 4 x 5 combinations"):
        full_grid(codes[1:], FACTORS[1:])
    twice = FACTORS.clone()
    twice[0] = twice[1]
    with pytest.raises(ValueError, match="each once"):
        full_grid(codes, twice)


def test_groups_agree_in_the_fixed_factor_only() -> None:
    """The codes equal the factor values, so that they can be read back."""
    grid = Grid(FACTORS.double(), SIZES)
    fixed, values = grid.draw_fixed(2000, 3, 2, new_generator())
    assert values.shape == (2000, 3, 2, 3)
    for k, size in enumerate(SIZES):
        first, second = values[:, :, 0, k], values[:, :, 1, k]
        assert (first == second)[fixed == k].all()
        assert (first == second)[fixed != k].double().mean().item() == pytest.approx(1 / size, abs=0.02)
        assert first.unique(return_counts=True)[1].double().std() / 6000 * size < 0.05
    assert fixed.bincount().min() > 600


def test_a_constant_dimension_does_not_win_the_vote() -> None:
    """Its variance is always least: it would get all votes."""
    codes = torch.cat([FACTORS.double(), torch.full((60, 1), 0.3, dtype=torch.float64)], dim=1)
    assert factor_vae_score(full_grid(codes, FACTORS), **VOTES, generator=new_generator()) == 1


def test_factorvae_votes_are_scored_on_held_out_points() -> None:
    """With about as many dimensions as points, a vote scored on its own points would memorise them."""
    factors = torch.cartesian_prod(*[torch.arange(10)] * 3)
    codes = torch.randn(1000, 200, generator=new_generator(), dtype=torch.float64)
    score = factor_vae_score(full_grid(codes, factors), samples=16, train=200, held_out=2000, generator=new_generator())
    assert score == pytest.approx(1 / 3, abs=0.05)


def test_beta_vae_score_forgives_an_entangled_pair_factorvae_does_not() -> None:
    """Two dimensions share two factors: Higgins et al. only need a linear classifier to separate them."""
    shared = FACTORS.double().clone()
    shared[:, 1] = FACTORS[:, 1] + FACTORS[:, 2] / 10
    shared[:, 2] = FACTORS[:, 1] - FACTORS[:, 2] / 10
    grid = full_grid(shared, FACTORS)
    assert factor_vae_score(grid, **VOTES, generator=new_generator()) == pytest.approx(2 / 3, abs=0.1)
    assert beta_vae_score(grid, **VOTES, generator=new_generator()) > 0.95


def test_dci_scores_follow_from_the_importances() -> None:
    codes = FACTORS.double().repeat(20, 1)
    codes[:, 1] = codes[:, 1] + 10 * codes[:, 2]  # one dimension depends on two factors, another on one of them
    factors = FACTORS.repeat(20, 1)
    result = dci(codes, factors, categorical={0}, train=800, held_out=400, trees=40, generator=new_generator())
    torch.testing.assert_close(result.importance.sum(dim=0), torch.ones(3, dtype=torch.float64))
    share = result.importance / result.importance.sum(dim=1, keepdim=True)
    weight = result.importance.sum(dim=1) / 3
    spread = 1 + torch.special.xlogy(share, share).sum(dim=1) / math.log(3)
    assert result.disentanglement == pytest.approx((weight * spread).sum().item())
    columns = 1 + torch.special.xlogy(result.importance, result.importance).sum(dim=0) / math.log(3)
    assert result.completeness == pytest.approx(columns.mean().item())
    assert result.informativeness > 0.9
    assert result.disentanglement < 0.8


def test_dci_informativeness_is_scored_on_held_out_rows() -> None:
    """Trees memorise noise."""
    codes = torch.randn(400, 5, generator=new_generator(), dtype=torch.float64)
    factors = torch.randint(5, (400, 2), generator=new_generator(1))
    result = dci(codes, factors, categorical={1}, train=200, held_out=200, trees=40, generator=new_generator())
    assert result.by_factor.max() < 0.1


def test_too_few_rows_or_factors_are_refused() -> None:
    codes = FACTORS.double()
    with pytest.raises(ValueError, match="60 rows are fewer than the train=50 and held_out=20"):
        dci(codes, FACTORS, categorical=set(), train=50, held_out=20, trees=1, generator=new_generator())
    with pytest.raises(ValueError, match="two factors"):
        dci(codes, FACTORS[:, :1], categorical=set(), train=40, held_out=20, trees=1, generator=new_generator())
