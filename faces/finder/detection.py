"""BlazeFace, full range (Bazarevsky et al. 2019, arXiv:1907.05047): the faces in a square of pixels.

The network has one anchor in the middle of every 4 x 4 pixels. For each it gives a logit, and 16 numbers in pixels:
the middle of a face relative to the anchor, its width and height, and six points, of which the first two are the eyes.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faces.finder.networks import Network, to_input, to_probability
from faces.similarity import Similarity

OVERLAP = 0.3  # intersection over union from which two boxes show the same face
STRIDE = 4  # pixels between anchors
COARSE, FINE = 128, 288  # pixels of a side of the squares: a face of 20 to 120 pixels is found, best 35 to 65
# one network for each size: OpenCV prepares a net for one
NETWORKS = {size: Network("face_detection_full_range.onnx", ("boxes", "scores")) for size in (COARSE, FINE)}

Floats = NDArray[np.float64]


class Detection(NamedTuple):
    """A face that BlazeFace sees, in pixels."""

    score: float  # between 0 and 1
    middle: complex
    side: float  # of its square box, which contains the face from the brows to the chin
    eyes: tuple[complex, complex]  # the person's right eye, then the left one

    def map(self, onto: Similarity) -> "Detection":
        """Map its points by a similarity."""
        return Detection(
            self.score, onto(self.middle), self.side * abs(onto.turn), (onto(self.eyes[0]), onto(self.eyes[1]))
        )


def detect(pixels: NDArray[np.uint8], least: float) -> list[Detection]:
    """Detect the faces in (N, N, 3) uint8, where N is COARSE or FINE, with scores above `least`.

    The highest score comes first.
    """
    boxes, logits = NETWORKS[len(pixels)](to_input(pixels, -1))
    scores = to_probability(logits.reshape(-1))
    likely = np.flatnonzero(scores > least)
    likely = likely[np.argsort(-scores[likely], kind="stable")]
    row, column = np.divmod(likely, len(pixels) // STRIDE)
    anchors = np.stack([column, row], axis=1) * STRIDE + STRIDE / 2
    values = boxes.reshape(-1, 16)[likely].reshape(-1, 8, 2).astype(float)
    values[:, [0, 2, 3, 4, 5, 6, 7]] += anchors[:, None]
    real = np.flatnonzero(values[:, 1].min(axis=1) > 0)  # widths and heights
    return _suppress(scores[likely[real]], values[real, 0], values[real, 1], values[real, 2:4])


def _suppress(scores: Floats, middles: Floats, sizes: Floats, eyes: Floats) -> list[Detection]:
    """Average overlapping boxes, weighted by their scores (A boxes, highest score first).

    middles, sizes: (A, 2) pixels; eyes: (A, 2, 2).
    """
    detections = []
    low, high = middles - sizes / 2, middles + sizes / 2
    left = np.arange(len(scores))
    while len(left):
        first = left[0]
        common = np.maximum(0, np.minimum(high[left], high[first]) - np.maximum(low[left], low[first])).prod(axis=1)
        union = sizes[left].prod(axis=1) + sizes[first].prod() - common
        same = common > OVERLAP * union
        same[0] = True
        group, left = left[same], left[~same]
        weights = scores[group] / scores[group].sum()
        points = np.concatenate([middles[group][:, None], eyes[group]], axis=1)  # (group, 3, 2)
        middle, right, other = (complex(x, y) for x, y in np.tensordot(weights, points, axes=1))
        side = float(weights @ sizes[group].mean(axis=1))
        detections.append(Detection(float(scores[first]), middle, side, (right, other)))
    return detections
