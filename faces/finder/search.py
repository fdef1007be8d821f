"""The search for faces in a picture of any size: at two sizes, and at larger ones for small faces."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from faces.finder.detection import COARSE, FINE, Detection, detect
from faces.finder.mesh import Mesh, fit_mesh
from faces.finder.pyramid import Pyramid
from faces.similarity import Similarity

LARGE = 384  # pixels of the longer side of a picture beyond which it is seen at both sizes at once
FINER = (512, 960)  # pixels of its longer side; seen while nothing is found, or where a face is small
LEAST = 16  # pixels of the side of a face: letters may look like smaller ones
SMALL = 20  # pixels of the side of a face that is seen better at the next size
ENLARGED = 1.5  # times: a picture is not enlarged further
STEP = 224  # pixels between windows of FINE pixels: a face of up to 64 pixels is whole in one of them
MOST_MESHES = 96  # fitted in one picture: bounds its time


class Thresholds(NamedTuple):
    """Least probabilities of a face."""

    detection: float = 0.3
    mesh: float = 0.8


class Found(NamedTuple):
    """Faces of a picture."""

    faces: list[Mesh]  # largest first
    unseen: int  # detections beyond MOST_MESHES, to which no mesh was fitted


def search(pyramid: Pyramid, thresholds: Thresholds = Thresholds()) -> Found:  # noqa: B008  (it is frozen)
    """Find the faces of a picture."""
    detections: list[Detection] = []
    meshes: dict[Detection, Mesh] = {}
    for sizes in _stages(max(pyramid.size)):
        seen = [face for size in sizes for face in _look(pyramid, size, thresholds.detection)]
        detections = sorted(_merge([*detections, *seen]), key=lambda face: -face.side)
        for face in detections:
            if face not in meshes and len(meshes) < MOST_MESHES:
                meshes[face] = fit_mesh(pyramid, face)
        faces = _choose([meshes[face] for face in detections if face in meshes], thresholds.mesh)
        if faces and faces[-1].side * sizes[-1] >= SMALL * max(pyramid.size):
            break
    return Found(faces, sum(face not in meshes for face in detections))


def _stages(longer: int) -> Iterator[tuple[int, ...]]:
    """Yield the sizes at which a picture is searched, all sizes of a stage at once."""
    yield (COARSE, FINE) if longer > LARGE else (COARSE,)
    for size in FINER if longer > LARGE else (FINE, *FINER):
        if size <= ENLARGED * longer:
            yield (size,)


def _look(pyramid: Pyramid, longer: int, least: float) -> Iterator[Detection]:
    """Detect the faces of a picture shrunk to a longer side of `longer` pixels, in windows that are black outside."""
    small = pyramid.resize(longer)
    side = min(longer, FINE)
    scale = max(pyramid.size) / longer
    for top in range(0, max(1, small.height - (FINE - STEP)), STEP):
        for left in range(0, max(1, small.width - (FINE - STEP)), STEP):
            window = np.asarray(small.crop((left, top, left + side, top + side)))
            onto = Similarity(scale, scale * complex(left, top))
            yield from (face.map(onto) for face in detect(window, least))


def _merge(detections: list[Detection]) -> list[Detection]:
    """Keep the highest score of those that show the same face: of similar sizes, within half a face of each other."""
    ordered = sorted(detections, key=lambda face: -face.score)
    middles, sides = np.array([face.middle for face in ordered]), np.array([face.side for face in ordered])
    kept: list[Detection] = []
    left = np.arange(len(ordered))
    while len(left):
        first = left[0]
        kept.append(ordered[first])
        larger = np.maximum(sides[left], sides[first])
        near = np.abs(middles[left] - middles[first]) <= larger / 2
        left = left[~(near & (np.minimum(sides[left], sides[first]) > larger / 2))]
    return kept


def _choose(meshes: list[Mesh], least: float) -> list[Mesh]:
    """Choose the meshes that are upright faces, the surest of those that overlap; return the largest first."""
    kept: list[Mesh] = []
    for mesh in sorted(meshes, key=lambda mesh: -mesh.flag):
        is_upright = mesh.eyes[0].real < mesh.eyes[1].real
        overlaps = any(abs(mesh.middle - other.middle) <= max(mesh.side, other.side) / 2 for other in kept)
        if mesh.flag > least and mesh.side >= LEAST and is_upright and not overlaps:
            kept.append(mesh)
    return sorted(kept, key=lambda mesh: -mesh.side)
