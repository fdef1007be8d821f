"""Everything that the verb `score` can be told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tyro.conf import Positional

from faces.image import Crop

Order = Literal["data", "negative-elbo", "unexplained"]


@dataclass(frozen=True)
class ScoreConfig:
    """Score each picture by a model, a CSV row for each: pictures unlike those it was trained on stand out."""

    model: Positional[str]
    """The model's folder, or its name on the Hub."""
    data: Path
    """A folder or zip of pictures, or CelebA's folder."""
    output: Path | None = None
    """The CSV file; without it the rows are printed."""
    sort: Order = "data"
    """data: as the pictures come; negative-elbo, unexplained: the highest first."""
    split: Literal["val", "train", "all"] = "all"
    """Which of --data: CelebA's own split, else a seeded twentieth (val) or the rest (train)."""
    crop: Crop | None = None
    """celeba: the report's box of 178 x 218 frames; centre: the middle square. Default: by the folder's layout."""
    cache: Path | None = None
    """Where decoded pictures are kept; default: the user's cache folder."""

    def run(self) -> str:
        """Score; the rows, or the sentence that says where they are."""
        from train.evaluation import outliers  # after the arguments are right: it takes seconds

        return outliers.run(self)
