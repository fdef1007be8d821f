"""From an encoded image to the 64 x 64 pixels in the cache."""

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from faces.align import ALIGNMENT, align, find_faces
from faces.image import crop, is_crop, read_picture, require_large_enough, to_array

# celeba and centre: see `faces.image.crop`; aligned: the largest face, turned and cropped like CelebA's
Preprocessing = Literal["celeba", "centre", "aligned"]


class Preprocessed(NamedTuple):
    """Image as the models see it."""

    pixels: NDArray[np.uint8]  # (64, 64, 3)
    faces: int  # number of faces in it; 1 unless aligned


def preprocess(data: bytes, how: Preprocessing) -> Preprocessed:
    """Decode an image, of an animation the first frame, and crop or align it.

    `aligned` takes the largest of several faces, and leaves 64 x 64 images as they are. Raises PictureError if the
    image cannot be used, NoFaceFound included.
    """
    picture = read_picture(data)
    if how != "aligned":
        return Preprocessed(to_array(crop(picture, how)), 1)
    require_large_enough(picture)
    if is_crop(picture):
        return Preprocessed(to_array(picture), 1)
    faces = find_faces(picture)
    return Preprocessed(to_array(align(picture, faces[0])), len(faces))


def cache_key(how: Preprocessing) -> list[Any]:
    """Return plain JSON that changes if the same image would get other pixels."""
    return [how, ALIGNMENT] if how == "aligned" else [how]
