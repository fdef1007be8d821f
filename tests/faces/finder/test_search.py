"""Large and small faces are found, and no picture costs more than a bounded number of calls of the networks."""

import cmath
import itertools
import math
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from faces.finder import mesh, search
from faces.finder.detection import COARSE, FINE, Detection, detect
from faces.finder.mesh import Mesh
from faces.finder.networks import Array
from faces.finder.pyramid import Pyramid
from faces.finder.search import MOST_MESHES, Thresholds
from tests.faces.portraits import HEAD, PORTRAIT, SMALL


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the calls of both networks."""
    count: Counter[str] = Counter()

    def counted(name: str, function: Callable) -> Callable:
        def call(*inputs: object) -> object:
            count[name] += 1
            return function(*inputs)

        return call

    monkeypatch.setattr(search, "detect", counted("detection", detect))
    monkeypatch.setattr(mesh, "NETWORK", counted("mesh", mesh.NETWORK))
    return count


def test_a_small_picture_costs_one_call_of_each_network(calls: Counter[str]) -> None:
    assert len(search.search(Pyramid(SMALL)).faces) == 1
    assert calls == {"detection": 1, "mesh": 1}


def test_a_larger_picture_is_seen_at_two_sizes(calls: Counter[str]) -> None:
    assert len(search.search(Pyramid(PORTRAIT)).faces) == 1
    assert calls == {"detection": 2, "mesh": 1}


def test_a_small_face_beside_a_large_one_is_found() -> None:
    picture = Image.new("RGB", (1000, 700), "white")
    picture.paste(PORTRAIT.resize((700, 700), Image.Resampling.BICUBIC), (0, 0))
    picture.paste(HEAD.resize((98, 112), Image.Resampling.BICUBIC), (820, 200))
    large, small = search.search(Pyramid(picture)).faces
    assert large.side > 1.8 * small.side
    assert abs(small.middle - (869 + 260j)) < 10


def test_a_face_too_small_for_both_sizes_is_found_at_another(calls: Counter[str]) -> None:
    picture = Image.new("RGB", (1000, 700), "white")
    picture.paste(HEAD.resize((35, 40), Image.Resampling.BICUBIC), (850, 60))
    (face,) = search.search(Pyramid(picture)).faces
    assert abs(face.middle - (867 + 81j)) < 5
    assert calls["detection"] > 2


def keep_windows(monkeypatch: pytest.MonkeyPatch) -> list[NDArray[np.uint8]]:
    """Detect nothing; return the list of the windows that are looked at."""
    windows: list[NDArray[np.uint8]] = []

    def look(window: NDArray[np.uint8], _: float) -> list[Detection]:
        windows.append(window)
        return []

    monkeypatch.setattr(search, "detect", look)
    return windows


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Answer each look with 150 detections, of which the mesh sees none, and count the calls of both networks."""
    count: Counter[str] = Counter()
    draw = np.random.default_rng(0)

    def detect(window: NDArray[np.uint8], _: float) -> list[Detection]:
        count["detection"] += 1
        middles = draw.uniform(0, len(window), (150, 2)) @ (1, 1j)
        return [Detection(float(draw.uniform(0.3, 1)), z, 5, (z - 1, z + 1)) for z in map(complex, middles)]

    def fit(_: Array) -> list[Array]:
        count["mesh"] += 1
        return [np.zeros((1, 1404, 1, 1), np.float32), np.full((1, 1, 1, 1), -9, np.float32)]

    monkeypatch.setattr(search, "detect", detect)
    monkeypatch.setattr(mesh, "NETWORK", fit)
    return count


def test_no_picture_costs_more_than_a_bounded_number_of_calls(crowd: Counter[str]) -> None:
    """Thousands of detections at each size, each of which would be fitted twice, and none of which is a face."""
    found = search.search(Pyramid(Image.new("RGB", (2000, 2000), "grey")))
    assert not found.faces
    assert found.unseen > 1500
    assert crowd == {"mesh": 2 * MOST_MESHES, "detection": 1 + 1 + 4 + 16}
    assert MOST_MESHES < 100


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (16, 16000), (300, 200), (5000, 40)])
def test_a_picture_of_any_shape_is_seen_whole(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """At each of its sizes, and enlarged at most by half beyond the first."""
    windows = keep_windows(monkeypatch)
    assert search.search(Pyramid(Image.new("RGB", size, "white"))) == ([], 0)
    assert all(window.max() == 255 for window in windows)
    longer = max(size)
    stages = [(longer > 0, 1), (longer * 1.5 >= 288, 1), (longer * 1.5 >= 512, 2), (longer * 1.5 >= 960, 4)]
    assert len(windows) == sum(count for is_seen, count in stages if is_seen)


def test_windows_cover_the_picture_and_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pixel is in a window, and every square of 64 pixels is whole in one."""
    seen = keep_windows(monkeypatch)
    ys, xs = np.mgrid[:960, :800]
    picture = Image.fromarray(np.stack([xs % 256, ys % 256, xs // 256 + 16 * (ys // 256) + 1], axis=2).astype(np.uint8))
    list(search._look(Pyramid(picture), 960, 0.3))
    assert all(window.shape == (FINE, FINE, 3) for window in seen)
    corners = [window[0, 0].astype(int) for window in seen]
    positions = [(int(x + 256 * ((z - 1) % 16)), int(y + 256 * ((z - 1) // 16))) for x, y, z in corners]
    for x, y in itertools.product(range(0, 800 - 63, 16), range(0, 960 - 63, 16)):
        assert any(a <= x and x + 64 <= a + FINE and b <= y and y + 64 <= b + FINE for a, b in positions)


def test_a_picture_of_the_coarse_size_is_seen_in_one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the top left of a black square."""
    seen = keep_windows(monkeypatch)
    list(search._look(Pyramid(Image.new("RGB", (256, 128), "white")), COARSE, 0.3))
    (window,) = seen
    assert window.shape == (COARSE, COARSE, 3)
    assert window[:64].min() == 255
    assert window[64:].max() == 0


def face_at(middle: complex, side: float, probability: float) -> Mesh:
    return Mesh(probability, middle, side, (middle - side / 5, middle + side / 5))


def test_the_surest_of_overlapping_meshes_is_kept_and_the_largest_comes_first() -> None:
    faces = [face_at(0, 40, 0.9), face_at(10, 44, 0.95), face_at(100, 60, 0.85), face_at(300, 90, 0.7)]
    assert search._choose(faces, 0.8) == [faces[2], faces[1]]


def test_a_mesh_of_a_few_pixels_is_no_face() -> None:
    assert search._choose([face_at(0, side, 1) for side in (9, 15.9)], 0.8) == []
    assert len(search._choose([face_at(0, 16, 1)], 0.8)) == 1


def test_an_upside_down_mesh_is_no_face() -> None:
    upright = face_at(0, 40, 1)
    turned = upright._replace(eyes=(upright.eyes[1], upright.eyes[0]))
    assert search._choose([turned], 0.8) == []


def test_detections_of_one_face_are_merged_unless_their_sizes_differ() -> None:
    detections = [
        Detection(score, middle, side, (0, 1)) for score, middle, side in ((0.9, 0, 40), (0.8, 5, 50), (0.7, 5, 90))
    ]
    assert search._merge(detections) == [detections[0], detections[2]]


def test_thresholds_decide_between_more_and_fewer_faces() -> None:
    strict = search.search(Pyramid(SMALL), Thresholds(detection=1.0))
    assert not strict.faces
    assert not search.search(Pyramid(SMALL), Thresholds(mesh=1.0)).faces


@pytest.mark.parametrize("roll", [-80, 80])
def test_the_level_of_the_eyes_may_be_steep(roll: float) -> None:
    turned = face_at(0, 40, 1)._replace(eyes=(-cmath.rect(9, math.radians(roll)), cmath.rect(9, math.radians(roll))))
    assert search._choose([turned], 0.8) == [turned]
