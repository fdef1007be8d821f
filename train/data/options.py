"""Options beside --data, the same for every command that reads images."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, cast, get_args

import tyro

from faces.crops import Crop
from train.errors import UserError

# the images that train, those that validate, or both; CelebA's test split belongs to none of them
Split = Literal["train", "val", "all"]


@dataclass(frozen=True)
class DataOptions:
    """Selection, cropping and caching of the images."""

    split: Annotated[str | None, tyro.conf.arg(metavar="train|val|all|NAME")] = None
    """Images to use: train, val or all. Default: the command's choice. For hub:NAME it may also name a split of that
    data set, as hub:NAME:SPLIT does; for recipes it always does."""
    crop: Crop | None = None
    """celeba: the report's box of 178 x 218 frames; centre: the middle square. Default: celeba for CelebA's folder,
    otherwise centre."""
    align: bool = False
    """Find the largest face in each picture, turn it upright and crop it like CelebA's."""
    column: str | None = None
    """For hub:NAME, the column that has the images. Default: the only image column."""
    cache: Path | None = None
    """Folder for decoded images. Default: the user's cache folder."""

    def __post_init__(self) -> None:
        if self.align and self.crop is not None:
            raise UserError("--align crops the faces it finds: leave --crop out")

    def choose_split(self, default: Split) -> Split:
        """Return the images to use: those of --split, or `default` if it is left out or names a split on the Hub."""
        return cast("Split", self.split) if self.split in get_args(Split) else default
