"""Small models on the fake Hub, and other small models in place of the bundled ones."""

from pathlib import Path

import pytest

from tests.fake_hub.server import Hub
from tests.vae_models.hub.small_models import publish, write_models
from vae_models.catalogue import RECIPES
from vae_models.hub import pull as pull_module


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small model of each recipe."""
    return write_models(tmp_path_factory.mktemp("written"), seed=1)


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with other models of the same names."""
    return write_models(tmp_path_factory.mktemp("other"), seed=101)


@pytest.fixture
def bundle(other: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use the models in `other` as the bundled ones."""
    monkeypatch.setattr(pull_module, "BUNDLED", tuple(RECIPES))
    monkeypatch.setattr(pull_module, "BUNDLED_DIALS", ())
    monkeypatch.setattr(pull_module, "BUNDLED_FOLDER", other)
    return other


@pytest.fixture
def published(hub: Hub, written: Path, bundle: Path) -> dict[str, str]:  # noqa: ARG001
    """Publish the models in `written` under `lab`; return the commits by name."""
    return publish(hub, written)
