"""Previews during training: samples/ from one fixed noise, reconstructions/ of the same validation images."""

from pathlib import Path

import numpy as np
import torch
from PIL.Image import Image
from torchvision.utils import make_grid

from faces.image import to_picture
from train.data.pictures import Pictures
from vae_models import Autoencoder, Dial
from vae_models.files.atomic import atomic_write

SAMPLES = "samples"
RECONSTRUCTIONS = "reconstructions"  # they show images of the data set: never pushed, never committed
COLUMNS = 8
SAMPLE_COUNT = 64
RECONSTRUCTION_COUNT = 32
NOISE_SEED = 0  # of every sample grid, so that runs and epochs can be compared


@torch.inference_mode()
def sample_grid(model: Autoencoder, count: int = SAMPLE_COUNT) -> Image:
    """Draw samples of the standard prior, eight in a row, always from the same noise."""
    samples = model.sample(count, generator=torch.Generator().manual_seed(NOISE_SEED))
    return to_picture(make_grid(samples, nrow=COLUMNS, padding=2, pad_value=1.0))


def draw(model: Autoencoder | Dial, folder: Path, step: int, validation: Pictures | None) -> Image:
    """Write samples/step-N.png and, given validation images, reconstructions/step-N.png; return the sample grid.

    The model must be in training mode and stays in it. Only the main process draws, and the others wait for it before
    their next step, so this must stay as cheap as a few steps. A dial is shown at beta 1.
    """
    shown = model.at(1) if isinstance(model, Dial) else model
    shown.eval()
    samples = sample_grid(shown)
    _save(samples, folder / SAMPLES, step)
    if validation is not None:
        _save(reconstruction_grid(shown, validation), folder / RECONSTRUCTIONS, step)
    shown.train()
    return samples


@torch.inference_mode()
def reconstruction_grid(model: Autoencoder, validation: Pictures) -> Image:
    """Draw images spread evenly over the validation set, eight in a row, with their reconstructions below each row."""
    rows = np.unique(np.linspace(0, len(validation) - 1, RECONSTRUCTION_COUNT).round().astype(np.int64))
    x = validation.batch(rows, model.prior_mean.device)
    pairs = zip(x.split(COLUMNS), model.reconstruct(x).split(COLUMNS), strict=True)
    blank = torch.ones_like(x[:1])
    filled = [torch.cat([row, blank.expand(COLUMNS - len(row), -1, -1, -1)]) for pair in pairs for row in pair]
    return to_picture(make_grid(torch.cat(filled), nrow=COLUMNS, padding=2, pad_value=1.0))


def _save(picture: Image, folder: Path, step: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    atomic_write(folder / f"step-{step:08d}.png", lambda partial: picture.save(partial, "PNG"))


def list_samples(folder: Path) -> dict[int, Path]:
    """Return the sample grids of a run by step, in ascending order."""
    return dict(sorted((_step(file), file) for file in _list_pictures(folder / SAMPLES)))


def remove_after(folder: Path, step: int) -> None:
    """Remove the previews of later steps, which a run that resumes from `step` draws again."""
    for previews in (folder / SAMPLES, folder / RECONSTRUCTIONS):
        for file in _list_pictures(previews):
            if _step(file) > step:
                file.unlink()


def _list_pictures(folder: Path) -> list[Path]:
    return [file for file in folder.glob("step-*.png") if file.stem.removeprefix("step-").isdecimal()]


def _step(file: Path) -> int:
    return int(file.stem.removeprefix("step-"))
