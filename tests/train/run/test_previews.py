from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from faces.image import to_picture
from train import loop
from train.config import TrainConfig
from train.data.cache import CachedImages
from train.run import previews, schedule
from vae_models import Autoencoder, ModelConfig

SMALL = ModelConfig(width=4, latent_dim=4)


def noise_images(n: int) -> CachedImages:
    pixels = np.random.default_rng(0).integers(0, 256, (n, 64, 64, 3), dtype=np.uint8)
    return CachedImages(pixels, (), (), "centre")


def model() -> Autoencoder:
    torch.manual_seed(0)
    return Autoencoder(SMALL).train()


def cell(picture: Image.Image, row: int, column: int) -> NDArray[np.uint8]:
    left, top = 2 + 66 * column, 2 + 66 * row
    return np.asarray(picture.crop((left, top, left + 64, top + 64)))


def test_each_image_is_drawn_above_its_reconstruction() -> None:
    network, validation = model().eval(), noise_images(100)
    picture = previews.reconstruction_grid(network, validation)
    assert picture.size == (8 * 66 + 2, 8 * 66 + 2)
    for number, row in ((0, 0), (9, 29), (31, 99)):  # evenly spread from the first to the last
        x = validation.batch(np.array([row]))
        line, column = 2 * (number // 8), number % 8
        assert np.array_equal(cell(picture, line, column), validation.pixels[row])
        reconstructed = np.asarray(to_picture(network.reconstruct(x)[0])).astype(int)
        assert np.abs(cell(picture, line + 1, column) - reconstructed).max() <= 1


@pytest.mark.parametrize("n", [1, 3, 8, 11, 32])
def test_few_images_make_a_small_grid(n: int) -> None:
    picture = previews.reconstruction_grid(model().eval(), noise_images(n))
    assert picture.size == (530, 2 * -(-n // 8) * 66 + 2)
    assert np.array_equal(cell(picture, 2 * ((n - 1) // 8), (n - 1) % 8), noise_images(n).pixels[n - 1])


def test_drawing_changes_neither_the_model_nor_the_random_state(tmp_path: Path) -> None:
    network = model()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    previews.draw(network, tmp_path, 3, noise_images(10))
    assert torch.equal(torch.rand(3), expected)
    assert network.training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_the_same_model_draws_the_same_pictures(tmp_path: Path) -> None:
    for step in (3, 4):
        previews.draw(model(), tmp_path, step, noise_images(10))
    for folder in ("samples", "reconstructions"):
        one, two = (tmp_path / folder / f"step-0000000{step}.png" for step in (3, 4))
        assert one.read_bytes() == two.read_bytes()


def test_only_previews_of_later_steps_are_removed(tmp_path: Path) -> None:
    for step in (7, 14, 21):
        previews.draw(model(), tmp_path, step, noise_images(3))
    (tmp_path / "samples" / "step-mine.png").write_bytes(b"")
    previews.remove_after(tmp_path, 14)
    assert list(previews.list_samples(tmp_path)) == [7, 14]
    assert sorted(file.name for file in (tmp_path / "reconstructions").iterdir()) == [
        "step-00000007.png",
        "step-00000014.png",
    ]
    assert (tmp_path / "samples" / "step-mine.png").exists()


def test_previews_are_drawn_after_every_epoch(finished: Callable[[str], Path]) -> None:
    folder = finished("vae")  # 57 images: an epoch is seven batches of 8
    for name in ("samples", "reconstructions"):
        drawn = sorted(file.name for file in (folder / name).iterdir())
        assert drawn == ["step-00000007.png", "step-00000012.png"]


def test_a_long_run_draws_few_previews_and_a_resumed_one_the_same(
    config: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of seven epochs of one batch, three are previewed, however often the run stops."""
    monkeypatch.setattr(schedule, "MOST_PREVIEWS", 3)
    run = cast(loop.Run, SimpleNamespace(steps=7, images=range(8), config=config))
    due = [done for done in range(1, 8) if loop.DueActions.after(run, done).preview]
    assert due == [3, 5, 7]
    assert [done for done in range(4, 8) if loop.DueActions.after(run, done).preview] == due[1:]


def test_samples_do_not_depend_on_the_validation_images(tmp_path: Path) -> None:
    """Other validation images give other reconstructions, but the same samples."""
    one, other = noise_images(10), replace(noise_images(10), pixels=255 - noise_images(10).pixels)
    previews.draw(model(), tmp_path / "one", 1, one)
    previews.draw(model(), tmp_path / "other", 1, other)
    for folder, same in (("samples", True), ("reconstructions", False)):
        drawn = [(tmp_path / run / folder / "step-00000001.png").read_bytes() for run in ("one", "other")]
        assert (drawn[0] == drawn[1]) == same


def test_images_of_one_channel_are_drawn_in_grey(tmp_path: Path) -> None:
    torch.manual_seed(0)
    grey = replace(noise_images(10), pixels=noise_images(10).pixels[..., :1])
    previews.draw(Autoencoder(ModelConfig(channels=1, width=4, latent_dim=4)), tmp_path, 1, grey)
    with Image.open(tmp_path / "reconstructions" / "step-00000001.png") as picture:
        assert np.array_equal(cell(picture, 0, 0)[..., 1], grey.pixels[0, ..., 0])
