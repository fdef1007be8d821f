"""Find, check and load the folder of a finished model."""

from pathlib import Path

import torch
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError
from safetensors import SafetensorError

from train.errors import UserError, as_user_error
from vae_models import Autoencoder, Dial, DialConfig
from vae_models.config import read_config
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


def load_any(folder: Path) -> Autoencoder | Dial:
    """Load the model of a folder, ordinary or one network for every beta, onto the CPU.

    Raises UserError if its weights or its config.json are damaged.
    """
    try:
        is_dial = isinstance(read_config(folder / CONFIG), DialConfig)
        return Dial.from_pretrained(folder) if is_dial else Autoencoder.from_pretrained(folder)
    except (SafetensorError, RuntimeError, TypeError, ValueError) as error:
        raise UserError(f"{folder} holds a damaged model: weights or config.json cannot be read") from error


def load_at(folder: Path, beta: float | None) -> Autoencoder:
    """Load the model of a folder onto the CPU; one network for every beta at this beta, or at 1 if there is none.

    Raises UserError for a beta that the model does not have, and as `load_any` does.
    """
    model = load_any(folder)
    if isinstance(model, Dial):
        with as_user_error(ValueError):
            return model.at(1 if beta is None else beta)
    if beta is not None:
        raise UserError(f"{folder} was trained with one beta: leave --beta out")
    return model


def to_device(model: Autoencoder) -> Autoencoder:
    """Move a model to the accelerator, or the CPU if there is none."""
    return model.to(best_device()).to(memory_format=torch.channels_last)
