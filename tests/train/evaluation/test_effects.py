"""Effects of directions on pictures whose attributes are known."""

from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from torch import Tensor

from train.data.labels import Attributes
from train.evaluation.effects import LabelledPictures, measure_effects
from vae_models import Autoencoder, ModelConfig
from vae_models.files.latent_names import Direction


class Images(NamedTuple):
    """Images in memory."""

    pixels: Tensor

    def __len__(self) -> int:
        return len(self.pixels)

    def batch(self, rows: Any, device: torch.device | str = "cpu") -> Tensor:
        """Return the images of these rows."""
        return self.pixels[rows if isinstance(rows, slice) else torch.from_numpy(np.asarray(rows))].to(device)


def draw(n: int, seed: int) -> tuple[Tensor, Tensor]:
    """Draw codes (N, 3): brightness above, brightness below, and one that does nothing."""
    codes = torch.randn(n, 3, generator=torch.Generator().manual_seed(seed))
    return codes, decode(codes)


def decode(codes: Tensor) -> Tensor:
    """Decode codes to images whose upper half follows code 0, and whose lower half follows code 1 and half of 0."""
    noise = torch.rand(len(codes), 3, 64, 64, generator=torch.Generator().manual_seed(len(codes)))
    images = 0.5 + 0.3 * (noise - 0.5)
    images[:, :, :32] += 0.1 * codes[:, 0, None, None, None]
    images[:, :, 32:] += 0.1 * (codes[:, 1] + 0.5 * codes[:, 0])[:, None, None, None]
    return images


@pytest.fixture(scope="module")
def parts() -> list[tuple[Tensor, LabelledPictures]]:
    result = []
    for seed, n in ((0, 600), (1, 400)):
        codes, images = draw(n, seed)
        lower = codes[:, 1] + 0.5 * codes[:, 0]
        labels = torch.stack([codes[:, 0] > 0, lower > 0, torch.rand(n) > 0.5], dim=1).double()
        pictures: Any = Images(images)
        result.append((codes.double(), LabelledPictures(pictures, Attributes(("Upper", "Lower_Half", "Coin"), labels))))
    return result


def test_effects_are_the_known_changes_of_the_pictures(
    parts: list[tuple[Tensor, LabelledPictures]], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Autoencoder(ModelConfig(width=2, latent_dim=3))
    monkeypatch.setattr(model, "decode", decode)
    (_, training), (codes, validation) = parts
    ways = {
        name: Direction(tuple(step), 1.0, 0.9, (0.8, 0.95))
        for name, step in (("upper", [1.0, 0.0, 0.0]), ("lower half", [0.0, 1.0, 0.0]), ("coin", [0.0, 0.0, 1.0]))
    }
    people = torch.arange(400) // 4
    effects = measure_effects(model, ways, training, validation, codes, people)
    assert effects
    assert set(effects.probe_auroc) == {"upper", "lower half"}  # a coin cannot be seen, so it has no probe
    assert effects.pictures == 300
    # a step of 1 along code 0 is a deviation of the upper half, and 0.5 / sqrt(1.25) of the lower
    expected = {"upper": (1.0, 0.447), "lower half": (0.0, 0.894), "coin": (0.0, 0.0)}
    for name, changes in expected.items():
        for attribute, change in zip(("upper", "lower half"), changes, strict=True):
            value, low, high = effects.changes[name][attribute]
            assert value == pytest.approx(change, abs=0.08)
            assert low <= value <= high


def test_without_directions_or_probes_there_are_no_effects(parts: list[tuple[Tensor, LabelledPictures]]) -> None:
    model = Autoencoder(ModelConfig(width=2, latent_dim=3))
    (_, training), (codes, validation) = parts
    assert measure_effects(model, {}, training, validation, codes, None) is None
    few: Any = Images(training.images.batch(slice(0, 20)))
    small = LabelledPictures(few, Attributes(training.attributes.names, training.attributes.labels[:20]))
    way = Direction((1.0, 0.0, 0.0), 1.0, 0.9, (0.8, 0.95))
    assert measure_effects(model, {"upper": way}, small, validation, codes, None) is None


def test_labels_that_no_picture_shows_have_no_effects(parts: list[tuple[Tensor, LabelledPictures]]) -> None:
    model = Autoencoder(ModelConfig(width=2, latent_dim=3))
    coins = [
        (codes, LabelledPictures(part.images, Attributes(("Coin",), part.attributes.labels[:, 2:])))
        for codes, part in parts
    ]
    way = Direction((1.0, 0.0, 0.0), 1.0, 0.9, (0.8, 0.95))
    assert measure_effects(model, {"upper": way}, coins[0][1], coins[1][1], coins[1][0], None) is None
