"""Functions of the bytes of a picture, which any process can run."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from faces.image import read_picture
from faces.preprocessing import Preprocessing, preprocess
from server.analysis.crops import Crops, Square, cut_square, find_crops


def crop_face(data: bytes, how: Preprocessing, which: int) -> NDArray[np.uint8]:
    """Return the pixels (64, 64, 3) of a face, or of the square in the middle: see `faces.preprocessing.preprocess`."""
    return preprocess(data, how, which).pixels


def find_faces(data: bytes) -> Crops:
    """Find and crop the faces of a picture: see `server.analysis.crops.find_crops`."""
    return find_crops(read_picture(data))


def cut(data: bytes, square: Square | None) -> Image.Image:
    """Cut a square out of a picture: see `server.analysis.crops.cut_square`."""
    return cut_square(read_picture(data), square)
