import math

import pytest
import torch
from torch import Generator, Tensor

from metrics import frechet_kid
from metrics.frechet_kid import frechet_distance, kernel_distance


def draw(n: int, dim: int = 6, seed: int = 0) -> Tensor:
    return torch.randn(n, dim, generator=Generator().manual_seed(seed), dtype=torch.float64)


def draw_exactly(n: int, mean: Tensor, covariance: Tensor) -> Tensor:
    """Draw (N, F) with exactly this mean and covariance."""
    noise = draw(n, len(mean))
    noise = noise - noise.mean(dim=0)
    white = torch.linalg.solve_triangular(torch.linalg.cholesky(torch.cov(noise.T)).T, noise, upper=True, left=False)
    return white @ torch.linalg.cholesky(covariance).T + mean


def new_generator(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def test_a_set_has_distance_zero_from_itself() -> None:
    for features in (draw(50), draw(4), draw(50).float(), draw(50)[:, :1], torch.ones(5, 3)):
        assert frechet_distance(features, features) == pytest.approx(0, abs=1e-9)
        assert frechet_distance(features, features.flip(0)) == pytest.approx(0, abs=1e-9)


def test_frechet_distance_of_gaussians_equals_the_closed_form() -> None:
    """For diagonal covariances it is |m - m'|^2 + sum (s - s')^2; rotating both sets changes nothing."""
    mean, other = torch.tensor([1.0, 0, -2]).double(), torch.tensor([0.0, 2, -2]).double()
    s, t = torch.tensor([1.0, 2, 0.5]).double(), torch.tensor([2.0, 2, 3]).double()
    expected = (mean - other).square().sum().item() + (s - t).square().sum().item()
    x, y = draw_exactly(40, mean, torch.diag(s**2)), draw_exactly(60, other, torch.diag(t**2))
    assert frechet_distance(x, y) == pytest.approx(expected)
    turn = torch.linalg.qr(draw(3, 3)).Q
    assert frechet_distance(x @ turn, y @ turn) == pytest.approx(expected)


def test_frechet_distance_is_right_for_covariances_that_do_not_commute() -> None:
    """For 2 x 2 matrices tr (C C')^(1/2) = (tr C C' + 2 det(C C')^(1/2))^(1/2)."""
    c, d = torch.tensor([[2.0, 0.9], [0.9, 1.0]]).double(), torch.tensor([[1.0, -0.6], [-0.6, 3.0]]).double()
    shared = math.sqrt((c @ d).trace() + 2 * math.sqrt(torch.det(c @ d)))
    expected = (c + d).trace().item() - 2 * shared
    zero = torch.zeros(2).double()
    assert frechet_distance(draw_exactly(30, zero, c), draw_exactly(30, zero, d)) == pytest.approx(expected)


def test_fid_and_kid_equal_torch_fidelity() -> None:
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric  # takes a second
    from torch_fidelity.metric_kid import kid_features_to_metric

    x, y = draw(400, 16), 0.7 * draw(400, 16, seed=1) @ draw(16, 16, seed=2) / 4 + 0.3
    statistics = [fid_features_to_statistics(features) for features in (x, y)]
    fid = fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"]
    assert frechet_distance(x, y) == pytest.approx(fid, rel=1e-9)
    kid = kid_features_to_metric(x, y, kid_subset_size=400, kid_subsets=1, verbose=False)
    ours = kernel_distance(x, y, generator=new_generator())
    assert ours.mean == pytest.approx(kid["kernel_inception_distance_mean"], rel=1e-9)


def test_frechet_distance_exists_for_fewer_rows_than_features() -> None:
    shift = torch.zeros(200).double()
    shift[0] = 3.0
    x = draw(8, 200)
    assert frechet_distance(x, x + shift) == pytest.approx(9.0)


def test_for_equal_distributions_kid_averages_zero_and_fid_does_not() -> None:
    pairs = [(draw(60, seed=2 * s), draw(60, seed=2 * s + 1)) for s in range(200)]
    kids = torch.tensor([kernel_distance(x, y, generator=new_generator()).mean for x, y in pairs[:40]])
    assert abs(kids.mean()) < 3 * kids.std() / math.sqrt(40)
    assert (kids < 0).any()
    small, large = (torch.tensor([frechet_distance(x[:n], y[:n]) for x, y in pairs]).mean() for n in (20, 60))
    assert small > 2 * large > 0.1


def test_kid_sees_another_distribution_of_the_same_moments() -> None:
    """The skewed set has the same mean and covariance: only the third power of the kernel distinguishes them."""
    generator = new_generator()
    skewed = torch.where(torch.rand(300, 6, generator=generator) < 0.1, 3.0, -1 / 3).double()
    baseline = kernel_distance(draw(300), draw(300, seed=1), generator=new_generator()).mean
    assert kernel_distance(draw(300), skewed, generator=new_generator()).mean > 10 * abs(baseline)


def test_subsets_are_as_large_as_the_smaller_set_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert frechet_kid.SUBSET == 1000
    monkeypatch.setattr(frechet_kid, "SUBSET", 100)
    result = kernel_distance(draw(150), draw(120, seed=1), generator=new_generator())
    assert (result.subset, result.subsets) == (100, 100)
    assert result.deviation > 0
    assert kernel_distance(draw(150), draw(30), generator=new_generator()).subset == 30
    assert kernel_distance(draw(50), draw(30), generator=new_generator()) == kernel_distance(
        draw(50), draw(30), generator=new_generator()
    )


def test_single_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match="two at least"):
        frechet_distance(draw(1), draw(5))
    with pytest.raises(ValueError, match="two at least"):
        kernel_distance(draw(5), draw(1), generator=new_generator())
