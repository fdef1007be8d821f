"""All scores on codes whose answer is known: copies of the factors, their rotations, noise."""

import math
from collections.abc import Callable
from functools import cache

import pytest
import torch
from torch import Generator, Tensor

from metrics.disentanglement import (
    beta_vae_score,
    dci,
    factor_vae_score,
    full_grid,
    information,
    mig,
    modularity,
    sap,
)

SIZES = (3, 6, 10, 8, 8)
FACTORS = torch.cartesian_prod(*(torch.arange(size) for size in SIZES))
SHAPE = 0  # the column that is no quantity
N = len(FACTORS)
VOTES = {"samples": 32, "train": 1000, "held_out": 1000}


def seeded(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def scores(codes: Tensor) -> dict[str, float]:
    found = information(codes, FACTORS, bins=20)
    grid = full_grid(codes, FACTORS)
    parts = dci(codes, FACTORS, categorical={SHAPE}, train=600, held_out=300, trees=40, generator=seeded())
    return {
        "MIG": mig(found).mean().item(),
        "modularity": modularity(found).value,
        "SAP": sap(codes, FACTORS, categorical={SHAPE}, generator=seeded()).mean().item(),
        "FactorVAE": factor_vae_score(grid, **VOTES, generator=seeded()),
        "beta-VAE": beta_vae_score(grid, **VOTES, generator=seeded()),
        "disentanglement": parts.disentanglement,
        "completeness": parts.completeness,
        "informativeness": parts.informativeness,
    }


SCORES = (
    "MIG",
    "modularity",
    "SAP",
    "FactorVAE",
    "beta-VAE",
    "disentanglement",
    "completeness",
    "informativeness",
)
BEST = dict.fromkeys(SCORES, 1.0) | {
    "SAP": (4 + 2 / 3) / 5
}  # guessing one of three categories is right a third of the time
CHANCE = dict.fromkeys(SCORES, 0.0) | {"FactorVAE": 0.2, "beta-VAE": 0.2, "modularity": math.nan}


def noise(dimensions: int) -> Tensor:
    return torch.randn(N, dimensions, generator=seeded(1), dtype=torch.float64)


def eight_of_noise() -> Tensor:
    return noise(8)


def copies() -> Tensor:
    """Five dimensions that are the factors, and three of noise."""
    return torch.cat([FACTORS.double(), noise(3)], dim=1)


def rotated() -> Tensor:
    """The copies with the last two factors, of one size, turned by 45 degrees."""
    codes, half = copies(), math.sqrt(0.5)
    codes[:, 3:5] = codes[:, 3:5] @ torch.tensor([[half, half], [-half, half]], dtype=torch.float64)
    return codes


def blurred() -> Tensor:
    """Each factor in a dimension of its own, but not alone."""
    mixing = torch.eye(8, dtype=torch.float64) + 0.2 * torch.rand(8, 8, generator=seeded(2), dtype=torch.float64)
    return (copies() - copies().mean(dim=0)) / copies().std(dim=0) @ mixing


def permuted() -> Tensor:
    return blurred()[:, torch.randperm(8, generator=seeded(3))]


def rescaled() -> Tensor:
    """Other units, signs and origins."""
    scale = torch.tensor([1e-4, 3.0, -1.0, 700.0, 0.1, 1.0, 5.0, -0.01], dtype=torch.float64)
    return blurred() * scale + 2 * scale


def with_still_ones() -> Tensor:
    return torch.cat([copies(), torch.full((N, 2), 0.1, dtype=torch.float64)], dim=1)


def collapsed() -> Tensor:
    """Codes that are all one, but for rounding."""
    return torch.full((N, 3), 0.1) + torch.tensor([0.0, 1e-8])[torch.arange(N) % 2][:, None]


@cache
def scored(codes: Callable[[], Tensor]) -> dict[str, float]:
    return scores(codes())


every_score = pytest.mark.parametrize("name", SCORES)


@every_score
def test_copies_of_the_factors_score_the_most_there_is(name: str) -> None:
    assert scored(copies)[name] == pytest.approx(BEST[name], abs=0.02)


@every_score
def test_noise_scores_chance(name: str) -> None:
    assert scored(eight_of_noise)[name] == pytest.approx(CHANCE[name], abs=0.05, nan_ok=True)


@every_score
def test_the_order_of_the_dimensions_changes_nothing(name: str) -> None:
    assert scored(permuted)[name] == pytest.approx(scored(blurred)[name], abs=5e-3)


@every_score
def test_units_signs_and_origins_change_nothing(name: str) -> None:
    assert scored(rescaled)[name] == pytest.approx(scored(blurred)[name], abs=5e-3)


@every_score
def test_dimensions_that_never_change_tell_nothing(name: str) -> None:
    assert scored(with_still_ones)[name] == pytest.approx(scored(copies)[name], abs=0.02)


@every_score
def test_codes_that_are_all_one_score_chance(name: str) -> None:
    assert scored(collapsed)[name] == pytest.approx(CHANCE[name], abs=0.05, nan_ok=True)


@pytest.mark.parametrize("name", [name for name in SCORES if name != "informativeness"])
def test_a_rotation_by_45_degrees_lowers_the_score(name: str) -> None:
    assert scored(rotated)[name] < scored(copies)[name] - 0.05


def test_what_a_rotation_leaves_is_what_the_equations_say() -> None:
    """Of five factors two are told half by each of two dimensions; two of five guesses become coin tosses."""
    found, halved = scored(rotated), 1 - math.log(2) / math.log(5)
    assert found["MIG"] == pytest.approx(3 / 5, abs=0.02)
    assert found["SAP"] == pytest.approx((2 + 2 / 3) / 5, abs=0.02)
    assert found["modularity"] == pytest.approx((3 * 1 + 2 * (1 - 1 / 4)) / 5, abs=0.01)
    assert found["FactorVAE"] == pytest.approx((3 + 2 / 2) / 5, abs=0.04)
    assert found["beta-VAE"] == pytest.approx((3 + 2 / 2) / 5, abs=0.04)
    assert found["disentanglement"] == pytest.approx((3 + 2 * halved) / 5, abs=0.03)
    assert found["informativeness"] > 0.95  # all is still told, by two dimensions together


def test_the_same_seed_gives_the_same_scores() -> None:
    assert scores(blurred()) == scored(blurred)
