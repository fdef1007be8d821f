"""Data set and licence of the training images, which decide the terms of the weights and the repository's name."""

import re
from pathlib import Path

from train.data import celeba
from vae_models.files.training_record import CELEBA, TrainingRecord

CELEBA_ON_HUB = "flwrlabs/celeba"
CELEBA_LICENCE = ("celeba-dataset-release-agreement", celeba.HOME)  # name and address


def default_licence(data: str | Path) -> str | None:
    """Return "celeba" if `data` is CelebA, on the Hub or in its own folder layout, else None."""
    name = str(data).removeprefix("hub:").partition(":")[0]
    return CELEBA if name == CELEBA_ON_HUB or celeba.is_celeba(Path(data)) else None


def data_name(record: TrainingRecord) -> str:
    """Return the name of the training data for repository names: celeba, sprites, the name of a folder."""
    if record.is_celeba:
        return CELEBA
    name = str(record.data.get("training", {}).get("name") or "images").removeprefix("hub:").partition(":")[0]
    return re.sub(r"[^a-z0-9]+", "-", Path(name).stem.lower()).strip("-") or "images"
