"""Sites that tests write."""

from functools import cache
from pathlib import Path

import torch

from train.site.contents import make_site
from train.site.folder import write_folder
from vae_models.hub.pull import Loaded, pull


@cache
def load_bundled() -> Loaded:
    """Load the bundled models, with the network for every beta; no test may change them."""
    with torch.inference_mode(False):
        return pull("bundled")


def write_bundled_site(folder: Path) -> Path:
    """Write the site of the bundled models."""
    write_folder(folder, make_site(load_bundled(), None))
    return folder
