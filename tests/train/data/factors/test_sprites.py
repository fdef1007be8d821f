import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from train.data.factors import sprites
from train.data.factors.packed import unpacked
from train.data.factors.sprites import ANGLES, FACTORS, SCALES, SHAPES, TOTAL, Sprites


def picture(*factors: int) -> NDArray[np.uint8]:
    """(64, 64) of one combination of factors."""
    place = np.ravel_multi_index(factors, tuple(FACTORS.values()))
    return unpacked(sprites.drawn(np.array([place])))[0, 0].numpy().astype(np.uint8)


@pytest.fixture(scope="module")
def drawings() -> NDArray[np.uint8]:
    """Every shape, scale and orientation in the place at the top left. (3, 6, 40, 64, 64)"""
    places = np.arange(TOTAL).reshape(tuple(FACTORS.values()))[:, :, :, 0, 0]
    return unpacked(sprites.drawn(places.ravel())).numpy().astype(np.uint8).reshape(3, 6, 40, 64, 64)


def test_there_are_as_many_as_dsprites_has() -> None:
    assert TOTAL == len(sprites.load(None)) == 737_280


def test_factors_number_the_sprites_as_dsprites_does() -> None:
    everything = sprites.load(None)
    assert np.array_equal(everything.factors[1], [0, 0, 0, 0, 1])
    assert np.array_equal(everything.factors[32], [0, 0, 0, 1, 0])
    assert np.array_equal(everything.factors[-1], [2, 5, 39, 31, 31])
    assert np.array_equal(everything.factors.max(axis=0) + 1, everything.factor_sizes)
    assert np.array_equal(np.ravel_multi_index(tuple(everything.factors.T), everything.factor_sizes), np.arange(TOTAL))


def test_a_step_of_position_is_a_pixel() -> None:
    for factors in ((0, 5, 3), (1, 2, 11), (2, 5, 38)):
        first = picture(*factors, 0, 0)
        for x, y in ((1, 0), (0, 1), (31, 31), (7, 20)):
            assert np.array_equal(picture(*factors, x, y), np.roll(first, (y, x), axis=(0, 1)))


def test_nothing_is_cut_off(drawings: NDArray[np.uint8]) -> None:
    """In the first place and in the last there is as much of a shape as in the middle, and its outline is closed."""
    assert not drawings[..., 33:, :].any()
    assert not drawings[..., 33:].any()
    for shape, drawing in zip(SHAPES, drawings, strict=True):
        for scale, of_scale in zip(SCALES, drawing, strict=True):
            for angle, mask in zip(ANGLES, of_scale, strict=True):
                beyond = _wider(shape, scale, angle)
                assert mask.sum() == beyond.sum(), (shape, scale, angle)


def _wider(shape: str, scale: float, angle: float) -> NDArray[np.bool_]:
    """The same shape drawn with room to spare."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sprites, "DRAWING", 45)
        return sprites.inside(shape, scale, angle) > 0


def test_combinations_differ_but_for_the_shapes_symmetry(drawings: NDArray[np.uint8]) -> None:
    """A square is itself after ten steps of 9 degrees, an ellipse after twenty, a heart after all forty."""
    for shape, (drawing, period) in enumerate(zip(drawings, (10, 20, 40), strict=True)):
        for of_scale in drawing:
            for k in range(40):
                assert np.array_equal(of_scale[k], of_scale[k % period]), (shape, k)
    distinct = {mask.tobytes() for mask in drawings.reshape(-1, 64, 64)}
    assert len(distinct) == 6 * (10 + 20 + 40)


def test_no_outline_meets_the_middle_of_a_pixel() -> None:
    """So rounding decides about no pixel, and every machine draws the same."""
    nearest = min(
        np.abs(sprites.inside(shape, scale, angle)).min() for shape in SHAPES for scale in SCALES for angle in ANGLES
    )
    assert nearest > 1e-9


def test_scales_are_linear(drawings: NDArray[np.uint8]) -> None:
    """Half to whole in five equal steps, as dSprites'; the area grows with the square."""
    areas = drawings.sum(axis=(3, 4)).mean(axis=2)
    scales = np.array([0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    torch.testing.assert_close(areas / areas[:, -1:], np.tile(scales**2, (3, 1)), rtol=0.03, atol=0)


def test_orientations_turn_clockwise() -> None:
    upright, quarter = picture(2, 5, 0, 0, 0)[:33, :33], picture(2, 5, 10, 0, 0)[:33, :33]
    assert np.array_equal(np.rot90(upright, -1), quarter)
    widths = upright.sum(axis=1)
    assert widths[4] > 10 * widths[-1] > 0  # two lobes above, the point below


def test_splits_are_disjoint_and_cover_everything() -> None:
    training, validation = sprites.load("train"), sprites.load("val")
    assert len(validation) == 7_373
    together = np.concatenate([training.places, validation.places])
    assert np.array_equal(np.sort(together), np.arange(TOTAL))
    assert np.array_equal(sprites.load("val").places, validation.places)
    # every class of every factor is in both
    assert all((np.unique(part.factors[:, f]).size == size) for part in (training, validation) for f, size in _sizes())


def _sizes() -> list[tuple[int, int]]:
    return list(enumerate(FACTORS.values()))


def test_a_batch_holds_its_rows() -> None:
    some = Sprites(np.array([5, 700_000, 123_456]))
    x = some.batch(np.array([2, 0, 2]))
    assert x.shape == (3, 1, 64, 64)
    assert x.dtype == torch.float32
    assert x.unique().tolist() == [0.0, 1.0]
    assert np.array_equal(x[1, 0].numpy(), picture(0, 0, 0, 0, 5))
    assert torch.equal(x[0], x[2])
    assert torch.equal(some.batch(slice(0, 2))[0], x[1])


def test_shifts_unpack_what_numpy_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of other devices, taken on the CPU."""
    packed = np.random.default_rng(0).integers(0, 256, (4, 512), dtype=np.uint8)
    expected = unpacked(packed)
    monkeypatch.setattr(torch, "device", lambda _: type("Device", (), {"type": "other"}))
    assert torch.equal(unpacked(packed), expected)
