"""The faces of a photograph as the models see them, for a page whose browser cannot find them itself."""

import math
from typing import Any, NamedTuple

from PIL import Image

from faces.align import CELEBA_EYES, Face, NoFaceFound, align, find_faces
from faces.crops import CELEBA_BOX
from faces.image import crop, is_crop, require_large_enough

Square = tuple[float, float, float]  # x and y of its middle, and its side, in pixels of the picture


class Crops(NamedTuple):
    """Faces of a picture, as JSON, and the crop of each."""

    answer: dict[str, Any]
    pictures: list[Image.Image]  # 64 x 64


def find_crops(picture: Image.Image) -> Crops:
    """Find the faces of an upright RGB picture, largest first, and crop each; without one, "reason" is a sentence.

    A picture of 64 x 64 pixels is a face as it is.

    Raises:
        PictureError: if a side has fewer than 16 pixels.
    """
    require_large_enough(picture)
    size = {"width": picture.width, "height": picture.height}
    if is_crop(picture):
        return Crops({**size, "faces": [_describe(_whole(picture))], "more": 0}, [picture])
    try:
        faces = find_faces(picture)
    except NoFaceFound as error:
        return Crops({**size, "faces": [], "more": 0, "reason": str(error)}, [])
    answer = {**size, "faces": [_describe(face) for face in faces], "more": faces.more}
    return Crops(answer, [align(picture, face) for face in faces])


def cut_square(picture: Image.Image, square: Square | None) -> Image.Image:
    """Crop a square to 64 x 64, rounded to whole pixels and moved into the picture; None: the largest in the middle.

    Raises:
        PictureError: if a side has fewer than 16 pixels.
    """
    if square is None:
        return crop(picture, "centre")
    require_large_enough(picture)
    x, y, size = square
    side = max(1, min(_round(size), *picture.size))
    left, top = (
        max(0, min(_round(middle - size / 2), end - side)) for middle, end in zip((x, y), picture.size, strict=True)
    )
    return crop(picture.crop((left, top, left + side, top + side)), "centre")


def _round(value: float) -> int:
    """Round as JavaScript does, halves up: the browser cuts the same square."""
    return math.floor(value + 0.5)


def _describe(face: Face) -> dict[str, Any]:
    return {"left_eye": face.left_eye, "right_eye": face.right_eye, "box": face.box}


def _whole(picture: Image.Image) -> Face:
    """Describe a crop as a face: the eyes are where `align` puts them."""
    left, top, right, _ = CELEBA_BOX
    scale = picture.width / (right - left)
    left_eye, right_eye = (((eye.real - left) * scale, (eye.imag - top) * scale) for eye in CELEBA_EYES)
    return Face(left_eye, right_eye, (0, 0, picture.width, picture.height))
