"""A model that is named on the command line: a folder, or a name on the Hub."""

from pathlib import Path

import torch
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError

from train.finished import CONFIG, require_finished
from vae_models import Autoencoder
from vae_models.autoencoder import WEIGHTS
from vae_models.files.training_record import RECORD


def folder_of(model: str, verb: str) -> Path:
    """The folder of a finished model; what NAMESPACE/NAME names is fetched from the Hub into its cache.

    Raises FileNotFoundError where it is neither, or holds no finished model; OSError where the Hub does not give it.
    """
    folder = Path(model)
    if not folder.is_dir():
        folder = _fetched(model, verb)
    require_finished(folder, verb)
    return folder


def _fetched(model: str, verb: str) -> Path:
    if model.count("/") != 1 or model.startswith((".", "/", "~")):
        raise FileNotFoundError(f"There is no folder {model}: {verb} takes one, or NAMESPACE/NAME on the Hub")
    try:
        return Path(snapshot_download(model, allow_patterns=[CONFIG, WEIGHTS, RECORD]))
    except (OSError, HfHubHTTPError, HFValidationError) as error:
        raise OSError(
            f"There is no folder {model}, and the Hub does not give such a model ({type(error).__name__})"
        ) from None


def load(folder: Path) -> Autoencoder:
    """The folder's model, on the accelerator where there is one."""
    device = torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
    return Autoencoder.from_pretrained(folder).to(device).to(memory_format=torch.channels_last)
