"""From an encoded picture to the 64 x 64 pixels of the cache."""

from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from faces import align, eyes, similarity
from faces.align import find_faces
from faces.image import crop, is_crop, read_picture, require_large_enough, to_array

# celeba and centre as `faces.image.crop` has them; aligned: the largest face, turned and cropped as CelebA's are
Treatment = Literal["celeba", "centre", "aligned"]


class Treated(NamedTuple):
    """A picture as the models see it."""

    pixels: NDArray[np.uint8]  # (64, 64, 3)
    faces: int  # that were found; 1 where none was looked for


def treat(data: bytes, how: Treatment) -> Treated:
    """Decode a picture and crop or align it; of an animation the first frame.

    With `aligned` the largest of several faces is taken, and a 64 x 64 picture as it is. Raises PictureError where it
    cannot be used, NoFaceFound among them.
    """
    picture = read_picture(data)
    if how != "aligned":
        return Treated(to_array(crop(picture, how)), 1)
    require_large_enough(picture)
    if is_crop(picture):
        return Treated(to_array(picture), 1)
    found = find_faces(picture)
    return Treated(to_array(align.align(picture, found[0])), len(found))


def facts(how: Treatment) -> list[Any]:
    """What decides how a treated picture looks, for the cache's key. Alignment is what its code says today."""
    if how != "aligned":
        return [how]
    files = [Path(str(module.__file__)) for module in (align, eyes, similarity)]
    return [how, sha256(b"".join(file.read_bytes() for file in files)).hexdigest()]
