import math

import pytest
import torch
from torch import Generator, Tensor

from metrics import continuity
from metrics.continuity import distance_agreement, nearest_distance, step_ratio


def draw(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=Generator().manual_seed(seed))


def test_nearest_distance_is_the_smallest_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    x, faces = draw(9, 3, 4, 4), draw(30, 3, 4, 4, seed=1)
    expected = torch.cdist(x.flatten(1).double(), faces.flatten(1).double()).amin(dim=1)
    assert torch.allclose(nearest_distance(x, faces), expected)
    monkeypatch.setattr(continuity, "CHUNK", 4)
    assert torch.allclose(nearest_distance(x, faces), expected)
    assert torch.allclose(
        nearest_distance(x[:, :, :1], faces[:1, :, :1]), (x - faces[:1])[:, :, :1].flatten(1).norm(dim=1).double()
    )


def test_a_face_has_distance_zero_from_itself_unless_left_out() -> None:
    """Also if the distance is far below the rounding of matrix products, as for bright images."""
    faces = 0.5 + 0.1 * draw(30, 3, 16, 16)
    near = faces + 1e-4
    assert nearest_distance(faces, faces).tolist() == pytest.approx([0] * 30)
    assert nearest_distance(near, faces).tolist() == pytest.approx([1e-4 * 768**0.5] * 30, rel=1e-2)
    own = torch.arange(30)[:, None]
    others = torch.cdist(faces.flatten(1).double(), faces.flatten(1).double()).fill_diagonal_(torch.inf)
    assert torch.allclose(nearest_distance(faces, faces, own), others.amin(dim=1), rtol=1e-5)
    both = torch.cat([own, others.argmin(dim=1)[:, None]], dim=1)
    assert torch.allclose(nearest_distance(faces, faces, both), others.topk(2, largest=False).values[:, 1], rtol=1e-5)


def test_left_out_faces_are_respected_in_every_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = draw(20, 6)
    own = torch.arange(20)[:, None]
    at_once = nearest_distance(faces, faces, own)
    monkeypatch.setattr(continuity, "CHUNK", 7)
    assert torch.allclose(nearest_distance(faces, faces, own), at_once)
    assert (at_once > 0).all()


def test_nearest_distance_needs_a_face() -> None:
    with pytest.raises(ValueError, match="none is left"):
        nearest_distance(draw(1, 2), draw(1, 2), torch.zeros(1, 1, dtype=torch.long))


def test_step_ratio_is_one_for_even_paths_and_maximal_for_leaps() -> None:
    a, b = draw(2, 1, 4, 4)
    t = torch.linspace(0, 1, 9).view(-1, 1, 1, 1)
    even, leap = a + t * (b - a), torch.where(t < 0.3, a, b)
    assert step_ratio(torch.stack([even, leap])).tolist() == pytest.approx([1, 8], rel=1e-4)
    assert step_ratio(torch.stack([3 * even + 1, leap.flip(0)])).tolist() == pytest.approx([1, 8], rel=1e-4)


def test_quadratic_motion_has_the_step_ratio_of_the_closed_form() -> None:
    """The last of n steps of t^2 is (2n - 1) / n^2, the mean 1 / n."""
    t = torch.linspace(0, 1, 11)
    assert step_ratio((t**2).view(1, -1, 1)).item() == pytest.approx(19 / 10, rel=1e-5)


def test_a_path_of_one_image_is_refused() -> None:
    with pytest.raises(ValueError, match="no step"):
        step_ratio(draw(3, 1, 4))
    assert step_ratio(torch.ones(3, 5, 4)).isnan().all()


def test_distance_agreement_is_one_for_equal_and_minus_one_for_reversed_order() -> None:
    a, step = draw(40, 1), torch.arange(1, 41).float()[:, None]
    pictures = (a, a + step)
    same, reverse = distance_agreement((a, a - step**3), pictures), distance_agreement((a, a + 1 / step), pictures)
    assert [same.value, reverse.value] == pytest.approx([1, -1])
    noise = [draw(400, 3, seed=s) for s in range(4)]
    low, high = distance_agreement((noise[0], noise[1]), (noise[2], noise[3])).interval or (1, 1)
    assert low < 0 < high
    assert high - low == pytest.approx(2 * 1.96 / 397**0.5, rel=0.01)
    assert math.isnan(distance_agreement((a, a), pictures).value)
    with pytest.raises(ValueError, match="it takes four"):
        distance_agreement((a[:3], a[:3]), (a[:3], a[:3]))


def test_distance_agreement_ignores_rotation_and_scale() -> None:
    codes, pictures = (draw(50, 5, seed=1), draw(50, 5, seed=2)), (draw(50, 5, seed=1), draw(50, 5, seed=3))
    turn = 7 * torch.linalg.qr(draw(5, 5).double()).Q
    turned = (codes[0].double() @ turn, codes[1].double() @ turn)
    assert distance_agreement(turned, pictures).value == pytest.approx(distance_agreement(codes, pictures).value)
