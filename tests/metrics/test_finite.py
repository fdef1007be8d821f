"""NaN and infinite inputs: every score is NaN or infinite, or a ValueError; never a plausible number."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Generator, Tensor

from metrics.attribute_separation import bootstrap_intervals, measure_separation
from metrics.attributes import auroc, auroc_interval, linear_probe, ranks
from metrics.continuity import distance_agreement, nearest_distance, step_ratio
from metrics.density import pair_histograms, principal_plane, ranges
from metrics.disentanglement import (
    Grid,
    dci,
    factor_vae_score,
    full_grid,
    mig,
    modularity,
    mutual_information,
    sap,
)
from metrics.diversity import laplacian_energy, mean_pairwise_distance, total_variance
from metrics.estimate import bootstrap, jackknife, mean, ratio
from metrics.frechet_kid import frechet_distance, kernel_distance
from metrics.importance_bound import importance_weighted_bound
from metrics.latent import active_units, decompose, gaussian_total_correlation
from metrics.pca import principal_components
from metrics.reconstruction import mse, psnr, ssim, unexplained_variance
from vae_models.distributions import DiagonalGaussian

N = 40
FACTORS = torch.cartesian_prod(torch.arange(5), torch.arange(8))
LABELS = FACTORS % 2
IMAGES = torch.rand(N, 3, 12, 12, generator=Generator().manual_seed(1), dtype=torch.float64)
OTHERS = torch.rand(N, 3, generator=Generator().manual_seed(2), dtype=torch.float64)

both = pytest.mark.parametrize("poison", [math.nan, math.inf, -math.inf])


def generator() -> Generator:
    return Generator().manual_seed(0)


def codes(poison: float | None = None) -> Tensor:
    """Draw codes (N, 3), one value of dimension 1 replaced."""
    z = torch.randn(N, 3, generator=generator(), dtype=torch.float64)
    if poison is not None:
        z[7, 1] = poison
    return z


def images(poison: float | None = None) -> Tensor:
    x = IMAGES.clone()
    if poison is not None:
        x[7, 1, 5, 5] = poison
    return x


def numbers(score: Any) -> list[float]:
    """List the numbers of a score in order."""
    if isinstance(score, Tensor):
        return score.double().flatten().tolist()
    if isinstance(score, tuple):
        return [number for part in score for number in numbers(part)]
    return [] if score is None else [float(score)]


OF_A_SET: dict[str, Callable[[Tensor], Any]] = {
    "auroc_interval": lambda z: auroc_interval(z[:, 1:2], LABELS[:, 0]),
    "linear_probe": lambda z: linear_probe(z, LABELS),
    "bootstrap_intervals": lambda z: bootstrap_intervals(
        auroc(codes(), LABELS), z, LABELS, resamples=20, generator=generator()
    ),
    "measure_separation": lambda z: measure_separation(auroc(codes(), LABELS), auroc(z, LABELS)),
    "nearest_distance": lambda z: nearest_distance(OTHERS, z),
    "distance_agreement": lambda z: distance_agreement((z, OTHERS), (codes(), OTHERS)),
    "pair_histograms": lambda z: pair_histograms(z, ranges(codes()), 4),
    "pair_histograms of a range": lambda z: pair_histograms(codes(), ranges(z), 4),
    "principal_plane": principal_plane,
    "mean_pairwise_distance": lambda z: mean_pairwise_distance(z).value,
    "total_variance": lambda z: total_variance(z).value,
    "mean": lambda z: mean(z[:, 1]).value,
    "ratio": lambda z: ratio(mean(codes()[:, 1]), mean(z[:, 1]), paired=True),
    "ratio of independent samples": lambda z: ratio(mean(codes()[:, 1]), mean(z[:, 1]), paired=False),
    "bootstrap": lambda z: bootstrap(lambda x: x.sum().item(), z, resamples=4, generator=generator()),
    "jackknife": lambda z: jackknife(lambda rows: z[rows].sum().item(), N, groups=4, generator=generator()),
    "frechet_distance": lambda z: frechet_distance(codes(), z),
    "kernel_distance": lambda z: kernel_distance(codes(), z, generator=generator()),
    "active_units": active_units,
    "gaussian_total_correlation": lambda z: gaussian_total_correlation(z, None),
    "gaussian_total_correlation of variances": lambda z: gaussian_total_correlation(codes(), z.abs()),
    "decompose": lambda z: decompose(DiagonalGaussian(z, 0 * codes()), samples=5, generator=generator()),
    "decompose of variances": lambda z: decompose(DiagonalGaussian(codes(), z), samples=5, generator=generator()),
    "principal_components": lambda z: principal_components(z, 2).share,
    "mutual_information": lambda z: mutual_information(z, FACTORS, bins=5),
    "sap": lambda z: sap(z, FACTORS, categorical={0}, generator=generator()),
    "dci": lambda z: dci(z, FACTORS, categorical={0}, train=20, held_out=10, trees=1, generator=generator()),
    "full_grid": lambda z: full_grid(z, FACTORS),
    "factor_vae_score": lambda z: factor_vae_score(
        Grid(z, (5, 8)), samples=4, train=8, held_out=8, generator=generator()
    ),
}


def score_or_nan(name: str, z: Tensor) -> list[float]:
    """List the numbers of a score; NaN if it refuses NaN and infinite values."""
    try:
        return numbers(OF_A_SET[name](z))
    except ValueError as error:
        if "NaN" not in str(error):
            raise
        return [math.nan]


@both
@pytest.mark.parametrize("name", OF_A_SET)
def test_no_score_of_a_set_is_plausible(name: str, poison: float) -> None:
    assert any(map(math.isfinite, score_or_nan(name, codes())))
    assert not any(map(math.isfinite, score_or_nan(name, codes(poison))))


def test_nan_information_has_no_gap_and_no_modularity() -> None:
    information = mutual_information(codes(), FACTORS, bins=5)
    information.mutual[1] = math.nan
    assert mig(information).isnan().all()
    with pytest.raises(ValueError, match="NaN"):
        modularity(information)


@both
@pytest.mark.parametrize("metric", [mse, psnr, ssim, unexplained_variance])
def test_only_the_image_with_the_value_loses_its_score(
    metric: Callable[[Tensor, Tensor], Tensor], poison: float
) -> None:
    other = torch.arange(N) != 7
    for scores in (metric(images(poison), images().flip(3)), metric(images().flip(3), images(poison))):
        assert not scores[7].isfinite()
        torch.testing.assert_close(scores[other], metric(images(), images().flip(3))[other])


@both
def test_only_the_image_with_the_value_loses_its_detail_and_path(poison: float) -> None:
    other = torch.arange(N) != 7
    for score in (
        laplacian_energy,
        lambda x: step_ratio(x.transpose(1, 2)),
        lambda x: nearest_distance(x, IMAGES + 0.1),
    ):
        values = score(images(poison))
        assert not values[7].isfinite()
        torch.testing.assert_close(values[other], score(images())[other])


@both
def test_only_the_dimension_with_the_value_loses_its_auroc(poison: float) -> None:
    area = auroc(codes(poison), LABELS)
    assert area[:, 1].isnan().all()
    torch.testing.assert_close(area[:, [0, 2]], auroc(codes(), LABELS)[:, [0, 2]])
    assert ranks(codes(poison))[:, 1].isnan().all()


def test_only_the_image_with_the_value_loses_its_bound() -> None:
    """A weight of 0, log w = -inf, is a legitimate sample."""
    for poison, expected in ((math.nan, math.nan), (math.inf, math.inf)):
        bound = importance_weighted_bound(codes(poison))
        assert bound[1].item() == pytest.approx(expected, nan_ok=True)
        torch.testing.assert_close(bound[[0, 2]], importance_weighted_bound(codes())[[0, 2]])
    weights = torch.tensor([[-math.inf], [math.log(3)]])
    assert importance_weighted_bound(weights).item() == pytest.approx(math.log(3 / 2))
