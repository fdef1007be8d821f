"""The face mesh (Kartynnik et al. 2019, arXiv:1907.06724): the eyes of a detected face."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faces.finder.detection import Detection
from faces.finder.networks import Array, Network, to_input, to_probability
from faces.finder.pyramid import Pyramid
from faces.similarity import Similarity

SIZE = 192  # pixels of a side of the view
MARGIN = 1.5  # side of the view in sides of a face
DARK, BRIGHTEST = 100, 6  # a face of a lower mean level than DARK is brightened to it, at most 6 times
OFF = 0.05  # distance of an eye from the detected one, in sides, beyond which the mesh is fitted again
NETWORK = Network("face_landmark.onnx", ("points", "score"))
# the outlines of both eyes among the 468 points, the person's right eye first
OUTLINES = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
    (362, 382, 381, 380, 374, 373, 390, 249, 263, 466, 388, 387, 386, 385, 384, 398),
)


class Mesh(NamedTuple):
    """Face with its eyes, in pixels of the picture."""

    flag: float  # probability that it is a face
    middle: complex
    side: float  # of the square around all points, level with the eyes
    eyes: tuple[complex, complex]  # each the mean of its outline; the person's right eye, then the left one


def fit_mesh(pyramid: Pyramid, face: Detection) -> Mesh:
    """Fit the mesh to a detected face, twice if the detected eyes were inexact, as they are in small faces."""
    mesh = _fit(pyramid, face.middle, face.side, face.eyes)
    if max(abs(eye - detected) for eye, detected in zip(mesh.eyes, face.eyes, strict=True)) > OFF * face.side:
        return _fit(pyramid, mesh.middle, mesh.side, mesh.eyes)
    return mesh


def _fit(pyramid: Pyramid, middle: complex, side: float, eyes: tuple[complex, complex]) -> Mesh:
    """Fit the mesh in a view in which these eyes are level."""
    apart = eyes[1] - eyes[0]
    turn = (apart / abs(apart) if apart else 1) * side * MARGIN / SIZE
    onto = Similarity(turn, middle - turn * complex(SIZE, SIZE) / 2)
    values, logit = NETWORK(_brighten(np.asarray(pyramid.warp(onto, (SIZE, SIZE)))))
    points = values.reshape(468, 3)[:, :2].astype(float)
    right, left = (onto(complex(*points[list(outline)].mean(axis=0))) for outline in OUTLINES)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max()) * abs(turn)
    return Mesh(float(to_probability(logit).reshape(())), onto(complex(*(low + high) / 2)), extent, (right, left))


def _brighten(view: NDArray[np.uint8]) -> Array:
    """Return the input of the network, brightened if the face is dark."""
    middle = view[SIZE // 4 : -SIZE // 4, SIZE // 4 : -SIZE // 4]
    gain = min(max(1, DARK / max(middle.mean(), 1)), BRIGHTEST)
    return np.minimum(to_input(view, 0) * np.float32(gain), 1)
