"""Everything that the verb `figures` can be told, and whether it can be done at all."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tyro.conf import Positional

from train.commands.name_latents import NamesConfig

PORTRAIT = Path(__file__).parents[2] / "assets" / "examples" / "astronaut.png"  # public domain
BUNDLED = (Path("bundled"),)


@dataclass(frozen=True)
class FiguresConfig:
    """Draw the report's figures, and the distortion-rate curve, of finished models: PNG and PDF."""

    output: Path
    """Where the files go; the folder is made."""
    models: Positional[tuple[Path, ...]] = BUNDLED
    """Folders of models, or folders of such folders; default: the bundled models."""
    face: Path = PORTRAIT
    """A portrait; default: one in the public domain."""
    features: tuple[str, ...] = ("eyeglasses", "bald", "pale skin", "bangs", "blond hair")
    """Rows of Fig. 1: attributes as the models' latents.json have them."""
    data: Path | None = None
    """Labelled training pictures, to find the dimensions of models that have no latents.json: as name-latents does."""
    val: Path | None = None
    """Validation pictures; without it CelebA's own split, else a seeded twentieth of --data."""
    attributes: Path | None = None
    """CSV of the labels of --data and --val."""
    cache: Path | None = None
    """Where decoded pictures are kept; default: the user's cache folder."""
    seed: int = 7
    """Of the noise of Fig. 2."""

    def __post_init__(self) -> None:
        if (self.data is None) != (self.attributes is None):
            raise ValueError("--data and --attributes belong together: pictures, and what is in them")

    def naming(self, model: Path) -> NamesConfig | None:
        """How the dimensions of a model without latents.json are found; None where there is nothing to find them by."""
        if self.data is None or self.attributes is None:
            return None
        return NamesConfig(model, self.data, self.attributes, self.val, cache=self.cache)

    def run(self) -> str:
        """Draw; a line for each file. Raises ValueError where matplotlib is not installed."""
        if find_spec("matplotlib") is None:
            raise ValueError("figures needs a package that is not installed: pip install matplotlib")
        from train.figures import run  # after the arguments are right: it takes seconds

        return run.run(self)
