"""The command site: the page as a folder of files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

MODELS = "models/"


@dataclass(frozen=True)
class SiteConfig:
    """Write the page as a folder of files, which any web server can serve, below any path.

    The models run in the visitor's browser. A folder that holds anything but such a site is left as it is.
    """

    folder: Positional[Path]
    """The folder to write; an earlier site in it is replaced."""
    models: Annotated[tuple[str, ...], tyro.conf.arg(metavar="bundled | hub:NAMESPACE[@REVISION] | DIR ...")] = (
        "bundled",
    )
    """The models that it shows: the bundled ones, those of a namespace of the Hub, or folders of finished models."""
    address: Annotated[str | None, tyro.conf.arg(metavar="URL")] = None
    """Public address of the site. Posted links then show a picture."""

    def run(self) -> str:
        """Write the site; return a line about it. Raises UserError."""
        from train.site import contents, folder, head  # late: they take seconds

        folder.require_own(self.folder)
        address = None if self.address is None else head.read_address(self.address)
        files = contents.make_site(contents.load_models(self.models), address)
        folder.write_folder(self.folder, files)
        sizes = {name: len(data) for name, data in files.items()}
        models = sum(size for name, size in sizes.items() if name.startswith(MODELS))
        facts = f"{len(sizes)} files, {sum(sizes.values()) / 1e6:.1f} MB, of which {models / 1e6:.1f} MB are models"
        return f"{self.folder} has the site: {facts}; python -m http.server --directory {self.folder} shows it"
