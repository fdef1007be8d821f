"""Which folders hold a finished model."""

from pathlib import Path

from safetensors import SafetensorError

from vae_models import Autoencoder
from vae_models.autoencoder import WEIGHTS
from vae_models.files.training_record import RECORD

CONFIG = "config.json"


def require_finished(folder: Path, verb: str) -> None:
    """Raise FileNotFoundError, naming what `verb` misses, where `folder` is no finished run's result."""
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}: {verb} takes the result folder of a finished run")
    for name in (CONFIG, WEIGHTS, RECORD):
        if not (folder / name).is_file():
            raise FileNotFoundError(f"{folder} holds no finished model: it has no {name}")


def load_finished(folder: Path) -> Autoencoder:
    """The model of a finished run's folder. Raises ValueError where its weights or its config.json are damaged."""
    try:
        return Autoencoder.from_pretrained(folder)
    except (SafetensorError, RuntimeError, TypeError, ValueError) as error:
        raise ValueError(f"{folder} holds a damaged model: weights or config.json cannot be read") from error
