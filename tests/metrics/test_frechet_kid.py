import math

import pytest
import torch
from torch import Generator, Tensor
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_kid import kid_features_to_metric

from metrics import frechet_kid
from metrics.frechet_kid import frechet_distance, kernel_distance


def drawn(n: int, dim: int = 6, seed: int = 0) -> Tensor:
    return torch.randn(n, dim, generator=Generator().manual_seed(seed), dtype=torch.float64)


def exactly(n: int, mean: Tensor, covariance: Tensor) -> Tensor:
    """(N, F) whose mean and covariance are what is asked for."""
    noise = drawn(n, len(mean))
    noise = noise - noise.mean(dim=0)
    white = torch.linalg.solve_triangular(torch.linalg.cholesky(torch.cov(noise.T)).T, noise, upper=True, left=False)
    return white @ torch.linalg.cholesky(covariance).T + mean


def seeded(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def test_a_set_is_at_no_distance_from_itself() -> None:
    for features in (drawn(50), drawn(4), drawn(50).float(), drawn(50)[:, :1], torch.ones(5, 3)):
        assert frechet_distance(features, features) == pytest.approx(0, abs=1e-9)
        assert frechet_distance(features, features.flip(0)) == pytest.approx(0, abs=1e-9)


def test_gaussians_are_at_the_distance_of_the_closed_form() -> None:
    """Of diagonal covariances |m - m'|^2 + sum (s - s')^2, and a rotation of both changes nothing."""
    mean, other = torch.tensor([1.0, 0, -2]).double(), torch.tensor([0.0, 2, -2]).double()
    s, t = torch.tensor([1.0, 2, 0.5]).double(), torch.tensor([2.0, 2, 3]).double()
    expected = (mean - other).square().sum().item() + (s - t).square().sum().item()
    x, y = exactly(40, mean, torch.diag(s**2)), exactly(60, other, torch.diag(t**2))
    assert frechet_distance(x, y) == pytest.approx(expected)
    turn = torch.linalg.qr(drawn(3, 3)).Q
    assert frechet_distance(x @ turn, y @ turn) == pytest.approx(expected)


def test_covariances_that_do_not_commute_are_at_the_distance_of_their_product() -> None:
    """Two by two, tr (C C')^(1/2) = (tr C C' + 2 det(C C')^(1/2))^(1/2)."""
    c, d = torch.tensor([[2.0, 0.9], [0.9, 1.0]]).double(), torch.tensor([[1.0, -0.6], [-0.6, 3.0]]).double()
    shared = math.sqrt((c @ d).trace() + 2 * math.sqrt(torch.det(c @ d)))
    expected = (c + d).trace().item() - 2 * shared
    zero = torch.zeros(2).double()
    assert frechet_distance(exactly(30, zero, c), exactly(30, zero, d)) == pytest.approx(expected)


def test_the_distances_are_those_of_torch_fidelity() -> None:
    x, y = drawn(400, 16), 0.7 * drawn(400, 16, seed=1) @ drawn(16, 16, seed=2) / 4 + 0.3
    statistics = [fid_features_to_statistics(features) for features in (x, y)]
    fid = fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"]
    assert frechet_distance(x, y) == pytest.approx(fid, rel=1e-9)
    kid = kid_features_to_metric(x, y, kid_subset_size=400, kid_subsets=1, verbose=False)
    found = kernel_distance(x, y, generator=seeded())
    assert found.mean == pytest.approx(kid["kernel_inception_distance_mean"], rel=1e-9)


def test_fewer_features_than_dimensions_have_a_distance_all_the_same() -> None:
    shift = torch.zeros(200).double()
    shift[0] = 3.0
    x = drawn(8, 200)
    assert frechet_distance(x, x + shift) == pytest.approx(9.0)


def test_of_one_distribution_kid_is_0_on_average_and_fid_is_not() -> None:
    pairs = [(drawn(60, seed=2 * s), drawn(60, seed=2 * s + 1)) for s in range(200)]
    kids = torch.tensor([kernel_distance(x, y, generator=seeded()).mean for x, y in pairs[:40]])
    assert abs(kids.mean()) < 3 * kids.std() / math.sqrt(40)
    assert (kids < 0).any()
    small, large = (torch.tensor([frechet_distance(x[:n], y[:n]) for x, y in pairs]).mean() for n in (20, 60))
    assert small > 2 * large > 0.1


def test_kid_sees_another_distribution_of_the_same_moments() -> None:
    """Signs have the mean and the covariance of a normal distribution: only the third power tells them apart."""
    generator = seeded()
    skewed = torch.where(torch.rand(300, 6, generator=generator) < 0.1, 3.0, -1 / 3).double()
    alike = kernel_distance(drawn(300), drawn(300, seed=1), generator=seeded()).mean
    assert kernel_distance(drawn(300), skewed, generator=seeded()).mean > 10 * abs(alike)


def test_subsets_are_as_large_as_the_smaller_set_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert frechet_kid.SUBSET == 1000
    monkeypatch.setattr(frechet_kid, "SUBSET", 100)
    found = kernel_distance(drawn(150), drawn(120, seed=1), generator=seeded())
    assert (found.subset, found.subsets) == (100, 100)
    assert found.deviation > 0
    assert kernel_distance(drawn(150), drawn(30), generator=seeded()).subset == 30
    assert kernel_distance(drawn(50), drawn(30), generator=seeded()) == kernel_distance(
        drawn(50), drawn(30), generator=seeded()
    )


def test_single_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match="two at least"):
        frechet_distance(drawn(1), drawn(5))
    with pytest.raises(ValueError, match="two at least"):
        kernel_distance(drawn(5), drawn(1), generator=seeded())
