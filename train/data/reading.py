"""How pictures are to be read: what recipes and verbs are told about it."""

from dataclasses import dataclass
from pathlib import Path

from faces.image import Crop
from train.data.pictures import DataError


@dataclass(frozen=True)
class Reading:
    """Options beside --data. Raises DataError where they contradict each other."""

    crop: Crop | None = None
    align: bool = False
    download: bool = False  # CelebA, into the folder that --data names
    cache: Path | None = None  # the folder of caches; None: the user's cache folder
    hub_split: str = "train"  # of data on the Hub whose name says no split
    column: str | None = None  # of data on the Hub; None: the one that holds pictures

    def __post_init__(self) -> None:
        if self.align and self.crop is not None:
            raise DataError("--align crops what it aligns: leave --crop out")
