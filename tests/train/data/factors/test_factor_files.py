"""dSprites and 3D Shapes in small files of the published format."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from train.data.factors import dsprites, labels, shapes3d
from train.data.load import load, load_splits
from train.data.options import DataOptions
from train.data.pictures import DataError, Pictures

# as in dSprites, there is only one colour, so that colour is not a factor
CLASSES = np.stack(np.meshgrid([0], [0, 1, 2], [0, 1], [0, 1, 2, 3], [0, 1, 2], [0, 1], indexing="ij"), -1).reshape(
    -1, 6
)


def noise(*shape: int, below: int) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, below, shape, dtype=np.uint8)


def factors_of(images: Pictures) -> NDArray[np.int64]:
    assert images.factors is not None
    return images.factors


@pytest.fixture(autouse=True)
def _a_tenth_validates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "HELD_OUT", 0.1)
    monkeypatch.setattr(dsprites, "BLOCK", 50)
    monkeypatch.setattr(shapes3d, "BLOCK", 7)


@pytest.fixture
def options(tmp_path: Path) -> DataOptions:
    return DataOptions(cache=tmp_path / "cache")


@pytest.fixture
def sprites(tmp_path: Path) -> Path:
    path = tmp_path / "dsprites.npz"
    values = CLASSES * 0.3 + 1
    images = noise(144, 64, 64, below=2)
    np.savez_compressed(
        path, imgs=images, latents_classes=CLASSES, latents_values=values, metadata=np.array({}, object)
    )
    return path


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    path = tmp_path / "3dshapes.h5"
    hues = np.stack(
        np.meshgrid([0.0, 0.1], [0.5, 0.7, 0.9], [0.2, 0.3], [1.25], [0, 2], [-30.0, 0.0, 30.0], indexing="ij"), -1
    )
    with h5py.File(path, "w") as file:
        file.create_dataset("images", data=noise(72, 64, 64, 3, below=256), chunks=(10, 64, 64, 3), compression="gzip")
        file.create_dataset("labels", data=hues.reshape(-1, 6))
    return path


def test_dsprites_are_packed_without_loss_and_keep_their_factors(
    sprites: Path, options: DataOptions, tmp_path: Path
) -> None:
    images = load(sprites, "all", options)
    assert images.factor_names == ("shape", "scale", "orientation", "position_x", "position_y")
    assert images.factor_sizes == (3, 2, 4, 3, 2)
    index = np.ravel_multi_index(tuple(factors_of(images).T), images.factor_sizes)
    assert sorted(index) == list(range(144))
    expected = torch.from_numpy(noise(144, 64, 64, below=2)[index])[:, None].float()
    assert torch.equal(images.batch(np.arange(144)), expected)
    assert torch.equal(images.batch(slice(3, 9)), expected[3:9])
    (packed,) = (tmp_path / "cache").glob("*/packed.bin")
    assert packed.stat().st_size == 144 * 512


def test_3d_shapes_keep_their_pixels_and_factors(shapes: Path, options: DataOptions) -> None:
    images = load(shapes, "all", options)
    assert images.factor_names == ("floor_hue", "wall_hue", "object_hue", "shape", "orientation")  # one scale only
    assert images.factor_sizes == (2, 3, 2, 2, 3)
    index = np.ravel_multi_index(tuple(factors_of(images).T), images.factor_sizes)
    assert sorted(index) == list(range(72))
    expected = torch.from_numpy(noise(72, 64, 64, 3, below=256)[index]).permute(0, 3, 1, 2) / 255
    torch.testing.assert_close(images.batch(np.arange(72)), expected)


@pytest.mark.parametrize("fixture", ["sprites", "shapes"])
def test_splits_are_disjoint_seeded_and_cover_everything(
    fixture: str, request: pytest.FixtureRequest, options: DataOptions, tmp_path: Path
) -> None:
    path = request.getfixturevalue(fixture)

    def rows(images: Pictures) -> list[tuple[int, ...]]:
        return [tuple(row) for row in factors_of(images)]

    everything, splits = load(path, "all", options), load_splits(path, None, options)
    assert len(splits.validation) == round(0.1 * len(everything))
    assert sorted(rows(splits.training) + rows(splits.validation)) == sorted(rows(everything))
    assert splits.validation.metadata["split"] == "val"
    again = load_splits(path, None, DataOptions(cache=tmp_path / "other"))
    assert rows(again.validation) == rows(splits.validation)
    x = splits.validation.batch(slice(0, 3))
    start = len(splits.training)
    assert torch.equal(x, everything.batch(slice(start, start + 3)))
    with pytest.raises(DataError, match="--crop"):
        load(path, "all", DataOptions(crop="centre"))


def test_other_files_are_errors_and_leave_no_cache(
    options: DataOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez(tmp_path / "other.npz", imgs=np.zeros((2, 32, 32), np.uint8), latents_classes=np.zeros((2, 6), int))
    np.savez(tmp_path / "grey.npz", imgs=np.full((2, 64, 64), 7, np.uint8), latents_classes=np.zeros((2, 6), int))
    np.savez(tmp_path / "none.npz", x=np.zeros(3))
    (tmp_path / "text.npz").write_text("no zip")
    (tmp_path / "text.h5").write_text("no HDF5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file.create_dataset("images", data=np.zeros((2, 32, 32, 3), np.uint8))
    for name in ("other.npz", "grey.npz", "none.npz", "text.npz", "text.h5", "other.h5"):
        with pytest.raises(DataError, match=name):
            load(tmp_path / name, "all", options)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [".locks"]
    monkeypatch.setattr(shapes3d, "find_spec", lambda _: None)
    with pytest.raises(DataError, match="pip install h5py"):
        load(tmp_path / "other.h5", "all", options)


def test_a_changed_file_is_packed_again(sprites: Path, options: DataOptions) -> None:
    before = load(sprites, "all", options).batch(slice(0, 144))
    np.savez(sprites, imgs=1 - noise(144, 64, 64, below=2), latents_classes=CLASSES)
    assert torch.equal(load(sprites, "all", options).batch(slice(0, 144)), 1 - before)
