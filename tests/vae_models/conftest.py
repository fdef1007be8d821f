"""A family on the Hub of the tests, another one in place of the bundled weights."""

from pathlib import Path

import pytest

from tests.fake_hub.server import Hub
from tests.vae_models.hub.family import publish, write_family
from vae_models.catalogue import RECIPES
from vae_models.hub import pull as hub_module


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A family in folders."""
    return write_family(tmp_path_factory.mktemp("family"), seed=1)


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another family in folders."""
    return write_family(tmp_path_factory.mktemp("other"), seed=101)


@pytest.fixture
def bundle(other: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The other family, in place of the bundled one: all that the catalogue names."""
    monkeypatch.setattr(hub_module, "BUNDLED", RECIPES)
    monkeypatch.setattr(hub_module, "BUNDLED_FOLDER", other)
    return other


@pytest.fixture
def family(hub: Hub, written: Path, bundle: Path) -> dict[str, str]:  # noqa: ARG001
    """The commits, by name, of the family `written` as it is on the Hub under `lab`."""
    return publish(hub, written)
