"""Everything that the verb `evaluate` can be told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro
from tyro.conf import Positional

from faces.image import Crop
from train.data.reading import Reading


@dataclass(frozen=True)
class EvaluateConfig:
    """Score a finished model again: its training.json and densities.json are written anew, its weights stay."""

    model: Positional[Path]
    """The model's folder."""
    data: Annotated[str | Path, tyro.conf.arg(metavar="PATH|hub:NAME:SPLIT|sprites")]
    """CelebA's folder, a folder or zip of pictures, hub:NAME:SPLIT, or the word sprites."""
    split: Literal["val", "train", "all"] = "val"
    """Which of --data: CelebA's own split, else a seeded twentieth (val) or the rest (train)."""
    crop: Crop | None = None
    """celeba: the report's box of 178 x 218 frames; centre: the middle square. Default: by the folder's layout."""
    align: bool = False
    """Find and align faces, where the model was trained so."""
    column: str | None = None
    """Of hub:NAME, which column; default: the one that holds pictures."""
    cache: Path | None = None
    """Where decoded pictures are kept; default: the user's cache folder."""
    attributes: Path | None = None
    """CSV of labels, image_id and a column for each attribute: how well, and how separately, codes tell them."""
    training: Path | None = None
    """Labelled pictures that choose dimensions and train probes; default: the training split of --data."""
    importance_samples: int | None = None
    """Codes a picture of the importance-weighted bound on log p(x); each of them is decoded."""
    fid: bool = False
    """FID and KID of samples; the first time, the Inception network's weights (95 MB) are downloaded."""

    def reading(self) -> Reading:
        """How pictures are read."""
        return Reading(self.crop, self.align, cache=self.cache, column=self.column)

    def run(self) -> str:
        """Evaluate; the table that the command ends with. Raises ValueError for settings that cannot be."""
        if self.attributes and self.training is None and self.split != "val":
            raise ValueError(
                "--attributes needs training pictures other than those scored: name them by --training, "
                "or leave --split out"
            )
        if self.training and not self.attributes:
            raise ValueError("--training is for --attributes, which is not given")
        if self.importance_samples is not None and self.importance_samples < 1:
            raise ValueError(f"importance_samples={self.importance_samples}: it must be at least 1")
        from train.evaluation import text_report  # after the arguments are right: it takes seconds
        from train.run import finalize

        return text_report.render(finalize.update(self))
