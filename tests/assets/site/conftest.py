"""The site of the bundled models on a plain file server, below a path."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.running_site import FileServer, running_site
from tests.assets.page.conftest import open_page
from tests.train.site.sites import write_bundled_site

__all__ = ["open_page"]


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the site of the bundled models."""
    return write_bundled_site(tmp_path_factory.mktemp("site") / "faces")


@pytest.fixture
def server(site_folder: Path) -> Iterator[FileServer]:
    """Serve the site; what the tests ask for is noted."""
    with running_site(site_folder) as server:
        yield server


@pytest.fixture
def address(server: FileServer) -> str:
    """Return the address of the page, for the steps of a visit."""
    return server.address
