import math

import pytest
import torch
from torch import Generator, Tensor

from metrics import continuity
from metrics.continuity import distance_agreement, nearest_distance, step_ratio


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=Generator().manual_seed(seed))


def test_the_nearest_is_the_smallest_of_all_distances(monkeypatch: pytest.MonkeyPatch) -> None:
    x, faces = drawn(9, 3, 4, 4), drawn(30, 3, 4, 4, seed=1)
    expected = torch.cdist(x.flatten(1).double(), faces.flatten(1).double()).amin(dim=1)
    assert torch.allclose(nearest_distance(x, faces), expected)
    monkeypatch.setattr(continuity, "CHUNK", 4)
    assert torch.allclose(nearest_distance(x, faces), expected)
    assert torch.allclose(
        nearest_distance(x[:, :, :1], faces[:1, :, :1]), (x - faces[:1])[:, :, :1].flatten(1).norm(dim=1).double()
    )


def test_a_face_is_at_no_distance_from_itself_unless_left_out() -> None:
    """Also where the distance is far below the rounding of the products, as of bright pictures."""
    faces = 0.5 + 0.1 * drawn(30, 3, 16, 16)
    near = faces + 1e-4
    assert nearest_distance(faces, faces).tolist() == pytest.approx([0] * 30)
    assert nearest_distance(near, faces).tolist() == pytest.approx([1e-4 * 768**0.5] * 30, rel=1e-2)
    own = torch.arange(30)[:, None]
    others = torch.cdist(faces.flatten(1).double(), faces.flatten(1).double()).fill_diagonal_(torch.inf)
    assert torch.allclose(nearest_distance(faces, faces, own), others.amin(dim=1), rtol=1e-5)
    both = torch.cat([own, others.argmin(dim=1)[:, None]], dim=1)
    assert torch.allclose(nearest_distance(faces, faces, both), others.topk(2, largest=False).values[:, 1], rtol=1e-5)


def test_left_out_faces_follow_their_pictures_through_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = drawn(20, 6)
    own = torch.arange(20)[:, None]
    whole = nearest_distance(faces, faces, own)
    monkeypatch.setattr(continuity, "CHUNK", 7)
    assert torch.allclose(nearest_distance(faces, faces, own), whole)
    assert (whole > 0).all()


def test_no_face_is_nearest_where_none_is_left() -> None:
    with pytest.raises(ValueError, match="none is left"):
        nearest_distance(drawn(1, 2), drawn(1, 2), torch.zeros(1, 1, dtype=torch.long))


def test_even_paths_have_a_step_ratio_of_one_and_a_leap_as_many_as_there_are_steps() -> None:
    a, b = drawn(2, 1, 4, 4)
    t = torch.linspace(0, 1, 9).view(-1, 1, 1, 1)
    even, leap = a + t * (b - a), torch.where(t < 0.3, a, b)
    assert step_ratio(torch.stack([even, leap])).tolist() == pytest.approx([1, 8], rel=1e-4)
    assert step_ratio(torch.stack([3 * even + 1, leap.flip(0)])).tolist() == pytest.approx([1, 8], rel=1e-4)


def test_quadratic_motion_has_the_step_ratio_of_the_closed_form() -> None:
    """t^2 in n steps: the last is (2n - 1) / n^2, the mean 1 / n."""
    t = torch.linspace(0, 1, 11)
    assert step_ratio((t**2).view(1, -1, 1)).item() == pytest.approx(19 / 10, rel=1e-5)


def test_a_path_needs_steps() -> None:
    with pytest.raises(ValueError, match="no step"):
        step_ratio(drawn(3, 1, 4))
    assert step_ratio(torch.ones(3, 5, 4)).isnan().all()


def test_codes_that_keep_the_order_of_distances_agree_and_those_that_turn_it_round_do_not() -> None:
    a, step = drawn(40, 1), torch.arange(1, 41).float()[:, None]
    pictures = (a, a + step)
    same, turned = distance_agreement((a, a - step**3), pictures), distance_agreement((a, a + 1 / step), pictures)
    assert (same.value, turned.value) == (pytest.approx(1), pytest.approx(-1))
    noise = [drawn(400, 3, seed=s) for s in range(4)]
    low, high = distance_agreement((noise[0], noise[1]), (noise[2], noise[3])).interval or (1, 1)
    assert low < 0 < high
    assert high - low == pytest.approx(2 * 1.96 / 397**0.5, rel=0.01)
    assert math.isnan(distance_agreement((a, a), pictures).value)
    with pytest.raises(ValueError, match="it takes four"):
        distance_agreement((a[:3], a[:3]), (a[:3], a[:3]))


def test_rotating_or_scaling_all_codes_changes_no_agreement() -> None:
    codes, pictures = (drawn(50, 5, seed=1), drawn(50, 5, seed=2)), (drawn(50, 5, seed=1), drawn(50, 5, seed=3))
    turn = 7 * torch.linalg.qr(drawn(5, 5).double()).Q
    turned = (codes[0].double() @ turn, codes[1].double() @ turn)
    assert distance_agreement(turned, pictures).value == pytest.approx(distance_agreement(codes, pictures).value)
