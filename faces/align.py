"""Faces in a picture, each aligned by its eyes to CelebA's frame, like the models' training images."""

from collections.abc import Iterable
from typing import NamedTuple, Self

from PIL import Image

from faces.crops import CELEBA_BOX, CELEBA_FRAME
from faces.errors import PictureError
from faces.finder.mesh import Mesh
from faces.finder.pyramid import Pyramid
from faces.finder.search import search
from faces.image import crop
from faces.similarity import Similarity, fit, warp

Point = tuple[float, float]  # x, y in pixels of the picture; the centre of the first pixel is (0.5, 0.5)

# Part of the key of caches with aligned images: choose another value whenever aligned pixels change.
ALIGNMENT = "5dcb9c41fc58b4c488b2229577cbfa5198ea20294f98b8dc9961989352e37c7c"

# Medians of the 997 pairs that this finder finds in 1,000 CelebA frames: python -m benchmarks.eye_positions
CELEBA_EYES: tuple[complex, complex] = (69.4 + 112.3j, 108.4 + 112.4j)

MOST_FACES = 24  # in the answer of `find_faces`


class Face(NamedTuple):
    """A face in pixels of its picture."""

    left_eye: Point  # the left one in the picture
    right_eye: Point
    box: tuple[float, float, float, float]  # the detected face: left, top, right, bottom


class NoFaceFound(PictureError):  # noqa: N818  (the name states the fact)
    """Picture without a visible face."""


class Faces(tuple[Face, ...]):
    """The faces of a picture, largest first, and how many smaller ones it shows besides."""

    more: int

    def __new__(cls, faces: Iterable[Face], more: int = 0) -> Self:
        """Create it from faces and the number of those that are left out."""
        created = super().__new__(cls, faces)
        created.more = more
        return created


def find_faces(picture: Image.Image) -> Faces:
    """Find the faces of an upright RGB picture, largest first, turned by up to 45 degrees either way.

    The largest 24 are returned; the others are counted. Call `cv2.setNumThreads(1)` once per process if several
    threads or processes do this at the same time: OpenCV has one setting for the whole process, and uses all cores by
    default. Raises NoFaceFound.
    """
    meshes, unseen = search(Pyramid(picture))
    if not meshes:
        raise NoFaceFound(
            "No face was found in this picture: choose one that shows a face from the front, "
            "well lit and not too small, or crop it by hand."
        )
    return Faces(map(_to_face, meshes[:MOST_FACES]), max(0, len(meshes) - MOST_FACES) + unseen)


def align(picture: Image.Image, face: Face) -> Image.Image:
    """Crop a face of an RGB picture to the models' 64 x 64, by way of CelebA's 178 x 218 frame."""
    return crop(warp(picture, _from_frame(face), CELEBA_FRAME), "celeba")


def outline(face: Face) -> tuple[Point, Point, Point, Point]:
    """Return the corners, in the picture, of the square that `align` crops: clockwise from its top left."""
    left, top, right, bottom = CELEBA_BOX
    a, b, c, d = (
        _from_frame(face)(complex(x, y)) for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
    )
    return _to_point(a), _to_point(b), _to_point(c), _to_point(d)


def _from_frame(face: Face) -> Similarity:
    """Return the similarity that maps CelebA's frame to the picture."""
    return fit(CELEBA_EYES, (complex(*face.left_eye), complex(*face.right_eye)))


def _to_point(z: complex) -> Point:
    return z.real, z.imag


def _to_face(mesh: Mesh) -> Face:
    x, y, half = mesh.middle.real, mesh.middle.imag, mesh.side / 2
    return Face(_to_point(mesh.eyes[0]), _to_point(mesh.eyes[1]), (x - half, y - half, x + half, y + half))
