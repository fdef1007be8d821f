import math

import numpy as np
import pytest
import torch
from torch import Generator, Tensor

from metrics.density import levels, pair_histograms, pairs, principal_plane, ranges


def values(n: int = 3000, columns: int = 4, seed: int = 0) -> Tensor:
    """Draw (N, K) with different means and standard deviations."""
    noise = torch.randn(n, columns, generator=Generator().manual_seed(seed), dtype=torch.float64)
    return noise * torch.arange(1, columns + 1) + torch.arange(columns)


def rotation(columns: int, seed: int = 1) -> Tensor:
    noise = torch.randn(columns, columns, generator=Generator().manual_seed(seed), dtype=torch.float64)
    return torch.linalg.qr(noise).Q


def test_pairs_are_complete_and_ordered() -> None:
    assert pairs(4).tolist() == [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]
    assert pairs(1).shape == (0, 2)


def test_ranges_are_three_standard_deviations_and_never_empty() -> None:
    z = torch.cat([values(), torch.full((3000, 1), 0.1, dtype=torch.float64)], dim=1)
    reach = ranges(z)
    torch.testing.assert_close(reach.mean(dim=1), z.mean(dim=0))
    torch.testing.assert_close((reach[:4, 1] - reach[:4, 0]) / 6, z[:, :4].std(dim=0, correction=0))
    torch.testing.assert_close(reach[4], torch.tensor([-0.9, 1.1], dtype=torch.float64))


@pytest.mark.parametrize("n", [1, 3000, 10_000])
def test_pair_histograms_equal_numpys(n: int) -> None:
    z = values(n)
    reach = torch.tensor([[-1.0, 1.5], [-4.0, 5.0], [-2.0, 8.0], [0.0, 6.0]], dtype=torch.float64)
    counts = pair_histograms(z, reach, 7)
    for cells, (first, second) in zip(counts, pairs(4).tolist(), strict=True):
        edges = [np.linspace(reach[column, 0].item(), reach[column, 1].item(), 8) for column in (first, second)]
        expected = np.histogram2d(z[:, first].numpy(), z[:, second].numpy(), bins=edges)[0]
        np.testing.assert_array_equal(cells.numpy(), expected)


def test_counts_sum_to_the_rows_inside_both_ranges() -> None:
    z, reach = values(), ranges(values())
    inside = (z >= reach[:, 0]) & (z < reach[:, 1])
    expected = [int((inside[:, i] & inside[:, k]).sum()) for i, k in pairs(4).tolist()]
    assert pair_histograms(z, reach, 18).sum(dim=(1, 2)).tolist() == expected
    # 0.27 % of a normal distribution lie outside each range
    assert 0.985 < min(expected) / 3000 < 1


def test_a_bin_includes_its_lower_edge() -> None:
    z = torch.tensor([[0.0, 0.0], [1.0, 0.5], [0.5, 2.0]])
    counts = pair_histograms(z, torch.tensor([[0.0, 1.0], [0.0, 1.0]]), 2)
    assert counts.tolist() == [[[1, 0], [0, 0]]]


def test_order_of_rows_and_columns_does_not_matter() -> None:
    z, order = values(), torch.tensor([2, 0, 3, 1])
    reach = ranges(z)
    counts = pair_histograms(z, reach, 9)
    shuffled = pair_histograms(z[torch.randperm(3000, generator=Generator().manual_seed(2))], reach, 9)
    assert torch.equal(shuffled, counts)
    turned = pair_histograms(z[:, order], reach[order], 9)
    row_of = {tuple(pair): row for row, pair in enumerate(pairs(4).tolist())}
    for row, (i, k) in enumerate(pairs(4).tolist()):
        a, b = int(order[i]), int(order[k])
        expected = counts[row_of[a, b]] if a < b else counts[row_of[b, a]].T
        assert torch.equal(turned[row], expected)


def test_one_column_has_no_pairs() -> None:
    assert pair_histograms(values(columns=1), ranges(values(columns=1)), 5).shape == (0, 5, 5)


def test_the_plane_of_a_known_covariance() -> None:
    z = values(columns=4)
    white = torch.linalg.solve_triangular(
        torch.linalg.cholesky(torch.cov(z.T, correction=0)).T, z - z.mean(dim=0), upper=True, left=False
    )
    plane = principal_plane(white * torch.tensor([1.0, 3.0, 0.5, 2.0]) + 7)
    torch.testing.assert_close(plane.mean, torch.full((4,), 7.0, dtype=torch.float64))
    torch.testing.assert_close(plane.directions, torch.eye(4, dtype=torch.float64)[[1, 3]], atol=1e-9, rtol=0)
    torch.testing.assert_close(plane.share, torch.tensor([9.0, 4.0], dtype=torch.float64) / 14.25)


def test_the_plane_rotates_with_the_codes() -> None:
    z, turn = values(), rotation(4)
    before, after = principal_plane(z), principal_plane(z @ turn)
    turned = before.directions @ turn
    signs = (turned * after.directions).sum(dim=1).sign()
    torch.testing.assert_close(after.directions, signs[:, None] * turned)
    torch.testing.assert_close(after.share, before.share)
    torch.testing.assert_close(after.coordinates(z @ turn), signs * before.coordinates(z))


@pytest.mark.parametrize("seed", range(6))
def test_directions_are_orthonormal_with_positive_largest_entry(seed: int) -> None:
    z = values(seed=seed) @ rotation(4, seed)
    for plane in (principal_plane(z), principal_plane(-z)):
        torch.testing.assert_close(plane.directions @ plane.directions.T, torch.eye(2, dtype=torch.float64))
        assert all(row[row.abs().argmax()] > 0 for row in plane.directions)


def test_points_of_the_plane_survive_conversion_to_codes() -> None:
    plane = principal_plane(values())
    points = torch.tensor([[0.0, 0.0], [1.5, -2.0]], dtype=torch.float64)
    torch.testing.assert_close(plane.codes(points)[0], plane.mean)
    torch.testing.assert_close(plane.coordinates(plane.codes(points)), points)


def test_the_variance_on_the_plane_is_its_share() -> None:
    z = values() @ rotation(4)
    plane = principal_plane(z)
    spread = plane.coordinates(z).var(dim=0, correction=0) / z.var(dim=0, correction=0).sum()
    torch.testing.assert_close(spread, plane.share)


def test_one_dimension_has_no_plane_and_one_code_no_variance() -> None:
    with pytest.raises(ValueError, match="no plane"):
        principal_plane(values(columns=1))
    assert principal_plane(torch.ones(1, 3)).share.tolist() == [0, 0]


def test_levels_are_square_roots_and_small_counts_vanish() -> None:
    counts = torch.tensor([[[100, 25], [5, 4]], [[4, 0], [1, 3]]])
    expected = [[[255, 128], [round(255 * math.sqrt(0.05)), 0]], [[0, 0], [0, 0]]]
    shades = levels(counts, fewest=5)
    assert shades.dtype == torch.uint8
    assert shades.tolist() == expected
