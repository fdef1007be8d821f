"""Pictures of a model as it learns: samples/ of one fixed noise, reconstructions/ of the same validation faces."""

from pathlib import Path

import numpy as np
import torch
from PIL.Image import Image
from torchvision.utils import make_grid

from faces.image import to_picture
from train.data.pictures import Pictures
from train.run import finalize
from vae_models import Autoencoder
from vae_models.files.atomic import atomic_write

SAMPLES = "samples"
RECONSTRUCTIONS = "reconstructions"  # they show a data set's faces: never pushed, never committed
DRAWN = 64  # samples of a grid
RECONSTRUCTED = 32  # faces of a grid, each row above the row of their reconstructions


def draw(model: Autoencoder, folder: Path, step: int, validation: Pictures | None) -> Image:
    """Write samples/step-N.png, and reconstructions/step-N.png where there are validation faces; the former's picture.
    The model is left as it was: in training.
    """
    model.eval()
    samples = finalize.sample_grid(model, DRAWN)
    _save(samples, folder / SAMPLES, step)
    if validation is not None:
        _save(reconstruction_grid(model, validation), folder / RECONSTRUCTIONS, step)
    model.train()
    return samples


@torch.inference_mode()
def reconstruction_grid(model: Autoencoder, validation: Pictures) -> Image:
    """The same faces of a set every time, evenly spread over it, eight a row, and below each row what the model makes
    of them.
    """
    rows = np.unique(np.linspace(0, len(validation) - 1, RECONSTRUCTED).round().astype(np.int64))
    x = validation.batch(rows, model.prior_mean.device)
    pairs = zip(x.split(finalize.COLUMNS), model.reconstruct(x).split(finalize.COLUMNS), strict=True)
    blank = torch.ones_like(x[:1])
    filled = [torch.cat([row, blank.expand(finalize.COLUMNS - len(row), -1, -1, -1)]) for pair in pairs for row in pair]
    return to_picture(make_grid(torch.cat(filled), nrow=finalize.COLUMNS, padding=2, pad_value=1.0))


def _save(picture: Image, folder: Path, step: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    atomic_write(_file(folder, step), lambda partial: picture.save(partial, "PNG"))


def _file(folder: Path, step: int) -> Path:
    return folder / f"step-{step:08d}.png"


def found(folder: Path) -> dict[int, Path]:
    """The samples of a run's folder by their step, in its order."""
    return dict(sorted((int(file.stem.removeprefix("step-")), file) for file in _pictures(folder / SAMPLES)))


def forget_after(folder: Path, step: int) -> None:
    """Remove the pictures of later steps, which a run that goes on from `step` draws anew."""
    for place in (folder / SAMPLES, folder / RECONSTRUCTIONS):
        for file in _pictures(place):
            if int(file.stem.removeprefix("step-")) > step:
                file.unlink()


def _pictures(folder: Path) -> list[Path]:
    return [file for file in folder.glob("step-*.png") if file.stem.removeprefix("step-").isdecimal()]
