"""Data set and licence of the training images, which decide the terms of the weights and the repository's name."""

import re
from pathlib import Path

from train.data import celeba
from vae_models.files.training_record import TrainingRecord
from vae_models.hub import source

CELEBA = source.CELEBA  # in `training.json`, data.licence
CELEBA_ON_HUB = "flwrlabs/celeba"
CELEBA_LICENCE = ("celeba-dataset-release-agreement", celeba.HOME)  # name and address
# The bundled models were trained on a zip of CelebA's faces before records had a licence.
BUNDLED_TRAINING = {"name": "train.zip", "pictures": 37_533}


def default_licence(data: str | Path) -> str | None:
    """Return "celeba" if `data` is CelebA, on the Hub or in its own folder layout, else None."""
    name = str(data).removeprefix("hub:").partition(":")[0]
    return CELEBA if name == CELEBA_ON_HUB or celeba.is_celeba(Path(data)) else None


def is_celeba(record: TrainingRecord) -> bool:
    """Return whether a model was trained on CelebA, by the record's licence, else by the crop of CelebA's frames.

    Notes are free text and decide nothing.
    """
    licence, training = record.data.get("licence"), record.data.get("training", {})
    if licence is not None:
        return licence == CELEBA
    return training.get("crop") == "celeba" or {**training, **BUNDLED_TRAINING} == training


def data_name(record: TrainingRecord) -> str:
    """Return the name of the training data for repository names: celeba, sprites, the name of a folder."""
    if is_celeba(record):
        return CELEBA
    name = str(record.data.get("training", {}).get("name") or "images").removeprefix("hub:").partition(":")[0]
    return re.sub(r"[^a-z0-9]+", "-", Path(name).stem.lower()).strip("-") or "images"
