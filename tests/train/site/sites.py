"""Sites that tests write."""

from pathlib import Path

from tests.conftest import bundled_models
from train.site.contents import make_site
from train.site.folder import write_folder
from vae_models.hub.pull import Loaded


def write_bundled_site(folder: Path) -> Path:
    """Write the site of the bundled models, which are loaded once for all tests."""
    write_folder(folder, make_site(Loaded(bundled_models()), None))
    return folder
