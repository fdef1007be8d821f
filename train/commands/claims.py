"""Everything that the verb `claims` can be told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

from faces.image import Crop
from train.data.reading import Reading

BUNDLED = (Path("bundled"),)


@dataclass(frozen=True)
class ClaimsConfig:
    """Measure what the report claims of its models by eye: prints a table in Markdown, and writes the numbers."""

    data: Annotated[str | Path, tyro.conf.arg(metavar="PATH|hub:NAME:SPLIT")]
    """Validation pictures, all of the place: a folder or zip, hub:NAME:SPLIT; of CelebA's folder its own split."""
    training: Path
    """Training pictures: what real ones score, and, with --attributes, what chooses dimensions and trains probes."""
    models: Positional[tuple[Path, ...]] = BUNDLED
    """Folders of models, or folders of such folders; default: the bundled models."""
    attributes: Path | None = None
    """CSV of the pictures' labels, for models whose training.json has no scores of attributes yet."""
    output: Path = Path("claims.json")
    """Where the numbers go."""
    count: int = 2000
    """Samples of each prior, and training pictures that are compared with them."""
    pairs: int = 500
    """Pairs of validation pictures that are joined by straight lines."""
    steps: int = 16
    """Of each line."""
    seed: int = 0
    """Of samples, pairs and the training pictures that are taken."""
    crop: Crop | None = None
    """celeba: the report's box of 178 x 218 frames; centre: the middle square. Default: by the folder's layout."""
    cache: Path | None = None
    """Where decoded pictures are kept; default: the user's cache folder."""

    def __post_init__(self) -> None:
        if self.count < 2:
            raise ValueError(f"count={self.count}: pictures differ from others where there are two at least")
        if self.pairs < 4:
            raise ValueError(f"pairs={self.pairs}: a correlation with an interval takes four at least")
        if self.steps < 2 or self.steps % 2:
            raise ValueError(f"steps={self.steps}: a line takes an even number, so that one picture is the middle")

    def reading(self) -> Reading:
        """How pictures are read."""
        return Reading(self.crop, cache=self.cache)

    def run(self) -> str:
        """Measure; the table."""
        from train.claims import run  # after the arguments are right: it takes seconds

        return run.run(self)
