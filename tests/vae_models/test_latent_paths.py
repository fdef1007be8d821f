from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from vae_models.latent_paths import Way, between, lerp, slerp

Interpolation = Callable[[Tensor, Tensor, Tensor | float], Tensor]
STEPS = torch.linspace(0, 1, 9, dtype=torch.float64)[:, None]
both = pytest.mark.parametrize("way", [lerp, slerp])


def codes(n: int = 6, dim: int = 32, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    a, b = torch.randn(2, n, dim, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return a.to(dtype), (1.7 * b).to(dtype)


@both
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_ends_are_exact(way: Interpolation, dtype: torch.dtype) -> None:
    a, b = codes(dtype=dtype)
    assert torch.equal(way(a, b, 0.0), a)
    assert torch.equal(way(a, b, 1.0), b)
    ends = torch.tensor([[0.0], [1.0]], dtype=dtype)
    assert torch.equal(way(a[:1], b[:1], ends), torch.cat([a[:1], b[:1]]))


@both
def test_there_is_the_way_back(way: Interpolation) -> None:
    a, b = codes()
    for t in (0.125, 0.3, 0.5, 0.875):
        torch.testing.assert_close(way(a, b, t), way(b, a, 1 - t))


@both
def test_a_batch_is_its_pairs_one_by_one(way: Interpolation) -> None:
    a, b = codes()
    a[2] = 0
    t = torch.rand(6, 1, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    single = torch.stack([way(a[i], b[i], t[i].item()) for i in range(6)])
    torch.testing.assert_close(way(a, b, t), single)


@both
def test_equal_codes_stay_where_they_are(way: Interpolation) -> None:
    a, _ = codes()
    assert torch.equal(way(a, a, 0.3), a)


def test_a_line_is_straight_and_even() -> None:
    a, b = codes(1)
    steps = lerp(a, b, STEPS).diff(dim=0)
    torch.testing.assert_close(steps, ((b - a) / 8).expand(8, -1))


def test_an_arc_keeps_the_length_of_codes_of_one_length() -> None:
    a, b = codes()
    b *= a.norm(dim=-1, keepdim=True) / b.norm(dim=-1, keepdim=True)
    for t in (0.1, 0.5, 0.9):
        torch.testing.assert_close(slerp(a, b, t).norm(dim=-1), a.norm(dim=-1))


def test_an_arc_is_even_in_angle_and_in_length() -> None:
    a, b = codes(1)
    way = slerp(a, b, STEPS)
    torch.testing.assert_close(way.norm(dim=-1, keepdim=True), lerp(a.norm(), b.norm(), STEPS))
    unit = way / way.norm(dim=-1, keepdim=True)
    angles = (unit[:-1] * unit[1:]).sum(dim=-1).acos()
    torch.testing.assert_close(angles, angles[:1].expand(8))
    torch.testing.assert_close(angles.sum(), torch.cosine_similarity(a, b).acos().squeeze())


def test_an_arc_stays_in_the_plane_of_its_ends() -> None:
    a, b = codes(1)
    assert torch.linalg.matrix_rank(torch.cat([a, b, slerp(a, b, STEPS)])) == 2


@pytest.mark.parametrize("apart", [0.0, 1e-12, 1e-7, 1e-5])
def test_nearly_parallel_codes_go_straight(apart: float) -> None:
    a, b = codes()
    b = 2 * a + apart * b
    torch.testing.assert_close(slerp(a, b, 0.3), lerp(a, b, 0.3), rtol=1e-6, atol=1e-9)


def test_where_there_is_no_single_arc_the_way_is_the_straight_line() -> None:
    a, _ = codes(dtype=torch.float32)
    zero = torch.zeros_like(a)
    for first, second in ((a, -a), (a, -2 * a), (zero, a), (a, zero), (zero, zero)):
        for t in (0.0, 0.25, 0.5, 1.0):
            assert torch.equal(slerp(first, second, t), lerp(first, second, t))


@pytest.mark.parametrize(("way", "function"), [("linear", lerp), ("spherical", slerp)])
def test_a_way_has_a_name(way: Way, function: Interpolation) -> None:
    a, b = codes()
    assert torch.equal(between(a, b, 0.3, way), function(a, b, 0.3))


def test_another_name_is_refused() -> None:
    a, b = codes()
    with pytest.raises(ValueError, match="choose 'linear' or 'spherical'"):
        between(a, b, 0.3, "scenic")  # type: ignore[arg-type]
