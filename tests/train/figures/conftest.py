"""The models that figures are drawn of."""

from pathlib import Path

import pytest

from tests.train.figures.tiny_models import write_models
from vae_models.hub.pull import Pulled, pull


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Pulled, ...]:
    folder: Path = tmp_path_factory.mktemp("models")
    write_models(folder)
    return pull(str(folder)).models
