"""The finder with each pair of its two thresholds.

A face counts if BlazeFace's score and the mesh's own flag exceed their thresholds. Low ones let false faces pass, high
ones lose faces.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from PIL import Image

from benchmarks.face_finder.finder import Sight
from faces.finder.networks import Array, Network
from faces.finder.pyramid import Pyramid
from faces.finder.search import Thresholds, search

SCORES = (0.2, 0.3, 0.4, 0.5, 0.6)  # of BlazeFace
FLAGS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)  # of the mesh
CHOSEN = Thresholds()


def find_with_all(picture: Image.Image) -> dict[Thresholds, Sight]:
    """Find the faces of a picture with each pair of thresholds, in this process, untimed."""
    sights, pyramid = {}, Pyramid(picture)
    with networks_that_remember():
        for score in SCORES:
            sight = look(pyramid, Thresholds(score, FLAGS[0]))
            for flag in FLAGS:
                # a picture in which nothing passes has been searched to the end: a higher flag cannot change that
                if sight.total and flag > FLAGS[0]:
                    sight = look(pyramid, Thresholds(score, flag))
                sights[Thresholds(score, flag)] = sight
    return sights


def look(pyramid: Pyramid, thresholds: Thresholds) -> Sight:
    """Find the faces of a picture with a pair of thresholds."""
    found = search(pyramid, thresholds)
    return Sight(tuple(face.eyes for face in found.faces), found.unseen, 0, 0)


@contextmanager
def networks_that_remember() -> Iterator[None]:
    """Let networks keep their answers: most pairs of thresholds ask them the same."""
    answers: dict[tuple[str, bytes], list[Array]] = {}
    compute: Callable[[Network, Array], list[Array]] = Network.__call__

    def remember(network: Network, images: Array) -> list[Array]:
        key = network.file, hashlib.blake2b(images.tobytes(), digest_size=16).digest()
        if key not in answers:
            answers[key] = compute(network, images)
        return [answer.copy() for answer in answers[key]]

    with patch.object(Network, "__call__", remember):
        yield
