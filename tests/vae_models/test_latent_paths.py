from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from vae_models import Autoencoder, ModelConfig
from vae_models.latent_paths import Interpolation, interpolate, lerp, slerp, traversal_ranges, traverse

Function = Callable[[Tensor, Tensor, Tensor | float], Tensor]
STEPS = torch.linspace(0, 1, 9, dtype=torch.float64)[:, None]
both = pytest.mark.parametrize("function", [lerp, slerp])


def draw_codes(n: int = 6, dim: int = 32, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    a, b = torch.randn(2, n, dim, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return a.to(dtype), (1.7 * b).to(dtype)


@both
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_paths_start_and_end_exactly(function: Function, dtype: torch.dtype) -> None:
    a, b = draw_codes(dtype=dtype)
    assert torch.equal(function(a, b, 0.0), a)
    assert torch.equal(function(a, b, 1.0), b)
    ends = torch.tensor([[0.0], [1.0]], dtype=dtype)
    assert torch.equal(function(a[:1], b[:1], ends), torch.cat([a[:1], b[:1]]))


@both
def test_interpolation_is_symmetric(function: Function) -> None:
    a, b = draw_codes()
    for t in (0.125, 0.3, 0.5, 0.875):
        torch.testing.assert_close(function(a, b, t), function(b, a, 1 - t))


@both
def test_a_batch_equals_its_pairs_one_by_one(function: Function) -> None:
    a, b = draw_codes()
    a[2] = 0
    t = torch.rand(6, 1, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    single = torch.stack([function(a[i], b[i], t[i].item()) for i in range(6)])
    torch.testing.assert_close(function(a, b, t), single)


@both
def test_equal_codes_are_constant_along_the_path(function: Function) -> None:
    a, _ = draw_codes()
    assert torch.equal(function(a, a, 0.3), a)


def test_linear_interpolation_has_equal_steps() -> None:
    a, b = draw_codes(1)
    steps = lerp(a, b, STEPS).diff(dim=0)
    torch.testing.assert_close(steps, ((b - a) / 8).expand(8, -1))


def test_an_arc_keeps_the_length_of_codes_of_one_length() -> None:
    a, b = draw_codes()
    b *= a.norm(dim=-1, keepdim=True) / b.norm(dim=-1, keepdim=True)
    for t in (0.1, 0.5, 0.9):
        torch.testing.assert_close(slerp(a, b, t).norm(dim=-1), a.norm(dim=-1))


def test_an_arc_has_equal_steps_in_angle_and_length() -> None:
    a, b = draw_codes(1)
    path = slerp(a, b, STEPS)
    torch.testing.assert_close(path.norm(dim=-1, keepdim=True), lerp(a.norm(), b.norm(), STEPS))
    unit = path / path.norm(dim=-1, keepdim=True)
    angles = (unit[:-1] * unit[1:]).sum(dim=-1).acos()
    torch.testing.assert_close(angles, angles[:1].expand(8))
    torch.testing.assert_close(angles.sum(), torch.cosine_similarity(a, b).acos().squeeze())


def test_an_arc_stays_in_the_plane_of_its_ends() -> None:
    a, b = draw_codes(1)
    assert torch.linalg.matrix_rank(torch.cat([a, b, slerp(a, b, STEPS)])) == 2


@pytest.mark.parametrize("apart", [0.0, 1e-12, 1e-7, 1e-5])
def test_nearly_parallel_codes_are_joined_by_a_line(apart: float) -> None:
    a, b = draw_codes()
    b = 2 * a + apart * b
    torch.testing.assert_close(slerp(a, b, 0.3), lerp(a, b, 0.3), rtol=1e-6, atol=1e-9)


def test_codes_without_a_unique_arc_are_joined_by_a_line() -> None:
    a, _ = draw_codes(dtype=torch.float32)
    zero = torch.zeros_like(a)
    for first, second in ((a, -a), (a, -2 * a), (zero, a), (a, zero), (zero, zero)):
        for t in (0.0, 0.25, 0.5, 1.0):
            assert torch.equal(slerp(first, second, t), lerp(first, second, t))


@pytest.mark.parametrize(("name", "function"), [("linear", lerp), ("spherical", slerp)])
def test_interpolations_are_chosen_by_name(name: Interpolation, function: Function) -> None:
    a, b = draw_codes()
    assert torch.equal(interpolate(a, b, 0.3, name), function(a, b, 0.3))


def test_an_unknown_interpolation_is_refused() -> None:
    a, b = draw_codes()
    with pytest.raises(ValueError, match="choose 'linear' or 'spherical'"):
        interpolate(a, b, 0.3, "scenic")  # type: ignore[arg-type]


def model_with_prior(covariance: torch.Tensor) -> Autoencoder:
    model = Autoencoder(ModelConfig(width=2, latent_dim=len(covariance))).eval()
    model.fit_prior(torch.tensor([1.0, -2.0]), covariance)
    return model


def test_traversals_span_three_standard_deviations_of_the_aggregate() -> None:
    """The deviations come from the covariance's diagonal, not from its Cholesky factor's."""
    model = model_with_prior(torch.tensor([[4.0, 1.8], [1.8, 1.0]], dtype=torch.float64))
    torch.testing.assert_close(traversal_ranges(model), torch.tensor([[-5.0, 7.0], [-5.0, 1.0]]))


def test_constant_codes_are_traversed_by_three() -> None:
    model = model_with_prior(torch.diag(torch.tensor([4.0, 1e-8], dtype=torch.float64)))
    torch.testing.assert_close(traversal_ranges(model)[1], torch.tensor([-5.0, 1.0]))


def test_a_traversal_changes_one_dimension_only() -> None:
    model = model_with_prior(torch.eye(2, dtype=torch.float64))
    code = torch.tensor([0.3, 0.7])
    pictures = traverse(model, code, 1, 2.0, -1.0, 4)
    expected = model.decode(torch.tensor([[0.3, 2.0], [0.3, 1.0], [0.3, 0.0], [0.3, -1.0]]))
    torch.testing.assert_close(pictures.clone(), expected.detach())
    assert code.tolist() == torch.tensor([0.3, 0.7]).tolist()
