import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from train.data.factors import sprites
from train.data.factors.packed import unpack
from train.data.factors.sprites import ANGLES, FACTORS, SCALES, SHAPES, TOTAL, Sprites


def draw_sprite(*factors: int) -> NDArray[np.uint8]:
    """Draw one combination of factors, (64, 64)."""
    index = np.ravel_multi_index(factors, tuple(FACTORS.values()))
    return unpack(sprites.draw(np.array([index])))[0, 0].numpy().astype(np.uint8)


@pytest.fixture(scope="module")
def drawings() -> NDArray[np.uint8]:
    """Draw every shape, scale and orientation at the top left position, (3, 6, 40, 64, 64)."""
    indices = np.arange(TOTAL).reshape(tuple(FACTORS.values()))[:, :, :, 0, 0]
    return unpack(sprites.draw(indices.ravel())).numpy().astype(np.uint8).reshape(3, 6, 40, 64, 64)


def test_there_are_as_many_sprites_as_in_dsprites() -> None:
    assert TOTAL == len(sprites.load("all")) == 737_280


def test_sprites_have_the_order_of_dsprites() -> None:
    everything = sprites.load("all")
    assert np.array_equal(everything.factors[1], [0, 0, 0, 0, 1])
    assert np.array_equal(everything.factors[32], [0, 0, 0, 1, 0])
    assert np.array_equal(everything.factors[-1], [2, 5, 39, 31, 31])
    assert np.array_equal(everything.factors.max(axis=0) + 1, everything.factor_sizes)
    assert np.array_equal(np.ravel_multi_index(tuple(everything.factors.T), everything.factor_sizes), np.arange(TOTAL))


def test_a_step_of_position_shifts_by_a_pixel() -> None:
    for factors in ((0, 5, 3), (1, 2, 11), (2, 5, 38)):
        first = draw_sprite(*factors, 0, 0)
        for x, y in ((1, 0), (0, 1), (31, 31), (7, 20)):
            assert np.array_equal(draw_sprite(*factors, x, y), np.roll(first, (y, x), axis=(0, 1)))


def test_no_shape_is_cut_off(drawings: NDArray[np.uint8]) -> None:
    """A shape at the top left has as many pixels as with room to spare, and none beyond its drawing."""
    assert not drawings[..., 33:, :].any()
    assert not drawings[..., 33:].any()
    for shape, drawing in zip(SHAPES, drawings, strict=True):
        for scale, of_scale in zip(SCALES, drawing, strict=True):
            for angle, mask in zip(ANGLES, of_scale, strict=True):
                roomy = _draw_with_room(shape, scale, angle)
                assert mask.sum() == roomy.sum(), (shape, scale, angle)


def _draw_with_room(shape: str, scale: float, angle: float) -> NDArray[np.bool_]:
    """Draw the same shape with room to spare."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sprites, "DRAWING", 45)
        return sprites.inside(shape, scale, angle) > 0


def test_combinations_differ_except_for_symmetric_rotations(drawings: NDArray[np.uint8]) -> None:
    """A square repeats after ten steps of 9 degrees, an ellipse after twenty, a heart after all forty."""
    for shape, (drawing, period) in enumerate(zip(drawings, (10, 20, 40), strict=True)):
        for of_scale in drawing:
            for k in range(40):
                assert np.array_equal(of_scale[k], of_scale[k % period]), (shape, k)
    distinct = {mask.tobytes() for mask in drawings.reshape(-1, 64, 64)}
    assert len(distinct) == 6 * (10 + 20 + 40)


def test_no_outline_meets_the_centre_of_a_pixel() -> None:
    """Otherwise rounding would decide, and machines would draw different pixels."""
    nearest = min(
        np.abs(sprites.inside(shape, scale, angle)).min() for shape in SHAPES for scale in SCALES for angle in ANGLES
    )
    assert nearest > 1e-9


def test_scales_are_linear(drawings: NDArray[np.uint8]) -> None:
    """From a half to one in five equal steps, like dSprites; areas are proportional to their squares."""
    areas = drawings.sum(axis=(3, 4)).mean(axis=2)
    scales = np.array([0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    torch.testing.assert_close(areas / areas[:, -1:], np.tile(scales**2, (3, 1)), rtol=0.03, atol=0)


def test_orientations_rotate_clockwise() -> None:
    upright, quarter = draw_sprite(2, 5, 0, 0, 0)[:33, :33], draw_sprite(2, 5, 10, 0, 0)[:33, :33]
    assert np.array_equal(np.rot90(upright, -1), quarter)
    widths = upright.sum(axis=1)
    assert widths[4] > 10 * widths[-1] > 0  # two lobes above, the point below


def test_splits_are_disjoint_and_cover_everything() -> None:
    training, validation = sprites.load("train"), sprites.load("val")
    assert len(validation) == 7_373
    together = np.concatenate([training.indices, validation.indices])
    assert np.array_equal(np.sort(together), np.arange(TOTAL))
    assert np.array_equal(sprites.load("val").indices, validation.indices)
    for part in (training, validation):
        assert [np.unique(column).size for column in part.factors.T] == list(FACTORS.values())


def test_a_batch_has_the_sprites_of_its_rows() -> None:
    some = Sprites(np.array([5, 700_000, 123_456]))
    x = some.batch(np.array([2, 0, 2]))
    assert x.shape == (3, 1, 64, 64)
    assert x.dtype == torch.float32
    assert x.unique().tolist() == [0.0, 1.0]
    assert np.array_equal(x[1, 0].numpy(), draw_sprite(0, 0, 0, 0, 5))
    assert torch.equal(x[0], x[2])
    assert torch.equal(some.batch(slice(0, 2))[0], x[1])


def test_unpacking_by_shifts_equals_numpys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shifts are used on other devices than CPUs; here they run on the CPU."""
    packed = np.random.default_rng(0).integers(0, 256, (4, 512), dtype=np.uint8)
    expected = unpack(packed)
    monkeypatch.setattr(torch, "device", lambda _: type("Device", (), {"type": "other"}))
    assert torch.equal(unpack(packed), expected)
