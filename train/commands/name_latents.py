"""Everything that the verb `name-latents` can be told."""

from dataclasses import dataclass
from pathlib import Path

from tyro.conf import Positional

from faces.image import Crop


@dataclass(frozen=True)
class NamesConfig:
    """Find out what a finished model's latent dimensions have learnt, from labelled faces: writes latents.json."""

    model: Positional[Path]
    """The model's folder."""
    data: Path
    """Training pictures, which choose: CelebA's folder, or a folder or zip."""
    attributes: Path
    """CSV of their labels: image_id and a column for each attribute, 0 or 1."""
    val: Path | None = None
    """Validation pictures, which grant the names; without it CelebA's own split, else a seeded twentieth of --data."""
    crop: Crop | None = None
    """celeba: the report's box of 178 x 218 frames; centre: the middle square. Default: by the folder's layout."""
    align: bool = False
    """Find and align faces, where the model was trained so."""
    cache: Path | None = None
    """Where decoded pictures are kept; default: the user's cache folder."""

    def run(self) -> str:
        """Name; a line for each name and each direction."""
        from train.commands import naming_run  # after the arguments are right: it takes seconds

        return naming_run.run(self)
