"""From a picture's file to the 64 x 64 pixels that models see: the same for the page, its endpoints and the trainer."""

from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from faces.align import ALIGNMENT, align, find_faces
from faces.errors import PictureError
from faces.formats import FORMATS
from faces.image import crop, is_crop, read_picture, require_large_enough, to_array

# celeba and centre: see `faces.image.crop`; aligned: a face, turned and cropped like CelebA's
Preprocessing = Literal["celeba", "centre", "aligned"]
DECODING = 2  # increases whenever the same file gets other pixels


class Preprocessed(NamedTuple):
    """Image as the models see it."""

    pixels: NDArray[np.uint8]  # (64, 64, 3)
    faces: int  # number of faces in it; 1 unless aligned


def preprocess(source: bytes | Path, how: Preprocessing, which: int = 1) -> Preprocessed:
    """Decode an image, of an animation the first frame, and crop or align it.

    `aligned` takes the face of the number `which`, 1 for the largest, and leaves 64 x 64 images as they are. Raises
    PictureError if the image cannot be used, NoFaceFound included.
    """
    picture = read_picture(source)
    if how != "aligned":
        return Preprocessed(to_array(crop(picture, how)), 1)
    require_large_enough(picture)
    if is_crop(picture):
        return Preprocessed(to_array(picture), 1)
    faces = find_faces(picture)
    if not 1 <= which <= len(faces):
        raise PictureError(f"The face's number must be a whole number from 1 to {len(faces)}, not {which}.")
    return Preprocessed(to_array(align(picture, faces[which - 1])), len(faces))


def cache_key(how: Preprocessing) -> list[Any]:
    """Return plain JSON that changes if the same file would get other pixels, or a decoder is installed."""
    alignment = [ALIGNMENT] if how == "aligned" else []
    return [how, *alignment, DECODING, [form.name for form in FORMATS if not form.is_readable]]
