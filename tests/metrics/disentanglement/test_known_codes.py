"""All scores for codes with known scores: copies of the factors, their rotations, noise."""

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
    mig,
    modularity,
    mutual_information,
    sap,
)

SIZES = (3, 6, 10, 8, 8)
FACTORS = torch.cartesian_prod(*(torch.arange(size) for size in SIZES))
SHAPE = 0  # the column without an order
N = len(FACTORS)
VOTES = {"samples": 32, "train": 1000, "held_out": 1000}


def new_generator(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def scores(codes: Tensor) -> dict[str, float]:
    information = mutual_information(codes, FACTORS, bins=20)
    grid = full_grid(codes, FACTORS)
    parts = dci(codes, FACTORS, categorical={SHAPE}, train=400, held_out=300, trees=40, generator=new_generator())
    return {
        "MIG": mig(information).mean().item(),
        "modularity": modularity(information).value,
        "SAP": sap(codes, FACTORS, categorical={SHAPE}, generator=new_generator()).mean().item(),
        "FactorVAE": factor_vae_score(grid, **VOTES, generator=new_generator()),
        "beta-VAE": beta_vae_score(grid, **VOTES, generator=new_generator()),
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
    return torch.randn(N, dimensions, generator=new_generator(1), dtype=torch.float64)


def eight_of_noise() -> Tensor:
    return noise(8)


def copies() -> Tensor:
    """Return five dimensions that are the factors, and three of noise."""
    return torch.cat([FACTORS.double(), noise(3)], dim=1)


def rotated() -> Tensor:
    """Rotate the copies of the last two factors, which have equally many values, by 45 degrees."""
    codes, half = copies(), math.sqrt(0.5)
    codes[:, 3:5] = codes[:, 3:5] @ torch.tensor([[half, half], [-half, half]], dtype=torch.float64)
    return codes


def blurred() -> Tensor:
    """Mix a little of the other dimensions into each."""
    mixing = torch.eye(8, dtype=torch.float64) + 0.2 * torch.rand(8, 8, generator=new_generator(2), dtype=torch.float64)
    return (copies() - copies().mean(dim=0)) / copies().std(dim=0) @ mixing


def permuted() -> Tensor:
    return blurred()[:, torch.randperm(8, generator=new_generator(3))]


def rescaled() -> Tensor:
    """Change units, signs and origins."""
    scale = torch.tensor([1e-4, 3.0, -1.0, 700.0, 0.1, 1.0, 5.0, -0.01], dtype=torch.float64)
    return blurred() * scale + 2 * scale


def with_constants() -> Tensor:
    return torch.cat([copies(), torch.full((N, 2), 0.1, dtype=torch.float64)], dim=1)


def collapsed() -> Tensor:
    """Return codes that are constant up to rounding."""
    return torch.full((N, 3), 0.1) + torch.tensor([0.0, 1e-8])[torch.arange(N) % 2][:, None]


@cache
def cached_scores(codes: Callable[[], Tensor]) -> dict[str, float]:
    return scores(codes())


every_score = pytest.mark.parametrize("name", SCORES)


@every_score
def test_copies_of_the_factors_have_the_best_scores(name: str) -> None:
    assert cached_scores(copies)[name] == pytest.approx(BEST[name], abs=0.02)


@every_score
def test_noise_scores_chance(name: str) -> None:
    assert cached_scores(eight_of_noise)[name] == pytest.approx(CHANCE[name], abs=0.05, nan_ok=True)


@every_score
def test_scores_ignore_the_order_of_dimensions(name: str) -> None:
    assert cached_scores(permuted)[name] == pytest.approx(cached_scores(blurred)[name], abs=5e-3)


@every_score
def test_scores_ignore_units_signs_and_origins(name: str) -> None:
    assert cached_scores(rescaled)[name] == pytest.approx(cached_scores(blurred)[name], abs=5e-3)


@every_score
def test_constant_dimensions_change_no_score(name: str) -> None:
    assert cached_scores(with_constants)[name] == pytest.approx(cached_scores(copies)[name], abs=0.02)


@every_score
def test_constant_codes_score_chance(name: str) -> None:
    assert cached_scores(collapsed)[name] == pytest.approx(CHANCE[name], abs=0.05, nan_ok=True)


@pytest.mark.parametrize("name", [name for name in SCORES if name != "informativeness"])
def test_a_rotation_by_45_degrees_lowers_the_score(name: str) -> None:
    assert cached_scores(rotated)[name] < cached_scores(copies)[name] - 0.05


def test_scores_of_a_rotation_equal_the_closed_form() -> None:
    """Two of five factors are shared equally by two dimensions; two of five guesses become coin tosses."""
    result, halved = cached_scores(rotated), 1 - math.log(2) / math.log(5)
    assert result["MIG"] == pytest.approx(3 / 5, abs=0.02)
    assert result["SAP"] == pytest.approx((2 + 2 / 3) / 5, abs=0.02)
    assert result["modularity"] == pytest.approx((3 * 1 + 2 * (1 - 1 / 4)) / 5, abs=0.01)
    assert result["FactorVAE"] == pytest.approx((3 + 2 / 2) / 5, abs=0.04)
    assert result["beta-VAE"] == pytest.approx((3 + 2 / 2) / 5, abs=0.04)
    assert result["disentanglement"] == pytest.approx((3 + 2 * halved) / 5, abs=0.03)
    assert result["informativeness"] > 0.95  # two dimensions together still determine both factors


def test_the_same_seed_gives_the_same_scores() -> None:
    assert scores(blurred()) == cached_scores(blurred)
