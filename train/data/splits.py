"""Which pictures train and which validate."""

from pathlib import Path

from faces.image import Crop
from train.data import cache, source
from train.data.cache import Faces
from train.data.source import Source


def load_splits(
    data: Path, validation: Path | None, *, crop: Crop | None = None, folder: Path | None = None
) -> tuple[Faces, Faces]:
    """Training and validation pictures, decoded into caches below `folder`.

    Without `validation` they are the two splits of `data`; with it each is the whole of its place, or of CelebA's
    folder the split that is meant. Raises DataError as `find` and `load` do.
    """
    if validation is None:
        training = source.find(data, "train", crop)
        validating = source.find(data, "val", crop)
    else:
        training = _whole(data, "train", crop)
        validating = _whole(validation, "val", crop)
    return cache.load(training, folder), cache.load(validating, folder)


def _whole(path: Path, split: source.Split, crop: Crop | None) -> Source:
    return source.find(path, split if source.is_celeba(path) else None, crop)
