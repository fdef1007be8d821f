"""Find, check and load the folder of a finished model."""

from pathlib import Path

import torch
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError
from safetensors import SafetensorError

from train.errors import UserError
from vae_models import Autoencoder
from vae_models.files.names import CONFIG, RECORD, WEIGHTS
from vae_models.machine import best_device


def find(model: str, command: str) -> Path:
    """Return the folder of a finished model; download NAMESPACE/NAME from the Hub into its cache.

    `command` is named in the message of the error. Raises UserError if `model` is neither a folder nor a repository, if
    the Hub does not deliver it, and as `require_finished` does.
    """
    folder = Path(model)
    if not folder.is_dir():
        folder = _download(model, command)
    require_finished(folder, command)
    return folder


def _download(model: str, command: str) -> Path:
    if model.count("/") != 1 or model.startswith((".", "/", "~")):
        raise UserError(f"There is no folder {model}: {command} takes a folder, or NAMESPACE/NAME on the Hub")
    try:
        return Path(snapshot_download(model, allow_patterns=[CONFIG, WEIGHTS, RECORD]))
    except (OSError, HfHubHTTPError, HFValidationError) as error:
        raise UserError(
            f"There is no folder {model}, and no such model could be downloaded from the Hub ({type(error).__name__})"
        ) from error


def require_finished(folder: Path, command: str) -> None:
    """Raise UserError, naming the missing file, if `folder` is not the result folder of a finished run."""
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder}: {command} takes the result folder of a finished run")
    for name in (CONFIG, WEIGHTS, RECORD):
        if not (folder / name).is_file():
            raise UserError(f"{folder} holds no finished model: it has no {name}")


def load(folder: Path) -> Autoencoder:
    """Load the model of a folder onto the CPU. Raises UserError if its weights or its config.json are damaged."""
    try:
        return Autoencoder.from_pretrained(folder)
    except (SafetensorError, RuntimeError, TypeError, ValueError) as error:
        raise UserError(f"{folder} holds a damaged model: weights or config.json cannot be read") from error


def load_on_device(folder: Path) -> Autoencoder:
    """Load the model of a folder onto the accelerator, or the CPU if there is none. Raises UserError as `load` does."""
    return load(folder).to(best_device()).to(memory_format=torch.channels_last)
