"""The networks of the face finder, run by OpenCV: their files and sources are in `faces/models`."""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

MODELS = Path(__file__).parents[1] / "models"

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Network:
    """A network that any number of threads may call at once, with inputs of one size.

    A net of OpenCV keeps its input and its results, so each call borrows one that no other call uses. A net is loaded
    only if none is idle: there are never more than calls at once.
    """

    file: str
    outputs: tuple[str, ...]
    _idle: list[cv2.dnn.Net] = field(default_factory=list, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __call__(self, images: Array) -> list[Array]:
        """Run the network on (B, 3, H, W) float32; return its outputs."""
        with self._lock:
            net = self._idle.pop() if self._idle else None
        if net is None:
            net = self._load()
        net.setInput(images)
        results = net.forward(self.outputs)
        with self._lock:
            self._idle.append(net)
        return [np.array(result, dtype=np.float32) for result in results]

    def _load(self) -> cv2.dnn.Net:
        # from bytes: OpenCV opens no path with letters beyond ASCII on Windows
        return cv2.dnn.readNetFromONNX(np.frombuffer((MODELS / self.file).read_bytes(), np.uint8))


def to_input(pixels: NDArray[np.uint8], least: float) -> Array:
    """Convert (H, W, 3) uint8 to (1, 3, H, W) float32 between `least` and 1."""
    values = pixels.astype(np.float32) * np.float32((1 - least) / 255) + np.float32(least)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


def to_probability(logits: Array) -> NDArray[np.float64]:
    """Return the sigmoid of logits."""
    probabilities: NDArray[np.float64] = 1 / (1 + np.exp(-logits.astype(float)))
    return probabilities
